"""Answers: JSON, pages, redirects, and problems as RFC 9457 has them."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from chalicelib.language import Language, get_translator
from chalicelib.problems import FieldError, Problem
from chalicelib.settings import settings
from chalicelib.web.http.framework import BinaryResponse, Request, Response

#: No script, no third party, nothing framed; a form may go only to us.
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_PAGE_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept, Accept-Language",
}
#: For a page with a script file of ours, which asks us alone.
SCRIPT_HEADERS = {"Content-Security-Policy": f"{_CONTENT_SECURITY_POLICY}; script-src 'self'; connect-src 'self'"}
_JSON_HEADERS = {
    "Content-Type": "application/json",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept, Accept-Language",
}
NO_HEADERS: Mapping[str, str] = {}
PRIVATE_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


def json_response(body: Any, status: int = 200, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    """A JSON answer."""
    return Response(body=_dump_json(body), status_code=status, headers={**_JSON_HEADERS, **headers})


def html_response(body: str, status: int = 200, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    return Response(body=body, status_code=status, headers={**_PAGE_HEADERS, **headers})


def with_etag(request: Request, response: Response) -> Response:
    """The page with a mark of what it says (`ETag`), or 304 where that is what the browser shows already."""
    mark = f'"{sha256(response.body.encode()).hexdigest()[:32]}"'
    known = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    response.headers["ETag"] = mark
    if mark in known:
        return Response(body="", status_code=304, headers=response.headers)
    return response


def no_content() -> Response:
    """204: it is done, and there is nothing to show."""
    return Response(body="", status_code=204, headers=dict(PRIVATE_HEADERS))


def see_other(location: str, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    """303: what was posted is done; here is what to look at."""
    return Response(body="", status_code=303, headers={"Location": location, **headers})


def text_attachment(body: str, media_type: str, file_name: str) -> Response:
    """A file of one person's own, to be kept nowhere on the way."""
    disposition = f'attachment; filename="{file_name}"'
    headers = {"Content-Type": media_type, "Content-Disposition": disposition, **PRIVATE_HEADERS}
    return Response(body=body, headers=dict(headers))


def binary_attachment(content: bytes, media_type: str, file_name: str) -> Response:
    """A file of an event, to be kept nowhere on the way."""
    disposition = f'attachment; filename="{file_name}"'
    headers = {"Content-Type": media_type, "Content-Disposition": disposition, "Vary": _JSON_HEADERS["Vary"]}
    return BinaryResponse(body=content, headers={**headers, **PRIVATE_HEADERS})


def problem_response(problem: Problem, language: Language) -> Response:
    """The problem document, in the reader's language."""
    headers = {"Content-Type": "application/problem+json", "Content-Language": language}
    return Response(
        body=_dump_json(serialize_problem(problem, language)),
        status_code=problem.status,
        headers={**_JSON_HEADERS, **headers, **dict(problem.headers)},
    )


def serialize_problem(problem: Problem, language: Language) -> dict[str, Any]:
    say = get_translator(language)
    described: dict[str, Any] = {
        "type": f"{settings().public_url}/problems/{problem.type}",
        "title": say(problem.title),
        "status": problem.status,
        "detail": say(problem.detail) % problem.parameters,
    }
    if problem.errors:
        described["errors"] = [_serialize_error(error, language) for error in problem.errors]
    return described


def _serialize_error(error: FieldError, language: Language) -> dict[str, str]:
    message = get_translator(language)(error.message) % error.parameters
    return {"field": error.field, "code": error.code, "message": message}


def _dump_json(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
