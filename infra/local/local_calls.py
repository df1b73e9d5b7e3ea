"""The `/_local` endpoints: mails, an organiser's token, the local AWS, the idle check, the clock."""

import json
import math
import os
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import TypeAdapter, ValidationError

from chalicelib import clock
from chalicelib.auth.sessions import issue_token
from chalicelib.problems import FieldError, InvalidFields, NotFound, Problem
from chalicelib.settings import settings
from chalicelib.web.http import routing
from chalicelib.web.http.problems import MethodNotAllowed, NotJson
from chalicelib.web.http.responses import protect
from infra.local import mail_pages
from infra.local.idle import IdleCheck
from infra.local.mailbox import MailArchive, MailSummary
from infra.local.server import HttpRequest, HttpResponse

PREFIX = "/_local/"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")
_MAX_WAIT_SECONDS = 600  # seconds
_MAX_CLOCK_ADVANCE, _MAX_YEAR = timedelta(days=36525), 9000  # Python's calendar ends in 9999

_duration: TypeAdapter[timedelta] = TypeAdapter(timedelta)


class NotIdle(Problem):
    """Work was left when the wait timed out."""

    type, status = "not-idle", 504
    title = "Not idle yet"
    detail = "Not everything has been worked off: %(left)s."


class UnreadableRequest(Problem):
    """What came is no request of HTTP/1.1, or larger than the server reads."""

    type = "unreadable-request"
    title = "Unreadable request"
    detail = "This could not be read as a request: it is malformed, or too large."

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status


class NotLocal(Problem):
    """The request names another host, or comes from another site."""

    type, status = "not-local", 403
    title = "Only from here"
    detail = "These calls answer at their own address alone, and to no other site."


