"""The organiser's hand on a registration: cancelling, promotion, priority, the mail once more."""

from collections.abc import Callable
from typing import Any

from pydantic import Field

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.auth.guard import read_signed_in_email, require_organiser
from chalicelib.language import N_
from chalicelib.links import mail_requests
from chalicelib.problems import InvalidFields, NotFree, NotHeld, NotWaiting, TooBusy, TooSoon
from chalicelib.programme import store as programme_store
from chalicelib.programme.lines import HIGHEST_PRIORITY, LOWEST_PRIORITY
from chalicelib.registration import changing, flows, overrides
from chalicelib.registration.model import Registration
from chalicelib.retention import erasure
from chalicelib.web.forms import registration_change
from chalicelib.web.forms.reasons import OptionalReason, RequiredReason
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validate
from chalicelib.web.organiser import pages, person_page
from chalicelib.web.organiser.pages import ConfirmationTexts
from chalicelib.web.participant import own_data

blueprint = Blueprint(__name__)

_REGISTRATION_PATH = "/organiser/events/{event_id}/registrations/{registration_id}"
Operation = Callable[[dict[str, Any]], Registration]


class Cancellation(OptionalReason):
    """Why, if that is to be kept."""


class Promotion(RequiredReason):
    """Which wish, where it wishes for several things; from which hold, if any; `confirm` to give more than there
    is."""

    wait_for: str = Field(default="", max_length=40)
    hold: str = Field(default="", max_length=overrides.MAX_HOLD_NAME_LENGTH)
    confirm: bool = False


class Priority(RequiredReason):
    """Where in the line: 1 goes first, 5 is ordinary, 9 goes last; of the wish named, where it wishes for several
    things."""

    wait_for: str = Field(default="", max_length=40)
    priority: int = Field(ge=HIGHEST_PRIORITY, le=LOWEST_PRIORITY)


@route(blueprint, _REGISTRATION_PATH, "PATCH")
@require_organiser
def change_for(request: Request, event_id: str, registration_id: str) -> Response:
    """Change somebody's details, needs or wishes for them, also when airline and hotel have the lists."""
    event, registered = (
        programme_store.read_cached(event_id),
        person_page.load_registration(event_id, registration_id),
    )
    wanted = registration_change.parse_patch(requests.parse_body(request), registered, event)
    return person_page.respond_with_registration(
        changing.change(event, registration_id, wanted, clock.now(), read_signed_in_email(request))
    )


@route(blueprint, _REGISTRATION_PATH + "/cancellation", "POST")
@require_organiser
def cancel_for(request: Request, event_id: str, registration_id: str) -> Response:
    """Cancel somebody's registration; the page's form always says why."""

    def cancel(sent: dict[str, Any]) -> Registration:
        word = validate(RequiredReason if requests.is_form(request) else Cancellation, sent).build_actor(request)
        return flows.cancel(event_id, registration_id, "organiser", clock.now(), word.audit_fields)

    return _run_and_respond(request, event_id, registration_id, "cancelled", cancel)


@route(blueprint, _REGISTRATION_PATH + "/promotion", "POST")
@require_organiser
def promote(request: Request, event_id: str, registration_id: str) -> Response:
    """Give somebody what they wait for, ahead of their turn."""

    def give(sent: dict[str, Any]) -> Registration:
        wanted = validate(Promotion, sent)
        event, word = programme_store.read_cached(event_id), wanted.build_actor(request)
        what = {"wish": wanted.wait_for, "hold": wanted.hold}
        return overrides.promote(event, registration_id, word, clock.now(), **what, overbook=wanted.confirm)

    return _run_and_respond(request, event_id, registration_id, "promoted", give)


@route(blueprint, _REGISTRATION_PATH + "/priority", "PUT")
@require_organiser
def prioritise(request: Request, event_id: str, registration_id: str) -> Response:
    """Put somebody further to the front of the line, or to its end."""
    return _run_and_respond(
        request,
        event_id,
        registration_id,
        "prioritised",
        _build_prioritisation(request, event_id, registration_id),
    )


@route(blueprint, _REGISTRATION_PATH + "/priority", "POST")
@require_organiser
def priority_by_form(request: Request, event_id: str, registration_id: str) -> Response:
    """The page's form for the same."""
    return _run_and_respond(
        request,
        event_id,
        registration_id,
        "prioritised",
        _build_prioritisation(request, event_id, registration_id),
    )


def _build_prioritisation(request: Request, event_id: str, registration_id: str) -> Operation:
    def prioritise(sent: dict[str, Any]) -> Registration:
        wanted = validate(Priority, sent)
        word, wish = wanted.build_actor(request), wanted.wait_for
        return overrides.prioritise(event_id, registration_id, wanted.priority, word, clock.now(), wish)

    return prioritise


@route(blueprint, _REGISTRATION_PATH + "/mail", "POST")
@require_organiser
def mail_to(request: Request, event_id: str, registration_id: str) -> Response:
    """Have the mail about how the registration stands sent once more: 202."""

    def send(_sent: dict[str, Any]) -> Registration:
        return mail_requests.request_mail(
            event_id, registration_id, "organiser", clock.now(), Actor(read_signed_in_email(request))
        )

    return _run_and_respond(request, event_id, registration_id, "mail", send, status=202)


_CONFIRM_OVERBOOKING = ConfirmationTexts(
    question=N_("Give it all the same?"),
    consequence=N_(
        "There is none left: %(allotments)s. They would get it beyond the capacity, ahead of everybody else."
    ),
    button=N_("Give it all the same"),
)


def _run_and_respond(
    request: Request, event_id: str, registration_id: str, done: str, operation: Operation, status: int = 200
) -> Response:
    """The registration once it is done; for a form the way to its page, which shows as well what was refused."""
    sent, registered = requests.form_fields(request), person_page.load_registration(event_id, registration_id)
    if not requests.is_form(request):
        return person_page.respond_with_registration(operation(sent), status)
    here = ("events", event_id, "registrations", registration_id)
    try:
        operation(sent)
    except NotFree as problem:
        action = (*here, "promotion")
        return pages.render_confirmation(request, _CONFIRM_OVERBOOKING, problem, sent, action, here)
    except (InvalidFields, NotHeld, NotWaiting, TooBusy) as problem:
        if not (isinstance(problem, NotWaiting) and sent.get("wait_for") in registered.needs):  # a second click
            now = person_page.load_registration(event_id, registration_id)
            return person_page.render_page(request, now, pages.build_rejected_form(request, done, problem, sent))
    except TooSoon:
        pass  # a second click: the mail is on its way
    return pages.redirect(request, *here, done=done)


@route(blueprint, _REGISTRATION_PATH + "/personal-data")
@require_organiser
def data_for(_request: Request, event_id: str, registration_id: str) -> Response:
    """Everything held about a person, to answer a request for access with."""
    return own_data.respond_with_personal_data(
        event_id, person_page.load_registration(event_id, registration_id).id
    )


@route(blueprint, _REGISTRATION_PATH, "DELETE")
@require_organiser
def erase_for(request: Request, event_id: str, registration_id: str) -> Response:
    """Cancel, and delete everything about a person who asked for it: 204."""
    registered, word = (
        person_page.load_registration(event_id, registration_id),
        Actor(read_signed_in_email(request)),
    )
    erasure.erase(event_id, registered.id, "organiser", clock.now(), word)
    return responses.no_content()
