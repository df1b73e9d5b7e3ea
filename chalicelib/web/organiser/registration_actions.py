"""The organisers' actions on a registration: change, cancellation, promotion, priority, mail."""

from collections.abc import Callable
from typing import Any

from pydantic import Field, StrictBool

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.auth.guard import read_signed_in_email
from chalicelib.language import N_
from chalicelib.links import mail_requests
from chalicelib.problems import (
    EventNotFound,
    EventOver,
    InvalidFields,
    IsCheckedIn,
    LinkNotValid,
    NotFree,
    NotHeld,
    NotWaiting,
    TooBusy,
    TooSoon,
)
from chalicelib.programme import store as programme_store
from chalicelib.programme.lines import HIGHEST_PRIORITY, LOWEST_PRIORITY
from chalicelib.registration import changing, flows, overrides
from chalicelib.registration.access import Access
from chalicelib.registration.model import Registration
from chalicelib.validation import validate
from chalicelib.web.forms import registration_change
from chalicelib.web.forms.reasons import OptionalReason, RequiredReason
from chalicelib.web.forms.registration_change import OrganisersChange
from chalicelib.web.http import requests
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.models import ChangedOrganiserRegistration, OneOrganiserRegistration
from chalicelib.web.http.operations import CONFLICTS, OPTIONAL_BODY, ORGANISERS, Answers, Body
from chalicelib.web.http.routing import route
from chalicelib.web.http.variants import Variants
from chalicelib.web.organiser import pages, person_page
from chalicelib.web.organiser.pages import ConfirmationTexts

blueprint = Blueprint(__name__, tag="registrations")

_REGISTRATION_PATH = "/organiser/events/{event_id}/registrations/{registration_id}"
Action = Callable[[dict[str, Any]], Registration]
_ANSWERS: Answers = {200: (OneOrganiserRegistration,)}


class Cancellation(OptionalReason):
    """The reason, if it is to be kept."""


class Promotion(RequiredReason):
    """The wish to promote, if there are several; the hold to take units from; `confirm` to overbook."""

    wait_for: str = Field(default="", max_length=40)
    hold: str = Field(default="", max_length=overrides.MAX_HOLD_NAME_LENGTH)
    confirm: StrictBool = False


class Priority(RequiredReason):
    """The priority on the waitlist, from 1 (first) over 5 (ordinary) to 9; of one wish, if there are several."""

    wait_for: str = Field(default="", max_length=40)
    priority: int = Field(ge=HIGHEST_PRIORITY, le=LOWEST_PRIORITY)


@route(
    blueprint,
    _REGISTRATION_PATH,
    "PATCH",
    roles=ORGANISERS,
    answers={200: (ChangedOrganiserRegistration,)},
    problems=CONFLICTS,
    body=Body(OrganisersChange),
)
def change_registration_for_organiser(request: Request, event_id: str, registration_id: str) -> Response:
    """Change details, needs or wishes for a participant, also when airline and hotel have the lists.

    What it tells about food and assistance, the participant must have told: `told_by_the_person`.
    """
    event = programme_store.read_cached(event_id)
    registration = person_page.load_registration(event_id, registration_id)
    change = registration_change.parse_organisers_patch(requests.parse_body(request), registration, event)
    access = Access(event_id, registration_id)
    changed = changing.change(event, access, change, clock.now(), read_signed_in_email(request))
    return person_page.respond_with_registration(changed, dropped=change.dropped)


@route(
    blueprint,
    _REGISTRATION_PATH + "/cancellation",
    "POST",
    roles=ORGANISERS,
    answers=_ANSWERS,
    problems=CONFLICTS,
    body=Body(Cancellation, is_required=False),
)
def cancel_registration_for_organiser(request: Request, event_id: str, registration_id: str) -> Variants:
    """Cancel a participant's registration; the page's form requires a reason.

    After the end of the event, and once checked in, it cannot be cancelled any more, only erased.
    """

    def cancel(submitted: dict[str, Any]) -> Registration:
        model = RequiredReason if requests.is_form(request) else Cancellation
        actor = validate(model, submitted).build_actor(request)
        return flows.cancel(Access(event_id, registration_id), clock.now(), actor.audit_fields)

    return _run(request, event_id, registration_id, "cancelled", cancel)


