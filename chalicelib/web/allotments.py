"""What organisers do with an event's units: capacities, moving them, holds, and counting them anew."""

from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import unquote

from chalice import Blueprint
from chalice.app import Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib import clock
from chalicelib.language import N_
from chalicelib.problems import BelowHeld, BelowTaken, FieldError, InvalidFields, NotFound, NotFree, TooBusy
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Name
from chalicelib.registration import by_hand, recounting, store
from chalicelib.registration.recounting import Recount
from chalicelib.web import answers, documents, event_page, organiser_pages, reading
from chalicelib.web.answers import PRIVATE
from chalicelib.web.organiser_pages import Question
from chalicelib.web.routing import route
from chalicelib.web.sign_in import for_organisers
from chalicelib.web.validation import validated

blueprint = Blueprint(__name__)

_EVENT = "/organiser/events/{event_id}"
Units = Annotated[int, Field(ge=0, le=100_000)]


class Capacity(BaseModel):
    """How many units; `confirm` to go below what is taken."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    capacity: Units
    confirm: bool = False


class Move(BaseModel):
    """How many units go to which other allotment; `confirm` to go below what is taken."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    to: Name
    units: Annotated[int, Field(ge=1, le=100_000)]
    confirm: bool = False


class Hold(BaseModel):
    """How many units of each allotment are set aside."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    units: dict[Name, Units]


class HoldName(BaseModel):
    """Under which name units are set aside."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=by_hand.LONGEST_NAME)]


class Repair(BaseModel):
    """`repair`: write down what the count says."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    repair: bool = False


@route(blueprint, _EVENT + "/allotments/{name}", "PUT")
@for_organisers
def put_capacity(request: Request, event_id: str, name: str) -> Response:
    """Raise or lower an allotment; raised, the waitlist moves at once."""
    wanted = validated(Capacity, reading.body(request))
    programme_flows.set_capacity(event_id, name, wanted.capacity, clock.now(), confirmed=wanted.confirm)
    return answers.document({"allotment": documents.counts(name, store.places(event_id))})


_LOWER = Question(
    asks=N_("Lower it to %(capacity)s all the same?"),
    means=N_(
        "%(title)s: %(taken)s are taken or set aside, which is more than %(capacity)s. Nobody loses what they"
        " have, but nobody gets in until enough have cancelled."
    ),
    button=N_("Lower it"),
)


@route(blueprint, _EVENT + "/allotments/{name}", "POST")
@for_organisers
def capacity_by_form(request: Request, event_id: str, name: str) -> Response:
    """The page's form for the same: below what is taken, it asks first."""
    sent, here = reading.fields(request), ("events", event_id)
    try:
        wanted = validated(Capacity, sent)
        programme_flows.set_capacity(event_id, name, wanted.capacity, clock.now(), confirmed=wanted.confirm)
    except BelowTaken as problem:
        action = (*here, "allotments", name)
        titles = programme_store.read(event_id).titles((name,), reading.language(request))
        return organiser_pages.confirmation(request, _LOWER, problem, sent, action, here, title=titles)
    except (InvalidFields, BelowHeld, TooBusy) as problem:
        refused = organiser_pages.refusal(request, f"capacity-{name}", problem, sent)
        return event_page.page(request, event_id, refused)
    return organiser_pages.go_on(request, *here, done="capacity")


@route(blueprint, _EVENT + "/allotments/{name}/moves", "POST")
@for_organisers
def move_units(request: Request, event_id: str, name: str) -> Response:
    """Move units from this allotment to another; the waitlist moves at once. With If-Match, only if the event is
    in that version still: repeated, it moves no more."""
    wanted = validated(Move, reading.body(request))
    if wanted.to == name:
        raise InvalidFields(errors=(FieldError("to", "the_same", N_("This must be another allotment.")),))
    programme_flows.move_units(
        event_id,
        name,
        wanted.to,
        wanted.units,
        clock.now(),
        version=reading.if_match(request),
        confirmed=wanted.confirm,
    )
    places = store.places(event_id)
    return answers.document({"allotments": [documents.counts(each, places) for each in (name, wanted.to)]})


@route(blueprint, _EVENT + "/holds")
@for_organisers
def holds(_request: Request, event_id: str) -> Response:
    """All holds, each with its units."""
    return answers.document({"holds": _holds(store.places(event_id).holds)})


def _holds(found: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    return [{"name": name, "units": units} for name, units in sorted(found.items())]


@route(blueprint, _EVENT + "/holds", "POST")
@for_organisers
def hold_by_form(request: Request, event_id: str) -> Response:
    """The page's form to set units aside under a name, or to change how many; none at all gives the hold up."""
    sent = reading.fields(request)
    try:
        _hold_as_sent(event_id, sent)
    except (InvalidFields, NotFree, TooBusy) as problem:
        refused = organiser_pages.refusal(request, sent.get("form", ""), problem, sent)
        return event_page.page(request, event_id, refused)
    return organiser_pages.go_on(request, "events", event_id, done="hold")


def _hold_as_sent(event_id: str, sent: dict[str, str]) -> None:
    event = programme_store.read(event_id)
    name = validated(HoldName, {name: sent[name] for name in ("name",) if name in sent}).name
    units = {each: sent[f"units.{each}"] for each in event.capacities if f"units.{each}" in sent}
    by_hand.hold(event, name, validated(Hold, {"units": units}).units, clock.now())


@route(blueprint, _EVENT + "/holds/{name}", "PUT")
@for_organisers
def put_hold(request: Request, event_id: str, name: str) -> Response:
    """Set units aside under a name, or change how many; what it gives up goes to those who wait."""
    wanted = validated(Hold, reading.body(request))
    return _hold(event_id, unquote(name), wanted.units)


@route(blueprint, _EVENT + "/holds/{name}", "DELETE")
@for_organisers
def delete_hold(_request: Request, event_id: str, name: str) -> Response:
    """End the hold: its units, and no others, go to those who wait."""
    return _hold(event_id, unquote(name), {})


def _hold(event_id: str, name: str, units: dict[str, int]) -> Response:
    event = programme_store.read(event_id)
    if not units.keys() <= event.capacities.keys() or len(name) > by_hand.LONGEST_NAME:
        raise NotFound
    return answers.document(
        {"holds": _holds(by_hand.hold(event, name, units, clock.now()).holds)}, headers=PRIVATE
    )


@route(blueprint, _EVENT + "/recount", "POST")
@for_organisers
def recount(request: Request, event_id: str) -> Response:
    """Count the event anew from its registrations: what differs, and with `repair`, put right."""
    wanted = validated(Repair, reading.fields(request))
    found = recounting.repair(event_id) if wanted.repair else recounting.recount(event_id)
    if reading.is_form(request):
        return organiser_pages.go_on(request, "events", event_id, done="recounted")
    return answers.document(_recount(found, repaired=wanted.repair), headers=PRIVATE)


def _recount(found: Recount, *, repaired: bool) -> dict[str, Any]:
    return {"differences": [asdict(each) for each in found.differences], "repaired": repaired}
