"""The `/_local` calls: mails, an organiser's token, the local AWS, whether all is idle, the clock."""

import json
import math
import os
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import TypeAdapter, ValidationError

from chalicelib import clock
from chalicelib.auth.sessions import session_token
from chalicelib.language import preferred
from chalicelib.problems import FieldError, InvalidFields, NotFound, Problem
from chalicelib.settings import settings
from chalicelib.web.http.problems import MethodNotAllowed, NotJson
from chalicelib.web.http.responses import problem_document
from infra.local import mail_pages
from infra.local.idle import Idle
from infra.local.mailbox import Letter, Letters
from infra.local.server import Answer, Call

PREFIX = "/_local/"
_LONGEST_WAIT = 600  # seconds
_LONGEST_LEAP, _LAST_YEAR = timedelta(days=36525), 9000  # a calendar ends in 9999

_duration: TypeAdapter[timedelta] = TypeAdapter(timedelta)


class NotIdle(Problem):
    type, status = "not-idle", 504
    title = "Not idle yet"
    detail = "Not everything has been worked off: %(left)s."


class LocalCalls:
    """Answers what only the local runner has; `moved` is told when the clock was moved on."""

    def __init__(self, letters: Letters, idle: Idle, moved: Callable[[], None]) -> None:
        self._letters, self._idle, self._moved = letters, idle, moved
        self._calls: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
            ("GET", r"/_local/mails", self._mails),
            ("GET", r"/_local/mails/(\d{1,9})\.eml", self._raw_mail),
            ("GET", r"/_local/mails/(\d{1,9})", self._mail),
            ("GET", r"/_local/organiser-token", self._token),
            ("GET", r"/_local/aws", self._aws),
            ("GET", r"/_local/idle", self._wait),
            ("POST", r"/_local/clock", self._clock),
        )

    def __call__(self, call: Call) -> Answer:
        try:
            return self._find(call)
        except Problem as problem:
            return refusal(call, problem)

    def _find(self, call: Call) -> Answer:
        path = urlsplit(call.path).path.removesuffix("/")
        for method, pattern, answer in self._calls:
            if found := re.fullmatch(pattern, path):
                if call.method.replace("HEAD", "GET") != method:
                    raise MethodNotAllowed(method=call.method)
                return answer(call, *found.groups())
        raise NotFound

    def _mails(self, call: Call) -> Answer:
        letters = self._letters.all()
        if "text/html" in call.headers.get("accept", ""):
            return _page(mail_pages.overview(letters))
        return _document({"mails": [_as_json(letter) for letter in letters]})

    def _mail(self, _call: Call, n: str) -> Answer:
        return _page(mail_pages.letter(int(n), self._message(n)))

    def _raw_mail(self, _call: Call, n: str) -> Answer:
        return Answer(200, self._message(n), {"Content-Type": "message/rfc822"})

    def _message(self, n: str) -> bytes:
        message = self._letters.raw(int(n))
        if message is None:
            raise NotFound
        return message

    def _token(self, _call: Call) -> Answer:
        return _document({"token": session_token(settings().organisers[0], clock.now())})

    def _aws(self, _call: Call) -> Answer:
        """What a program needs in its environment to reach the local AWS and its table, line by line."""
        reached = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        lines = [f"{name}={value}\n" for name, value in {**reached, "TABLE_NAME": settings().table_name}.items()]
        return Answer(200, "".join(lines).encode(), {"Content-Type": "text/plain", "Cache-Control": "no-store"})

    def _wait(self, call: Call) -> Answer:
        left = self._idle.wait(_seconds(call))
        if left:
            raise NotIdle(left=", ".join(left))
        return _document({"idle": True})

    def _clock(self, call: Call) -> Answer:
        by = _advance(call)
        if by > _LONGEST_LEAP or clock.now().year > _LAST_YEAR:
            raise _bad("advance", "too_long", "The clock goes on by at most a hundred years.")
        now = clock.advance(by)
        self._moved()
        return _document({"now": now.isoformat()})


def refusal(call: Call, problem: Problem) -> Answer:
    """The problem in the caller's language."""
    language = preferred(call.headers.get("accept-language", ""))
    headers = {"Content-Type": "application/problem+json", "Content-Language": language}
    return Answer(problem.status, _dumps(problem_document(problem, language)), headers)


def not_found(call: Call) -> Answer:
    """What the gateway answers for an address that no route has."""
    return refusal(call, NotFound())


def _seconds(call: Call) -> float:
    written = parse_qs(urlsplit(call.path).query).get("timeout", ["20"])[-1]
    try:
        seconds = float(written)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= _LONGEST_WAIT:
        raise _bad("timeout", "not_a_time", "Give the seconds to wait, from 0 to 600.")
    return seconds


def _advance(call: Call) -> timedelta:
    try:
        document = json.loads(call.body)
    except ValueError as error:
        raise NotJson from error
    written = document.get("advance") if isinstance(document, dict) else None
    try:
        # Pydantic takes numbers and clock times too; the call takes ISO 8601 alone.
        by = _duration.validate_python(written) if str(written).startswith("P") else None
    except (ValidationError, OverflowError):
        by = None
    if by is None or by < timedelta(0):
        raise _bad("advance", "not_a_duration", "Write an ISO 8601 duration, like PT25H or P1D.")
    return by


def _bad(field: str, code: str, message: str) -> InvalidFields:
    return InvalidFields(errors=(FieldError(field, code, message),))


def _as_json(letter: Letter) -> dict[str, Any]:
    return asdict(letter) | {"sent_at": letter.sent_at.isoformat() if letter.sent_at else None}


def _document(document: Any) -> Answer:
    return Answer(200, _dumps(document), {"Content-Type": "application/json", "Cache-Control": "no-store"})


def _page(body: str) -> Answer:
    return Answer(200, body.encode(), {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"})


def _dumps(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