class LocalEndpoints:
    """The endpoints that only the local runner has; `on_clock_moved` is called when the clock was advanced."""

    def __init__(self, mail_archive: MailArchive, idle: IdleCheck, on_clock_moved: Callable[[], None]) -> None:
        self._mail_archive, self._idle, self._on_clock_moved = mail_archive, idle, on_clock_moved
        self._routes: tuple[tuple[str, str, Callable[..., HttpResponse]], ...] = (
            ("GET", r"/_local/mails", self._list_mails),
            ("GET", r"/_local/mails/(\d{1,9})\.eml", self._download_mail),
            ("GET", r"/_local/mails/(\d{1,9})", self._show_mail),
            ("GET", r"/_local/organiser-token", self._issue_organiser_token),
            ("GET", r"/_local/aws", self._list_aws_variables),
            ("GET", r"/_local/idle", self._wait_until_idle),
            ("POST", r"/_local/clock", self._advance_clock),
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; a problem becomes a problem document."""
        try:
            return self._dispatch(request)
        except Problem as problem:
            return build_problem_response(request, problem)

    def _dispatch(self, request: HttpRequest) -> HttpResponse:
        _require_own_site(request)
        path = urlsplit(request.path).path.removesuffix("/")
        for method, pattern, handler in self._routes:
            if match := re.fullmatch(pattern, path):
                if request.method.replace("HEAD", "GET") != method:
                    raise MethodNotAllowed(method=request.method)
                return handler(request, *match.groups())
        return respond_not_found(request)

    def _list_mails(self, request: HttpRequest) -> HttpResponse:
        mails = self._mail_archive.list_mails()
        if "text/html" in request.headers.get("accept", ""):
            return _respond_html(mail_pages.render_list(mails))
        return _respond_json({"mails": [_serialize_mail(mail) for mail in mails]})

    def _show_mail(self, _request: HttpRequest, n: str) -> HttpResponse:
        return _respond_html(mail_pages.render_mail(int(n), self._read_mail(n)))

    def _download_mail(self, _request: HttpRequest, n: str) -> HttpResponse:
        return HttpResponse(
            200, self._read_mail(n), {"Content-Type": "message/rfc822", "Cache-Control": "no-store"}
        )

    def _read_mail(self, n: str) -> bytes:
        message = self._mail_archive.read(int(n))
        if message is None:
            raise NotFound
        return message

    def _issue_organiser_token(self, _request: HttpRequest) -> HttpResponse:
        return _respond_json({"token": issue_token(settings().organisers[0], clock.now())})

    def _list_aws_variables(self, _request: HttpRequest) -> HttpResponse:
        """List the variables with which a program reaches the local AWS and its table, and the time here."""
        variables = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        variables |= {"TABLE_NAME": settings().table_name, "NOW": clock.now().isoformat()}
        lines = [f"{name}={value}\n" for name, value in variables.items()]
        return HttpResponse(
            200, "".join(lines).encode(), {"Content-Type": "text/plain", "Cache-Control": "no-store"}
        )

    def _wait_until_idle(self, request: HttpRequest) -> HttpResponse:
        pending = self._idle.wait_until_idle(_read_timeout(request))
        if pending:
            raise NotIdle(left=", ".join(pending))
        return _respond_json({"idle": True})

    def _advance_clock(self, request: HttpRequest) -> HttpResponse:
        duration = _read_advance(request)
        if duration > _MAX_CLOCK_ADVANCE or clock.now().year > _MAX_YEAR:
            raise _build_invalid_field("advance", "too_long", "The clock goes on by at most a hundred years.")
        now = clock.advance(duration)
        self._on_clock_moved()
        return _respond_json({"now": now.isoformat()})


def _require_own_site(request: HttpRequest) -> None:
    """Raise NotLocal for another host (DNS rebinding) and for a request that another site makes.

    Browsers name the origin of what a script or a form sends, and the relation of the sites of all that they ask
    for (Fetch Metadata); other programs need to name the host alone.
    """
    port = urlsplit(settings().public_url).port
    hosts = {f"{name}:{port}" for name in _OWN_NAMES}
    origin, site = request.headers.get("origin", ""), request.headers.get("sec-fetch-site", "none")
    is_own_origin = not origin or origin in {f"http://{host}" for host in hosts}
    if request.headers.get("host", "") not in hosts or not is_own_origin or site not in ("none", "same-origin"):
        raise NotLocal


def build_problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Build the response to a request that has a problem, as the app does: a page for a browser."""
    response = protect(routing.build_problem_response(request, problem), is_personal=True)
    return HttpResponse(response.status_code, str(response.body).encode(), response.headers)


def respond_not_found(request: HttpRequest) -> HttpResponse:
    """Respond to a URL that no route has; the method of a request that no route takes is refused before that."""
    if request.method in METHODS:
        return build_problem_response(request, NotFound())
    response = build_problem_response(request, MethodNotAllowed(method=request.method))
    return replace(response, headers={**response.headers, "Allow": ", ".join(METHODS)})


def refuse(request: HttpRequest, status: int) -> HttpResponse:
    """Respond to what could not be read as a request."""
    return build_problem_response(request, UnreadableRequest(status))


def _read_timeout(request: HttpRequest) -> float:
    text = parse_qs(urlsplit(request.path).query).get("timeout", ["20"])[-1]
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= _MAX_WAIT_SECONDS:
        raise _build_invalid_field("timeout", "not_a_time", "Give the seconds to wait, from 0 to 600.")
    return seconds


def _read_advance(request: HttpRequest) -> timedelta:
    try:
        document = json.loads(request.body)
    except ValueError as error:
        raise NotJson from error
    text = document.get("advance") if isinstance(document, dict) else None
    try:
        # Pydantic takes numbers and clock times too; the call takes ISO 8601 alone.
        duration = _duration.validate_python(text) if str(text).startswith("P") else None
    except (ValidationError, OverflowError):
        duration = None
    if duration is None or duration < timedelta(0):
        raise _build_invalid_field("advance", "not_a_duration", "Write an ISO 8601 duration, like PT25H or P1D.")
    return duration


def _build_invalid_field(field: str, code: str, message: str) -> InvalidFields:
    return InvalidFields(errors=(FieldError(field, code, message),))


def _serialize_mail(mail: MailSummary) -> dict[str, Any]:
    return asdict(mail) | {"sent_at": mail.sent_at.isoformat() if mail.sent_at else None}


def _respond_json(document: Any) -> HttpResponse:
    return HttpResponse(200, _dumps(document), {"Content-Type": "application/json", "Cache-Control": "no-store"})


def _respond_html(body: str) -> HttpResponse:
    return HttpResponse(
        200, body.encode(), {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
    )


def _dumps(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
