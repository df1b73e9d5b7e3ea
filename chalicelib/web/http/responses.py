"""Answers: JSON, pages, redirects, and problems as RFC 9457 has them."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from chalice.app import Request, Response

from chalicelib.language import Language, translator
from chalicelib.problems import FieldError, Problem
from chalicelib.settings import settings

#: No script, no third party, nothing framed; a form may go only to us.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_PAGE_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept, Accept-Language",
}
#: For a page with a script file of ours, which asks us alone.
WITH_SCRIPT = {"Content-Security-Policy": f"{_POLICY}; script-src 'self'; connect-src 'self'"}
_JSON_HEADERS = {
    "Content-Type": "application/json",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept, Accept-Language",
}
NO_MORE: Mapping[str, str] = {}
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


def document(body: Any, status: int = 200, headers: Mapping[str, str] = NO_MORE) -> Response:
    """A JSON answer."""
    return Response(body=_dumps(body), status_code=status, headers={**_JSON_HEADERS, **headers})


def page(body: str, status: int = 200, headers: Mapping[str, str] = NO_MORE) -> Response:
    return Response(body=body, status_code=status, headers={**_PAGE_HEADERS, **headers})


def unless_known(request: Request, answer: Response) -> Response:
    """The page with a mark of what it says (`ETag`), or 304 where that is what the browser shows already."""
    mark = f'"{sha256(answer.body.encode()).hexdigest()[:32]}"'
    known = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    answer.headers["ETag"] = mark
    if mark in known:
        return Response(body="", status_code=304, headers=answer.headers)
    return answer


def done() -> Response:
    """204: it is done, and there is nothing to show."""
    return Response(body="", status_code=204, headers=dict(PRIVATE))


def see_other(location: str, headers: Mapping[str, str] = NO_MORE) -> Response:
    """303: what was posted is done; here is what to look at."""
    return Response(body="", status_code=303, headers={"Location": location, **headers})


def file(body: str, media_type: str, name: str) -> Response:
    """A file of one person's own, to be kept nowhere on the way."""
    disposition = f'attachment; filename="{name}"'
    headers = {"Content-Type": media_type, "Content-Disposition": disposition, **PRIVATE}
    return Response(body=body, headers=dict(headers))


class _Bytes(Response):
    """An answer whose body is no text, whatever kind it is of."""

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:  # noqa: ARG002 - chalice asks so
        """As the gateway takes it: base64."""
        answer: dict[str, Any] = super().to_dict([str(self.headers["Content-Type"]).partition(";")[0]])
        return answer


def attachment(content: bytes, media_type: str, name: str) -> Response:
    """A file of an event, to be kept nowhere on the way."""
    disposition = f'attachment; filename="{name}"'
    headers = {"Content-Type": media_type, "Content-Disposition": disposition, "Vary": _JSON_HEADERS["Vary"]}
    return _Bytes(body=content, headers={**headers, **PRIVATE})


def problem(what: Problem, language: Language) -> Response:
    """The problem document, in the reader's language."""
    headers = {"Content-Type": "application/problem+json", "Content-Language": language}
    return Response(
        body=_dumps(problem_document(what, language)),
        status_code=what.status,
        headers={**_JSON_HEADERS, **headers, **dict(what.headers)},
    )


def problem_document(what: Problem, language: Language) -> dict[str, Any]:
    say = translator(language)
    described: dict[str, Any] = {
        "type": f"{settings().public_url}/problems/{what.type}",
        "title": say(what.title),
        "status": what.status,
        "detail": say(what.detail) % what.parameters,
    }
    if what.errors:
        described["errors"] = [_error(error, language) for error in what.errors]
    return described


def _error(error: FieldError, language: Language) -> dict[str, str]:
    message = translator(language)(error.message) % error.parameters
    return {"field": error.field, "code": error.code, "message": message}


def _dumps(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
