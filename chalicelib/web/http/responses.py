"""Responses: JSON, pages, redirects, files, and problems (RFC 9457)."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from chalicelib.language import Language, get_translator
from chalicelib.problems import FieldError, Problem, localize
from chalicelib.settings import settings
from chalicelib.web.http.framework import BinaryResponse, Request, Response

#: No script, no third party, no frame; a form is sent to the service only.
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_PAGE_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "Vary": "Accept, Accept-Language",
}
#: For a page with a script of the service, which may send requests to the service alone.
SCRIPT_HEADERS = {"Content-Security-Policy": f"{_CONTENT_SECURITY_POLICY}; script-src 'self'; connect-src 'self'"}
_JSON_HEADERS = {
    "Content-Type": "application/json",
    "Vary": "Accept, Accept-Language",
}
#: For every response: it is of the type that it says, and a browser keeps to https once it has come by it.
_NOSNIFF = {"X-Content-Type-Options": "nosniff"}
_STRICT_TRANSPORT = {"Strict-Transport-Security": "max-age=31536000"}
NO_HEADERS: Mapping[str, str] = {}
PRIVATE_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


def json_response(body: Any, status: int = 200, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    """Serialize the body as JSON."""
    return Response(body=_dump_json(body), status_code=status, headers={**_JSON_HEADERS, **headers})


def html_response(body: str, status: int = 200, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    """Answer with a page, and with the headers that keep scripts and frames out of it."""
    return Response(body=body, status_code=status, headers={**_PAGE_HEADERS, **headers})


def protect(response: Response, *, is_personal: bool) -> Response:
    """Add the headers that every response has; no cache keeps one that is personal, nor any problem."""
    is_https = settings().public_url.startswith("https:")
    response.headers |= {**_NOSNIFF, **(_STRICT_TRANSPORT if is_https else {})}
    if is_personal or response.status_code >= 400:
        response.headers |= PRIVATE_HEADERS
    return response


def with_etag(request: Request, response: Response) -> Response:
    """Add the ETag of the body, or answer 304 where If-None-Match has it already."""
    etag = f'"{sha256(response.body.encode()).hexdigest()[:32]}"'
    known = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    response.headers["ETag"] = etag
    if etag in known:
        return Response(body="", status_code=304, headers=response.headers)
    return response


def no_content() -> Response:
    """Answer 204: the change is made, and there is nothing to show."""
    return Response(body="", status_code=204, headers=dict(PRIVATE_HEADERS))


def see_other(location: str, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    """Answer 303: the change is made, and its result is at the location."""
    return Response(body="", status_code=303, headers={"Location": location, **headers})


def text_attachment(body: str, media_type: str, file_name: str) -> Response:
    """Answer with a text file to download, which no cache keeps."""
    disposition = f'attachment; filename="{file_name}"'
    headers = {"Content-Type": media_type, "Content-Disposition": disposition, **PRIVATE_HEADERS}
    return Response(body=body, headers=dict(headers))


def binary_attachment(content: bytes, media_type: str, file_name: str) -> Response:
    """Answer with a binary file to download, which no cache keeps."""
    disposition = f'attachment; filename="{file_name}"'
    headers = {"Content-Type": media_type, "Content-Disposition": disposition, "Vary": _JSON_HEADERS["Vary"]}
    return BinaryResponse(body=content, headers={**headers, **PRIVATE_HEADERS})


def problem_response(problem: Problem, language: Language) -> Response:
    """Answer with the problem document, in the reader's language."""
    headers = {"Content-Type": "application/problem+json", "Content-Language": language}
    return Response(
        body=_dump_json(serialize_problem(problem, language)),
        status_code=problem.status,
        headers={**_JSON_HEADERS, **headers, **dict(problem.headers)},
    )


def serialize_problem(problem: Problem, language: Language) -> dict[str, Any]:
    """Serialize the problem as an RFC 9457 document, in the language."""
    say = get_translator(language)
    document: dict[str, Any] = {
        "type": f"{settings().public_url}/problems/{problem.type}",
        "title": say(problem.title),
        "status": problem.status,
        "detail": say(problem.detail) % localize(problem.parameters, language),
    }
    document |= problem.extensions
    if problem.errors:
        document["errors"] = [serialize_error(error, language) for error in problem.errors]
    return document


def serialize_error(error: FieldError, language: Language) -> dict[str, Any]:
    """Serialize the error of a field, in the language."""
    message = get_translator(language)(error.message) % localize(error.parameters, language)
    allowed = {"allowed": list(error.allowed)} if error.allowed else {}
    return {"field": error.field, "code": error.code, "message": message, **allowed}


def _dump_json(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
