"""The pages with the forms that a participant changes and cancels a registration with."""

from functools import partial
from typing import Any

from chalicelib import clock
from chalicelib.links import registration_links
from chalicelib.problems import (
    AnswerFirst,
    ChangedMeanwhile,
    ChangedTooOften,
    InvalidFields,
    ListsAreOut,
    NotFree,
    Problem,
    TooBusy,
    WaitsAlready,
)
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import changing, store
from chalicelib.registration.access import Access
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.flows import load_registration
from chalicelib.registration.model import Registration
from chalicelib.registration.rules import find_cancellation_problem
from chalicelib.web.forms import registration_change
from chalicelib.web.forms.registration_change import ChangedRegistration
from chalicelib.web.http import form_decoding, requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.operations import CONFLICTS, HTML, Body
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.variants import Variants
from chalicelib.web.participant import pages
from chalicelib.web.participant.registration import (
    DETAILS_CHANGED,
    load_current_registration,
    respond_with_registration,
)

#: The problems for which the form is shown again, filled in.
_REJECTED = (
    AnswerFirst,
    ChangedMeanwhile,
    ChangedTooOften,
    InvalidFields,
    ListsAreOut,
    NotFree,
    TooBusy,
    WaitsAlready,
)
blueprint = Blueprint(__name__, tag="registration")


@route(blueprint, "/registrations/{token}/change", answers={200: (HTML,), 303: ()})
def show_change_form(_request: Request, token: str) -> Response:
    """Show the form to change the registration, filled in; a cancelled one redirects to its page."""
    registration = load_current_registration(token)
    if registration.status == "cancelled":
        return _redirect_to_page(registration)
    values = registration_change.dump_details(registration) | {
        "needs": list(registration.needs),
        "wait_for": list(registration.wishes),
    }
    return _render_form(programme_store.read_cached(registration.event_id), registration, values)


@route(
    blueprint,
    "/registrations/{token}/change",
    "POST",
    answers=DETAILS_CHANGED,
    problems=CONFLICTS,
    body=Body(ChangedRegistration, form=form_decoding.FIELDS),
)
def submit_change_form(request: Request, token: str) -> Variants:
    """Change the registration to what the form has; JSON is a merge patch, as in a PATCH."""
    registration, submitted = load_current_registration(token), requests.parse_body(request)
    event = programme_store.read_cached(registration.event_id)
    parse = registration_change.parse_form if requests.is_form(request) else registration_change.parse_patch
    try:
        change = parse(submitted, registration, event)
        changed = _change(event, registration_links.read_token(token), change)
        return respond_with_registration(changed, dropped=change.dropped)
    except _REJECTED as problem:
        return Variants(problem, page=partial(_render_rejected_form, event, token, submitted, problem))


def _change(event: Event, access: Access, change: ChangeRequest) -> Registration:
    """Change the registration; ChangedMeanwhile names what was sent and what stands now."""
    try:
        return changing.change(event, access, change, clock.now())
    except ChangedMeanwhile as problem:
        current = load_registration(access)
        conflicts = registration_change.find_conflicts(change, current, event)
        raise ChangedMeanwhile(errors=tuple(conflicts)) from problem


def _render_rejected_form(event: Event, token: str, submitted: dict[str, Any], problem: Problem) -> Response:
    registration = load_current_registration(token)
    choices = registration_change.merge_choices(submitted, registration)
    values = submitted | choices | {"email": registration.attendee.email}
    return _render_form(event, registration, values, problem)


@route(blueprint, "/registrations/{token}/cancel", answers={200: (HTML,), 303: ()})
def show_cancellation(_request: Request, token: str) -> Response:
    """Show what cancelling means before it is done; one that cannot be cancelled redirects to its page."""
    registration = load_current_registration(token)
    event = programme_store.read_cached(registration.event_id)
    if registration.status == "cancelled" or find_cancellation_problem(event, registration, clock.now()):
        return _redirect_to_page(registration)
    return pages.render_cancellation(event, registration, registration.attendee.language)


def _render_form(
    event: Event, registration: Registration, values: dict[str, Any], problem: Problem | None = None
) -> Response:
    places, language = store.read_places(event.id), registration.attendee.language
    return pages.render_change_form(event, registration, places, values, language, problem)


def _redirect_to_page(registration: Registration) -> Response:
    return responses.see_other(registration_links.build_used_link(registration), headers=PRIVATE_HEADERS)
