"""Content negotiation: which variant of an answer a request gets."""

from typing import Any

import pytest

from chalicelib.problems import NotFound
from chalicelib.web.http.framework import Request, Response
from chalicelib.web.http.variants import Variants

PAGE, FORM = "text/html", "application/x-www-form-urlencoded"


def request(accept: str = "*/*", content_type: str = "application/json") -> Request:
    event: dict[str, Any] = {
        "requestContext": {"httpMethod": "POST", "resourcePath": "/"},
        "headers": {"accept": accept, "content-type": content_type},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }
    return Request(event, None)


def answer(name: str) -> Any:
    return lambda: Response(name)


VARIANTS = Variants(json=answer("json"), page=answer("page"), form=answer("form"))


@pytest.mark.parametrize(
    ("accept", "content_type", "variant"),
    [
        ("*/*", "application/json", "json"),
        ("application/json, text/html", "application/json", "json"),
        (PAGE, "application/json", "page"),
        ("text/html, application/json", "application/json", "page"),
        (PAGE, FORM, "form"),
        ("*/*", f"{FORM}; charset=utf-8", "form"),
    ],
)
def test_the_request_decides(accept: str, content_type: str, variant: str) -> None:
    """A posted form goes before a page, and a page before JSON where it is preferred."""
    assert VARIANTS.select(request(accept, content_type)).body == variant


def test_json_answers_where_there_is_no_other_variant() -> None:
    """A browser gets JSON from an endpoint without a page."""
    assert Variants(json=answer("json")).select(request(PAGE, FORM)).body == "json"


def test_a_problem_is_raised_for_json_alone() -> None:
    """A page shows the form again; every other caller gets the problem."""
    variants = Variants(NotFound(), page=answer("page"))
    assert variants.select(request(PAGE)).body == "page"
    with pytest.raises(NotFound):
        variants.select(request())


def test_only_the_variant_that_is_sent_is_built() -> None:
    """What another variant would read is not read."""
    built: list[str] = []

    def build(name: str) -> Response:
        built.append(name)
        return Response(name)

    Variants(json=lambda: build("json"), page=lambda: build("page")).select(request())
    assert built == ["json"]
