"""What the HTTP function starts with, and what it brings when it is asked for."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from app import app
from testing.account import ENVIRONMENT, ROOT, build_settings

KNOWN = """
import json, sys
from chalicelib.web import app
app.load_blueprints(sys.argv[1])
print(json.dumps(list(app.app.routes)))
"""

ANSWERED = """
import json, sys
from chalicelib.web import app
method, route, parameters = json.loads(sys.argv[1])
answer = app.answer({
    "requestContext": {"httpMethod": method, "resourcePath": route, "identity": {"sourceIp": "192.0.2.1"}},
    "headers": {"accept": "application/json"},
    "multiValueQueryStringParameters": None,
    "pathParameters": parameters,
    "stageVariables": None,
    "body": None,
    "isBase64Encoded": False,
}, None)
print(json.dumps([answer["statusCode"], len(app.app.routes)]))
"""


def said(code: str, *given: str) -> Any:
    """What a new process says last when it runs this."""
    command = [sys.executable, "-c", code, *given]
    environment = dict(os.environ) | ENVIRONMENT | build_settings()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def answered(method: str, route: str, **parameters: str) -> Any:
    """What a new process answers to its first request, and how many addresses it knows then."""
    return said(ANSWERED, json.dumps([method, route, parameters]))


NOT_FOUND = """
import json, sys
from chalicelib.web import app
accept, language = json.loads(sys.argv[1])
answer = app.answer({
    "requestContext": {"httpMethod": "GET", "resourcePath": app.UNKNOWN_PATH, "identity": {}},
    "headers": {"accept": accept, "accept-language": language},
    "multiValueQueryStringParameters": None,
    "pathParameters": {"proxy": "wp-admin/x"},
    "stageVariables": None,
    "body": None,
    "isBase64Encoded": False,
}, None)
print(json.dumps([answer["statusCode"], answer["headers"], answer["body"]]))
"""


@pytest.mark.parametrize(("language", "words"), [("da", "Der er ikke noget"), ("en", "There is nothing at")])
def test_an_unknown_address_is_a_page_for_a_browser(language: str, words: str) -> None:
    """In the reader's language; any other caller gets a problem. No module of routes is brought for it."""
    status, headers, body = said_for("text/html,*/*;q=0.8", language)
    assert (status, headers["Content-Type"], words in body) == (404, "text/html; charset=utf-8", True)
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    status, headers, body = said_for("*/*", language)
    assert (status, headers["Content-Type"]) == (404, "application/problem+json")
    assert words in json.loads(body)["detail"]


def said_for(accept: str, language: str) -> Any:
    return said(NOT_FOUND, json.dumps([accept, language]))


def begins(route: str) -> str:
    return route.split("/")[1]


@pytest.mark.parametrize("word", sorted({begins(route) for route in app.routes}))
def test_everything_at_an_address_is_brought_by_its_first_word(word: str) -> None:
    """What answers under a word is never left out because it stands with what another word brings."""
    known = {route for route in said(KNOWN, word) if begins(route) == word}
    assert known == {route for route in app.routes if begins(route) == word}


def test_first_request_brings_what_answers_it_and_no_more() -> None:
    """An organiser's address answers in a new process; one that anybody asks for brings nothing."""
    status, from_the_start = answered("GET", "/health")
    assert (status, from_the_start < len(app.routes)) == (200, True)
    status, for_organisers = answered("GET", "/organiser/events")
    assert (status, from_the_start < for_organisers < len(app.routes)) == (401, True)
    assert answered("GET", "/registrations/{token}", token="none")[0] == 404
