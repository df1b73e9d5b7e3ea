"""Calls to the app over HTTP, as API Gateway hands them to the function."""

import json
from typing import Any
from urllib.parse import urlencode

from chalice.test import Client, HTTPResponse

from app import app
from chalicelib import clock
from chalicelib.auth.sessions import issue_token
from chalicelib.settings import settings

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def call(method: str, path: str, body: Any = b"", headers: dict[str, str] | None = None) -> HTTPResponse:
    """One request; a dict is sent as JSON. Absolute links to the service are followed as paths."""
    path = path.removeprefix(settings().public_url)
    given = dict(headers or {})
    if isinstance(body, dict):
        body, given = json.dumps(body).encode(), JSON | given
    with Client(app) as client:
        return client.http.request(method, path, headers=given, body=body)


def get(path: str, **headers: str) -> HTTPResponse:
    return call("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def post(path: str, body: Any = b"", headers: dict[str, str] | None = None) -> HTTPResponse:
    return call("POST", path, body, headers)


def post_form(path: str, fields: list[tuple[str, str]] | dict[str, str], **headers: str) -> HTTPResponse:
    return call(
        "POST", path, urlencode(fields).encode(), FORM | {k.replace("_", "-"): v for k, v in headers.items()}
    )


def start_session(address: str = "organiser@network.example") -> dict[str, str]:
    """The header of a new session."""
    return {"Authorization": f"Bearer {issue_token(address, clock.now())}"}


def as_organiser(method: str, path: str, body: Any = b"", **headers: str) -> HTTPResponse:
    return call(
        method, path, body, start_session() | {name.replace("_", "-"): value for name, value in headers.items()}
    )
