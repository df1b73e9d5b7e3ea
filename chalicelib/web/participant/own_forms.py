"""The forms that the holder of a registration's link changes and cancels it with."""

from typing import Any

from chalice import Blueprint
from chalice.app import Request, Response

from chalicelib import clock
from chalicelib.links import registration_links
from chalicelib.problems import AnswerFirst, InvalidFields, ListsAreOut, NotFree, Problem, TooBusy, WaitsAlready
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import changing, store
from chalicelib.registration.model import Registration
from chalicelib.web.forms import registration_change
from chalicelib.web.http import requests, responses
from chalicelib.web.http.responses import PRIVATE
from chalicelib.web.http.routing import route
from chalicelib.web.participant import pages
from chalicelib.web.participant.registration import answered, registered_by

blueprint = Blueprint(__name__)


@route(blueprint, "/registrations/{token}/change")
def change_page(_request: Request, token: str) -> Response:
    """The form to change the registration, filled in with what is known; a cancelled one has only its page."""
    registered = registered_by(token)
    if registered.status == "cancelled":
        return _to_its_page(registered)
    filled = registration_change.known(registered) | {
        "needs": list(registered.needs),
        "wait_for": list(registered.wishes),
    }
    return _form(programme_store.read(registered.event_id), registered, filled)


@route(blueprint, "/registrations/{token}/change", "POST")
def change_by_form(request: Request, token: str) -> Response:
    """Change the registration to what the form says; JSON is taken as a PATCH of it is."""
    registered, sent = registered_by(token), requests.body(request)
    described = programme_store.read(registered.event_id)
    read = registration_change.read_form if requests.is_form(request) else registration_change.read
    try:
        wanted = read(sent, registered, described)
        return answered(request, changing.change(described, registered.id, wanted, clock.now()))
    except (InvalidFields, NotFree, AnswerFirst, WaitsAlready, ListsAreOut, TooBusy) as problem:
        if not requests.wants_page(request):
            raise
        now = registered_by(token)
        kept = sent | registration_change.chosen(sent, now) | {"email": now.attendee.email}
        return _form(described, now, kept, problem)


@route(blueprint, "/registrations/{token}/cancel")
def cancel_page(_request: Request, token: str) -> Response:
    """What cancelling means, asked once; a cancelled one has only its page."""
    registered = registered_by(token)
    if registered.status == "cancelled":
        return _to_its_page(registered)
    described = programme_store.read(registered.event_id)
    return pages.cancellation(described, registered, registered.attendee.language)


def _form(
    described: Event, registered: Registration, filled: dict[str, Any], problem: Problem | None = None
) -> Response:
    places, language = store.places(described.id), registered.attendee.language
    return pages.change(described, registered, places, filled, language, problem)


def _to_its_page(registered: Registration) -> Response:
    return responses.see_other(registration_links.link(registered.event_id, registered.id), headers=PRIVATE)
