"""Who is signed in and what they may do: sessions, and the guard that every organiser's route stands behind."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from chalice.app import Request, Response
from itsdangerous import BadSignature, URLSafeSerializer

from chalicelib import clock, keys, secret_keys, table
from chalicelib.items import Put
from chalicelib.problems import SignInNeeded
from chalicelib.settings import Role, settings
from chalicelib.table import Refused
from chalicelib.web.refusals import NotAllowed
from chalicelib.web.routing import View

SESSION_LASTS = timedelta(hours=12)
COOKIE = "organiser"


@dataclass(frozen=True)
class Session:
    """Whose it is, and when it ends by itself (epoch seconds); the id says nothing about anybody."""

    id: str
    email: str
    ends: int


def _sessions() -> URLSafeSerializer:
    return URLSafeSerializer(secret_keys.signing(), salt="session")


def session_token(email: str, now: datetime) -> str:
    """A signed session for this address, good for twelve hours: a bearer token and the cookie's value."""
    return str(_sessions().dumps([secrets.token_hex(16), email, int((now + SESSION_LASTS).timestamp())]))


def session(request: Request) -> Session:
    """The session that the request comes with; raises SignInNeeded for none, a forged one, and one that has run
    its time. That somebody has signed out of it, only the guard asks."""
    try:
        found = Session(*_sessions().loads(_bearer(request) or _cookie(request)))
    except (BadSignature, ValueError, TypeError) as error:
        raise SignInNeeded from error
    if found.ends <= clock.now().timestamp():
        raise SignInNeeded
    return found


def organiser(request: Request) -> str:
    """The address of whoever asks, once the guard has let them in."""
    return session(request).email


def roles(request: Request) -> frozenset[Role]:
    """The roles of whoever asks, as the settings have them now."""
    return settings().roles_of(session(request).email)


def end(ended: Session) -> None:
    """Let nobody in with this session any more. The record is kept until it would have ended by itself."""
    try:
        table.write(Put({**keys.ended_session_key(ended.id), "expires_at": ended.ends}))
    except Refused:
        return  # a second click


def _bearer(request: Request) -> str:
    scheme, _, token = str(request.headers.get("authorization", "")).partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _cookie(request: Request) -> str:
    try:
        cookies = SimpleCookie(request.headers.get("cookie", ""))
    except CookieError as error:
        raise SignInNeeded from error
    return cookies[COOKIE].value if COOKIE in cookies else ""


def for_roles(*allowed: Role) -> Callable[[Callable[..., Response]], View]:
    """Lets into the view whoever is signed in with one of these roles. With a cookie alone nothing is changed,
    unless the request comes from our own pages."""

    def guard(view: Callable[..., Response]) -> View:
        @wraps(view)
        def guarded(request: Request, **parameters: Any) -> Response:
            _let_in(request, frozenset(allowed))
            return view(request, **parameters)

        return guarded

    return guard


for_organisers = for_roles("organiser")


def _let_in(request: Request, allowed: frozenset[Role]) -> None:
    came_with = session(request)
    found = settings().roles_of(came_with.email)
    if not found or table.get(keys.ended_session_key(came_with.id)):
        raise SignInNeeded
    if request.method != "GET" and not _bearer(request) and not from_our_pages(request):
        raise SignInNeeded
    if not found & allowed:
        raise NotAllowed


def from_our_pages(request: Request) -> bool:
    """Browsers name the origin of every request that is not a GET (Fetch standard, `Origin`); it is ours when
    it is the host that was asked, or the one that people reach us by."""
    origin = urlsplit(str(request.headers.get("origin", ""))).netloc
    return bool(origin) and origin in (request.headers.get("host", ""), urlsplit(settings().public_url).netloc)
