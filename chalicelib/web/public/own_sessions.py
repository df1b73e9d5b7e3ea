"""A signed-in person's own sessions: where they are signed in, and signing out here, there or everywhere."""

from contextlib import suppress
from typing import Any

from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.auth import guard, sessions
from chalicelib.aws.keys import format_timestamp
from chalicelib.problems import NotFound
from chalicelib.settings import settings
from chalicelib.web.http import models, requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.operations import HTML, SIGNED_IN
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.variants import Variants
from chalicelib.web.organiser import pages
from chalicelib.web.public.sign_in import build_cookie

blueprint = Blueprint(__name__, tag="sign-in")

_PATH = "/organiser/sessions"


class OwnSession(TypedDict):
    """A session; `used_at` is up to five minutes old, `current` is true of the one that asks."""

    id: str
    started_at: models.DateTime
    used_at: models.DateTime
    current: bool


class OwnSessions(TypedDict):
    """The open sessions of one person."""

    sessions: list[OwnSession]


@route(blueprint, _PATH, roles=SIGNED_IN, answers={200: (OwnSessions, HTML)})
def list_sessions(request: Request) -> Variants:
    """List one's own sessions that are open, the one that began last first."""
    found = _serialize_sessions(request)
    return Variants(
        json=lambda: responses.json_response({"sessions": found}, headers=PRIVATE_HEADERS),
        page=lambda: pages.render_page(request, "organiser/sessions.html", sessions=found),
    )


def _serialize_sessions(request: Request) -> list[dict[str, Any]]:
    current, roles = guard.read_session(request), guard.read_roles(request)
    return [
        {
            "id": each.id,
            "started_at": format_timestamp(each.started_at),
            "used_at": format_timestamp(each.used_at),
            "current": each.id == current.id,
        }
        for each in sessions.list_open(current.email, roles, clock.now())
    ]


@route(blueprint, _PATH, "DELETE", roles=SIGNED_IN, answers={204: ()})
def delete_sessions(request: Request) -> Response:
    """End all one's sessions, also the one that asks."""
    _end_all(request)
    return _without_cookie(responses.no_content())


@route(blueprint, f"{_PATH}/{{session_id}}", "DELETE", roles=SIGNED_IN, answers={204: ()})
def delete_session(request: Request, session_id: str) -> Response:
    """End one of one's own sessions; another person's is not found, nor is one that has ended."""
    current = guard.read_session(request)
    sessions.end(current.email, session_id)
    answer = responses.no_content()
    return _without_cookie(answer) if session_id == current.id else answer


@route(blueprint, f"{_PATH}/{{session_id}}/sign-out", "POST", roles=SIGNED_IN, answers={303: ()})
def submit_session_end(request: Request, session_id: str) -> Response:
    """End one of one's own sessions, with the page's form; one that has ended already stays so."""
    _end(request, session_id)
    if session_id == guard.read_session(request).id:
        return _leave(request)
    return pages.redirect(request, "sessions", done="session-ended")


@route(blueprint, "/organiser/sign-out-everywhere", "POST", roles=SIGNED_IN, answers={303: ()})
def sign_out_everywhere(request: Request) -> Response:
    """End all one's sessions, with the page's form, and redirect to the page to sign in."""
    _end_all(request)
    return _leave(request)


@route(blueprint, "/organiser/sign-out", "POST", roles=SIGNED_IN, answers={303: ()})
def sign_out(request: Request) -> Response:
    """End the session and all copies of it, and redirect to the page to sign in."""
    _end(request, guard.read_session(request).id)
    return _leave(request)


def _end_all(request: Request) -> None:
    current = guard.read_session(request)
    sessions.end_all(current.email, current.id)


def _end(request: Request, session_id: str) -> None:
    """End the session, also where a second press comes after the first."""
    with suppress(NotFound):
        sessions.end(guard.read_signed_in_email(request), session_id)


def _leave(request: Request) -> Response:
    home = f"{settings().public_url}/organiser?lang={requests.negotiate_language(request)}"
    return _without_cookie(responses.see_other(home, headers=PRIVATE_HEADERS))


def _without_cookie(response: Response) -> Response:
    response.headers["Set-Cookie"] = build_cookie("", 0)
    return response
