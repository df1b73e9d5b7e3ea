"""The guard of the organiser routes: the session of a request, and what its roles allow.

It reads requests by their headers and method alone, so it needs no web framework.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from http.cookies import CookieError, SimpleCookie
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from chalicelib import clock
from chalicelib.auth import sessions
from chalicelib.auth.sessions import COOKIE_NAME, Session
from chalicelib.problems import NotAllowed, SignInNeeded
from chalicelib.settings import Role, settings


class Request(Protocol):
    """The parts of a request that the guard reads; `headers` finds a name in any case."""

    @property
    def headers(self) -> Mapping[str, Any]:
        """The headers."""

    @property
    def method(self) -> str:
        """The HTTP method."""


_Request = TypeVar("_Request", bound=Request)
_Parameters = ParamSpec("_Parameters")
_Response = TypeVar("_Response")
_View = Callable[Concatenate[_Request, _Parameters], _Response]


def read_session(request: Request) -> Session:
    """Return the session of the request; raises SignInNeeded for none, a forged one, and one that has expired.

    Only the guard checks that it has not ended before.
    """
    return sessions.read_token(_read_bearer_token(request) or _read_cookie(request), clock.now())


def read_signed_in_email(request: Request) -> str:
    """Return the address of the signed-in person, once the guard has let them in."""
    return read_session(request).email


def read_roles(request: Request) -> frozenset[Role]:
    """Return the roles of the signed-in person, as the settings have them now."""
    return settings().get_roles(read_session(request).email)


def _read_bearer_token(request: Request) -> str:
    scheme, _, token = str(request.headers.get("authorization", "")).partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _read_cookie(request: Request) -> str:
    try:
        cookies = SimpleCookie(request.headers.get("cookie", ""))
    except CookieError as error:
        raise SignInNeeded from error
    return cookies[COOKIE_NAME].value if COOKIE_NAME in cookies else ""


def require_roles(
    *allowed: Role,
) -> Callable[[_View[_Request, _Parameters, _Response]], _View[_Request, _Parameters, _Response]]:
    """Let only people with one of these roles into the view.

    With a cookie alone, nothing is changed unless the request comes from our own pages (CSRF check).
    """

    def guard(view: _View[_Request, _Parameters, _Response]) -> _View[_Request, _Parameters, _Response]:
        @wraps(view)
        def guarded(request: _Request, *args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Response:
            _check_access(request, frozenset(allowed))
            return view(request, *args, **kwargs)

        return cast(_View[_Request, _Parameters, _Response], guarded)

    return guard


def _check_access(request: Request, allowed: frozenset[Role]) -> None:
    session, now = read_session(request), clock.now()
    roles = settings().get_roles(session.email)
    found = sessions.load(session, roles, now)
    if request.method != "GET" and not _read_bearer_token(request) and not is_same_origin(request):
        raise SignInNeeded
    if not roles & allowed:
        raise NotAllowed
    if not _is_poll(request):
        sessions.record_use(session, found, now)


def _is_poll(request: Request) -> bool:
    """Return True if a page refreshes itself (polling with ETag), which keeps no session open."""
    return request.method == "GET" and "if-none-match" in request.headers


def is_same_origin(request: Request) -> bool:
    """Return True if the request comes from our own origin (CSRF check).

    Browsers name the origin of every request that is not a GET (Fetch standard, `Origin`); it is ours when it is
    the host that was asked, or the public one.
    """
    origin = urlsplit(str(request.headers.get("origin", ""))).netloc
    return bool(origin) and origin in (request.headers.get("host", ""), urlsplit(settings().public_url).netloc)
