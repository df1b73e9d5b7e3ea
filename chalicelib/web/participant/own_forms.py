"""The forms that the holder of a registration's link changes and cancels it with."""

from typing import Any

from chalicelib import clock
from chalicelib.links import registration_links
from chalicelib.problems import AnswerFirst, InvalidFields, ListsAreOut, NotFree, Problem, TooBusy, WaitsAlready
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import changing, store
from chalicelib.registration.model import Registration
from chalicelib.web.forms import registration_change
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.participant import pages
from chalicelib.web.participant.registration import load_current_registration, respond_with_registration

blueprint = Blueprint(__name__)


@route(blueprint, "/registrations/{token}/change")
def change_page(_request: Request, token: str) -> Response:
    """The form to change the registration, filled in with what is known; a cancelled one has only its page."""
    registered = load_current_registration(token)
    if registered.status == "cancelled":
        return _redirect_to_page(registered)
    filled = registration_change.dump_details(registered) | {
        "needs": list(registered.needs),
        "wait_for": list(registered.wishes),
    }
    return _render_form(programme_store.read_cached(registered.event_id), registered, filled)


@route(blueprint, "/registrations/{token}/change", "POST")
def change_by_form(request: Request, token: str) -> Response:
    """Change the registration to what the form says; JSON is taken as a PATCH of it is."""
    registered, sent = load_current_registration(token), requests.parse_body(request)
    described = programme_store.read_cached(registered.event_id)
    read = registration_change.parse_form if requests.is_form(request) else registration_change.parse_patch
    try:
        wanted = read(sent, registered, described)
        return respond_with_registration(request, changing.change(described, registered.id, wanted, clock.now()))
    except (InvalidFields, NotFree, AnswerFirst, WaitsAlready, ListsAreOut, TooBusy) as problem:
        if not requests.prefers_html(request):
            raise
        now = load_current_registration(token)
        kept = sent | registration_change.merge_choices(sent, now) | {"email": now.attendee.email}
        return _render_form(described, now, kept, problem)


@route(blueprint, "/registrations/{token}/cancel")
def cancel_page(_request: Request, token: str) -> Response:
    """What cancelling means, asked once; a cancelled one has only its page."""
    registered = load_current_registration(token)
    if registered.status == "cancelled":
        return _redirect_to_page(registered)
    described = programme_store.read_cached(registered.event_id)
    return pages.render_cancellation(described, registered, registered.attendee.language)


def _render_form(
    event: Event, registration: Registration, values: dict[str, Any], problem: Problem | None = None
) -> Response:
    places, language = store.read_places(event.id), registration.attendee.language
    return pages.render_change_form(event, registration, places, values, language, problem)


def _redirect_to_page(registration: Registration) -> Response:
    return responses.see_other(
        registration_links.build_link(registration.event_id, registration.id), headers=PRIVATE_HEADERS
    )
