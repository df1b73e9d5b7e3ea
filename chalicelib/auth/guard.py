"""The guard that every organiser route stands behind: who is signed in, and what their roles allow.

It reads requests by their headers and method alone, so it needs no web framework.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from http.cookies import CookieError, SimpleCookie
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from chalicelib import clock
from chalicelib.auth import sessions
from chalicelib.auth.sessions import COOKIE, Session
from chalicelib.problems import NotAllowed, SignInNeeded
from chalicelib.settings import Role, settings


class Request(Protocol):
    """What the guard reads of a request; `headers` finds a name in any case."""

    @property
    def headers(self) -> Mapping[str, Any]: ...

    @property
    def method(self) -> str: ...


_Request = TypeVar("_Request", bound=Request)
_Parameters = ParamSpec("_Parameters")
_Response = TypeVar("_Response")
_View = Callable[Concatenate[_Request, _Parameters], _Response]


def session(request: Request) -> Session:
    """The session that the request comes with; raises SignInNeeded for none, a forged one, and one that has
    expired. Whether it was ended early, only the guard asks."""
    return sessions.read(_bearer(request) or _cookie(request), clock.now())


def organiser(request: Request) -> str:
    """The address of the signed-in person, once the guard has let them in."""
    return session(request).email


def roles(request: Request) -> frozenset[Role]:
    """The roles of the signed-in person, as the settings have them now."""
    return settings().roles_of(session(request).email)


def _bearer(request: Request) -> str:
    scheme, _, token = str(request.headers.get("authorization", "")).partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _cookie(request: Request) -> str:
    try:
        cookies = SimpleCookie(request.headers.get("cookie", ""))
    except CookieError as error:
        raise SignInNeeded from error
    return cookies[COOKIE].value if COOKIE in cookies else ""


def for_roles(
    *allowed: Role,
) -> Callable[[_View[_Request, _Parameters, _Response]], _View[_Request, _Parameters, _Response]]:
    """Let only people with one of these roles into the view. With a cookie alone nothing is changed unless the
    request comes from our own pages (CSRF check)."""

    def guard(view: _View[_Request, _Parameters, _Response]) -> _View[_Request, _Parameters, _Response]:
        @wraps(view)
        def guarded(request: _Request, *args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Response:
            _let_in(request, frozenset(allowed))
            return view(request, *args, **kwargs)

        return cast(_View[_Request, _Parameters, _Response], guarded)

    return guard


def for_organisers(view: _View[_Request, _Parameters, _Response]) -> _View[_Request, _Parameters, _Response]:
    """Let only organisers into the view."""
    return for_roles("organiser")(view)


def _let_in(request: Request, allowed: frozenset[Role]) -> None:
    came_with = session(request)
    found = settings().roles_of(came_with.email)
    if not found or sessions.has_ended(came_with):
        raise SignInNeeded
    if request.method != "GET" and not _bearer(request) and not from_our_pages(request):
        raise SignInNeeded
    if not found & allowed:
        raise NotAllowed


def from_our_pages(request: Request) -> bool:
    """Whether the request comes from our own origin (CSRF check). Browsers name the origin of every request that
    is not a GET (Fetch standard, `Origin`); it is ours when it is the host that was asked, or the public one."""
    origin = urlsplit(str(request.headers.get("origin", ""))).netloc
    return bool(origin) and origin in (request.headers.get("host", ""), urlsplit(settings().public_url).netloc)
