"""What organisers do with an event's units: capacities, moving them, and counting them anew."""

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Field

from chalicelib import clock
from chalicelib.auth.guard import require_organiser
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
from chalicelib.reconciliation import recounting
from chalicelib.reconciliation.recounting import Recount
from chalicelib.registration import store
from chalicelib.web.forms.reasons import OptionalReason, Reason
from chalicelib.web.http import requests, responses, serializers
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validate
from chalicelib.web.organiser import event_page, pages
from chalicelib.web.organiser.pages import ConfirmationTexts

blueprint = Blueprint(__name__)

_EVENT_PATH = "/organiser/events/{event_id}"
Units = Annotated[int, Field(ge=0, le=100_000)]


class Capacity(OptionalReason):
    """How many units; `confirm` to go below what is taken."""

    capacity: Units
    confirm: bool = False


class Move(OptionalReason):
    """How many units go to which other allotment; `confirm` to go below what is taken."""

    to: Name
    units: Annotated[int, Field(ge=1, le=100_000)]
    confirm: bool = False


class MoveByForm(Move):
    """As `Move`, from the page: why is always said, and which version of the event the page showed."""

    to: Name = Field(validation_alias="allotment")
    reason: Reason
    version: int


class Repair(OptionalReason):
    """`repair`: write down what the count says."""

    repair: bool = False


@route(blueprint, _EVENT_PATH + "/allotments/{name}", "PUT")
@require_organiser
def put_capacity(request: Request, event_id: str, name: str) -> Response:
    """Raise or lower an allotment; raised, the waitlist moves at once."""
    wanted = validate(Capacity, requests.parse_body(request))
    _set_capacity(request, event_id, name, wanted)
    return responses.json_response({"allotment": serializers.serialize_counts(name, store.read_places(event_id))})


_CONFIRM_LOWERING = ConfirmationTexts(
    question=N_("Lower it to %(capacity)s all the same?"),
    consequence=N_(
        "%(title)s: %(taken)s are taken or set aside, which is more than %(capacity)s. Nobody loses what they"
        " have, but nobody gets in until enough have cancelled."
    ),
    button=N_("Lower it"),
)


@route(blueprint, _EVENT_PATH + "/allotments/{name}", "POST")
@require_organiser
def capacity_by_form(request: Request, event_id: str, name: str) -> Response:
    """The page's form for the same: below what is taken, it asks first."""
    sent, here = requests.form_fields(request), ("events", event_id)
    try:
        wanted = validate(Capacity, sent)
        _set_capacity(request, event_id, name, wanted)
    except BelowTaken as problem:
        return _render_confirmation(request, _CONFIRM_LOWERING, problem, sent, (event_id, name))
    except (InvalidFields, BelowHeld, TooBusy) as problem:
        refused = pages.build_rejected_form(request, f"capacity-{name}", problem, sent)
        return event_page.render_page(request, event_id, refused)
    return pages.redirect(request, *here, done="capacity")


def _render_confirmation(
    request: Request,
    question: ConfirmationTexts,
    problem: BelowTaken,
    submitted: dict[str, str],
    allotment: tuple[str, str],
    *subpath: str,
    **words: str,
) -> Response:
    """The question whether to go below what is taken all the same, asked of an event's allotment, or deeper."""
    event_id, name = allotment
    here = ("events", event_id)
    titles = programme_store.read_cached(event_id).join_titles((name,), requests.negotiate_language(request))
    action = (*here, "allotments", name, *subpath)
    return pages.render_confirmation(request, question, problem, submitted, action, here, title=titles, **words)


def _set_capacity(request: Request, event_id: str, name: str, change: Capacity) -> None:
    programme_flows.set_capacity(
        event_id, name, change.capacity, clock.now(), confirmed=change.confirm, actor=change.build_actor(request)
    )


@route(blueprint, _EVENT_PATH + "/allotments/{name}/moves", "POST")
@require_organiser
def move_units(request: Request, event_id: str, name: str) -> Response:
    """Move units from this allotment to another; the waitlist moves at once. With If-Match, only if the event is
    in that version still: repeated, it moves no more."""
    if requests.is_form(request):
        return _move_by_form(request, event_id, name)
    wanted = validate(Move, requests.parse_body(request))
    if wanted.to == name:
        raise InvalidFields(errors=(FieldError("to", "the_same", N_("This must be another allotment.")),))
    _move(request, event_id, name, wanted, requests.parse_if_match(request))
    places = store.read_places(event_id)
    return responses.json_response(
        {"allotments": [serializers.serialize_counts(each, places) for each in (name, wanted.to)]}
    )


def _move(request: Request, event_id: str, name: str, move: Move, version: int | None) -> None:
    word = move.build_actor(request)
    programme_flows.move_units(
        event_id,
        name,
        move.to,
        move.units,
        clock.now(),
        version=version,
        confirmed=move.confirm,
        actor=word,
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
    """Below what is taken, it asks first; sent twice, it moves once."""
    sent, here = requests.form_fields(request), ("events", event_id)
    try:
        wanted = validate(MoveByForm, sent)
        _move(request, event_id, name, wanted, wanted.version)
    except BelowTaken as problem:
        return _render_confirmation(
            request, _CONFIRM_MOVE, problem, sent, (event_id, name), "moves", units=sent["units"]
        )
    except (InvalidFields, BelowHeld, TooBusy, VersionOutdated) as problem:
        refused = pages.build_rejected_form(request, f"move-{name}", problem, sent)
        return event_page.render_page(request, event_id, refused)
    return pages.redirect(request, *here, done="moved")


@route(blueprint, _EVENT_PATH + "/recount", "POST")
@require_organiser
def recount(request: Request, event_id: str) -> Response:
    """Count the event anew from its registrations: what differs, and with `repair`, put right."""
    wanted = validate(Repair, requests.form_fields(request))
    by = (wanted.build_actor(request), clock.now())
    found = recounting.repair(event_id, by) if wanted.repair else recounting.recount(event_id)
    if requests.is_form(request):
        return pages.redirect(request, "events", event_id, done="recounted")
    return responses.json_response(_serialize_recount(found, is_repaired=wanted.repair), headers=PRIVATE_HEADERS)


def _serialize_recount(result: Recount, *, is_repaired: bool) -> dict[str, Any]:
    return {"differences": [asdict(each) for each in result.differences], "repaired": is_repaired}
