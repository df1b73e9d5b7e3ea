"""The organisers' endpoints of an event's units: setting capacities and moving units."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, StrictBool
from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.language import N_
from chalicelib.problems import (
    BelowHeld,
    BelowTaken,
    FieldError,
    InvalidFields,
    TooBusy,
    VersionOutdated,
)
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Name
from chalicelib.registration import store
from chalicelib.validation import validate
from chalicelib.web.forms.reasons import OptionalReason, Reason
from chalicelib.web.http import requests, responses, serializers
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.models import Counts
from chalicelib.web.http.operations import CONFLICTS, ORGANISERS, Body
from chalicelib.web.http.routing import route
from chalicelib.web.http.variants import Variants
from chalicelib.web.organiser import event_page, pages
from chalicelib.web.organiser.pages import ConfirmationTexts

blueprint = Blueprint(__name__, tag="organiser")

_EVENT_PATH = "/organiser/events/{event_id}"
_ALLOTMENT_PATH = _EVENT_PATH + "/allotments/{name}"
Units = Annotated[int, Field(ge=0, le=100_000)]


class Capacity(OptionalReason):
    """The capacity of an allotment; `confirm` to go below the units that are taken."""

    capacity: Units
    confirm: StrictBool = False


class Move(OptionalReason):
    """The units that go to another allotment; `confirm` to go below the units that are taken."""

    to: Name
    units: Annotated[int, Field(ge=1, le=100_000)]
    confirm: StrictBool = False


class MoveByForm(Move):
    """The form of a move, which requires a reason and has the version of the event that its page showed."""

    to: Name = Field(validation_alias="allotment")
    reason: Reason
    version: int


class OneAllotment(TypedDict):
    """The counts of an allotment."""

    allotment: Counts


class TwoAllotments(TypedDict):
    """The counts of both allotments of a move."""

    allotments: list[Counts]


@route(
    blueprint,
    _ALLOTMENT_PATH,
    "PUT",
    roles=ORGANISERS,
    answers={200: (OneAllotment,)},
    problems=(*CONFLICTS, 412),
    body=Body(Capacity),
)
@route(
    blueprint,
    _ALLOTMENT_PATH,
    "POST",
    name="submit_capacity_form",
    roles=ORGANISERS,
    answers={303: ()},
    problems=(*CONFLICTS, 412),
    body=Body(form=Capacity),
)
def set_capacity(request: Request, event_id: str, name: str) -> Variants:
    """Raise or lower the capacity of an allotment; raised, the waitlist moves at once.

    The page's form asks for confirmation before it goes below the units that are taken.
    """
    return Variants(
        json=lambda: _set_capacity_by_json(request, event_id, name),
        form=lambda: _set_capacity_by_form(request, event_id, name),
    )


def _set_capacity_by_json(request: Request, event_id: str, name: str) -> Response:
    _set_capacity(request, event_id, name, validate(Capacity, requests.parse_body(request)))
    return responses.json_response({"allotment": serializers.serialize_counts(name, store.read_places(event_id))})


_CONFIRM_LOWERING = ConfirmationTexts(
    question=N_("Lower it to %(capacity)s all the same?"),
    consequence=N_(
        "%(title)s: %(taken)s are taken or set aside, which is more than %(capacity)s. Nobody loses what they"
        " have, but nobody gets in until enough have cancelled."
    ),
    button=N_("Lower it"),
)


def _set_capacity_by_form(request: Request, event_id: str, name: str) -> Response:
    submitted = requests.form_fields(request)
    try:
        _set_capacity(request, event_id, name, validate(Capacity, submitted))
    except BelowTaken as problem:
        return _render_confirmation(request, _CONFIRM_LOWERING, problem, submitted, (event_id, name))
    except (InvalidFields, BelowHeld, TooBusy) as problem:
        rejected = pages.build_rejected_form(request, f"capacity-{name}", problem, submitted)
        return event_page.render_page(request, event_id, rejected)
    return pages.redirect(request, "events", event_id, done="capacity")


def _render_confirmation(
    request: Request,
    question: ConfirmationTexts,
    problem: BelowTaken,
    submitted: dict[str, str],
    allotment: tuple[str, str],
    *subpath: str,
    **words: str,
) -> Response:
    """Ask for confirmation to go below the units that are taken; `subpath` is below the allotment's path."""
    event_id, name = allotment
    here = ("events", event_id)
    titles = programme_store.read_cached(event_id).join_titles((name,), requests.negotiate_language(request))
    action = (*here, "allotments", name, *subpath)
    return pages.render_confirmation(request, question, problem, submitted, action, here, title=titles, **words)


def _set_capacity(request: Request, event_id: str, name: str, change: Capacity) -> None:
    programme_flows.set_capacity(
        event_id, name, change.capacity, clock.now(), confirmed=change.confirm, actor=change.build_actor(request)
    )


@route(
    blueprint,
    _ALLOTMENT_PATH + "/moves",
    "POST",
    roles=ORGANISERS,
    answers={200: (TwoAllotments,), 303: ()},
    problems=(*CONFLICTS, 412),
    body=Body(Move),
)
def move_units(request: Request, event_id: str, name: str) -> Variants:
    """Move units from this allotment to another; the waitlist moves at once.

    With If-Match units are moved only if the event still has that version, so that a repeated request moves none.
    """
    return Variants(
        json=lambda: _move_by_json(request, event_id, name), form=lambda: _move_by_form(request, event_id, name)
    )


def _move_by_json(request: Request, event_id: str, name: str) -> Response:
    document = requests.parse_body(request)
    move = validate(Move, document, _find_target_errors(document, "to", name))
    _move(request, event_id, name, move, requests.parse_if_match(request))
    places = store.read_places(event_id)
    return responses.json_response(
        {"allotments": [serializers.serialize_counts(each, places) for each in (name, move.to)]}
    )


def _find_target_errors(document: Mapping[str, Any], field: str, name: str) -> Iterator[FieldError]:
    if document.get(field) == name:
        yield FieldError(field, "the_same", N_("This must be another allotment."))


def _move(request: Request, event_id: str, name: str, move: Move, version: int | None) -> None:
    programme_flows.move_units(
        event_id,
        name,
        move.to,
        move.units,
        clock.now(),
        version=version,
        confirmed=move.confirm,
        actor=move.build_actor(request),
    )


_CONFIRM_MOVE = ConfirmationTexts(
    question=N_("Take %(units)s away all the same?"),
    consequence=N_(
        "%(title)s: %(taken)s are taken or set aside, and %(capacity)s would be left. Nobody loses what they have,"
        " but nobody gets in until enough have cancelled."
    ),
    button=N_("Move them"),
)


def _move_by_form(request: Request, event_id: str, name: str) -> Response:
    submitted = requests.form_fields(request)
    try:
        move = validate(MoveByForm, submitted, _find_target_errors(submitted, "allotment", name))
        _move(request, event_id, name, move, move.version)
    except BelowTaken as problem:
        return _render_confirmation(
            request, _CONFIRM_MOVE, problem, submitted, (event_id, name), "moves", units=submitted["units"]
        )
    except (InvalidFields, BelowHeld, TooBusy, VersionOutdated) as problem:
        rejected = pages.build_rejected_form(request, f"move-{name}", problem, submitted)
        return event_page.render_page(request, event_id, rejected)
    return pages.redirect(request, "events", event_id, done="moved")