@route(
    blueprint,
    _REGISTRATION_PATH + "/promotion",
    "POST",
    roles=ORGANISERS,
    answers=_ANSWERS,
    problems=CONFLICTS,
    body=Body(Promotion),
)
def promote_registration(request: Request, event_id: str, registration_id: str) -> Variants:
    """Give a participant what they wait for, ahead of their turn."""

    def promote(submitted: dict[str, Any]) -> Registration:
        promotion = validate(Promotion, submitted)
        event, actor = programme_store.read_cached(event_id), promotion.build_actor(request)
        source = {"wish": promotion.wait_for, "hold": promotion.hold}
        return overrides.promote(event, registration_id, actor, clock.now(), **source, overbook=promotion.confirm)

    return _run(request, event_id, registration_id, "promoted", promote)


_PRIORITY_PATH = _REGISTRATION_PATH + "/priority"


@route(
    blueprint, _PRIORITY_PATH, "PUT", roles=ORGANISERS, answers=_ANSWERS, problems=CONFLICTS, body=Body(Priority)
)
@route(
    blueprint,
    _PRIORITY_PATH,
    "POST",
    name="submit_priority_form",
    roles=ORGANISERS,
    answers={303: ()},
    problems=CONFLICTS,
    body=Body(form=Priority),
)
def set_priority(request: Request, event_id: str, registration_id: str) -> Variants:
    """Move a participant to the front of their line on the waitlist, or to its end."""

    def prioritise(submitted: dict[str, Any]) -> Registration:
        priority = validate(Priority, submitted)
        actor, wish = priority.build_actor(request), priority.wait_for
        return overrides.prioritise(event_id, registration_id, priority.priority, actor, clock.now(), wish)

    return _run(request, event_id, registration_id, "prioritised", prioritise)


@route(
    blueprint,
    _REGISTRATION_PATH + "/mail",
    "POST",
    roles=ORGANISERS,
    answers={202: (OneOrganiserRegistration,)},
    problems=(409, 429, 503),
    body=OPTIONAL_BODY,
)
def resend_mail_for_organiser(request: Request, event_id: str, registration_id: str) -> Variants:
    """Have the latest mail about the registration sent to the participant once more."""

    def send(_submitted: dict[str, Any]) -> Registration:
        return mail_requests.request_mail(
            Access(event_id, registration_id), clock.now(), Actor(read_signed_in_email(request))
        )

    return _run(request, event_id, registration_id, "mail", send, status=202)


_CONFIRM_OVERBOOKING = ConfirmationTexts(
    question=N_("Give it all the same?"),
    consequence=N_(
        "There is none left: %(allotments)s. They would get it beyond the capacity, ahead of everybody else."
    ),
    button=N_("Give it all the same"),
)


def _run(
    request: Request, event_id: str, registration_id: str, done: str, action: Action, status: int = 200
) -> Variants:
    """Run the action on what was submitted; answer with the registration, or redirect a form to its page."""
    submitted = requests.form_fields(request)
    return Variants(
        json=lambda: person_page.respond_with_registration(
            _run_action(event_id, registration_id, action, submitted), status
        ),
        form=lambda: _run_for_form(
            request, person_page.load_registration(event_id, registration_id), done, action, submitted
        ),
    )


def _run_action(event_id: str, registration_id: str, action: Action, submitted: dict[str, Any]) -> Registration:
    """Run the action; raises NotFound, before any other problem, where there is no such registration."""
    try:
        return action(submitted)
    except (EventNotFound, InvalidFields, LinkNotValid):
        person_page.load_registration(event_id, registration_id)
        raise


def _run_for_form(
    request: Request, registration: Registration, done: str, action: Action, submitted: dict[str, Any]
) -> Response:
    """Run the action, and redirect to the registration's page; a rejected form is shown there again."""
    here = ("events", registration.event_id, "registrations", registration.id)
    try:
        action(submitted)
    except NotFree as problem:
        confirmed = (*here, "promotion")
        return pages.render_confirmation(request, _CONFIRM_OVERBOOKING, problem, submitted, confirmed, here)
    except (EventOver, InvalidFields, IsCheckedIn, NotHeld, NotWaiting, TooBusy) as problem:
        is_second_click = isinstance(problem, NotWaiting) and submitted.get("wait_for") in registration.needs
        if not is_second_click:
            current = person_page.load_registration(registration.event_id, registration.id)
            rejected = pages.build_rejected_form(request, done, problem, submitted)
            return person_page.render_page(request, current, rejected)
    except TooSoon:
        pass  # a second click: the mail is on its way
    return pages.redirect(request, *here, done=done)
