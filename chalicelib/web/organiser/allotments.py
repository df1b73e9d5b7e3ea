"""What organisers do with an event's units: capacities, moving them, and counting them anew."""

from dataclasses import asdict
from typing import Annotated, Any

from chalice import Blueprint
from chalice.app import Request, Response
from pydantic import Field

from chalicelib import clock
from chalicelib.auth.guard import for_organisers
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
from chalicelib.web.forms.reasons import Reason, Said
from chalicelib.web.http import requests, responses, serializers
from chalicelib.web.http.responses import PRIVATE
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validated
from chalicelib.web.organiser import event_page, pages
from chalicelib.web.organiser.pages import Question

blueprint = Blueprint(__name__)

_EVENT = "/organiser/events/{event_id}"
Units = Annotated[int, Field(ge=0, le=100_000)]


class Capacity(Said):
    """How many units; `confirm` to go below what is taken."""

    capacity: Units
    confirm: bool = False


class Move(Said):
    """How many units go to which other allotment; `confirm` to go below what is taken."""

    to: Name
    units: Annotated[int, Field(ge=1, le=100_000)]
    confirm: bool = False


class MoveByForm(Move):
    """As `Move`, from the page: why is always said, and which version of the event the page showed."""

    to: Name = Field(validation_alias="allotment")
    reason: Reason
    version: int


class Repair(Said):
    """`repair`: write down what the count says."""

    repair: bool = False


@route(blueprint, _EVENT + "/allotments/{name}", "PUT")
@for_organisers
def put_capacity(request: Request, event_id: str, name: str) -> Response:
    """Raise or lower an allotment; raised, the waitlist moves at once."""
    wanted = validated(Capacity, requests.body(request))
    _set_capacity(request, event_id, name, wanted)
    return responses.document({"allotment": serializers.counts(name, store.places(event_id))})


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
    sent, here = requests.fields(request), ("events", event_id)
    try:
        wanted = validated(Capacity, sent)
        _set_capacity(request, event_id, name, wanted)
    except BelowTaken as problem:
        return _asked_back(request, _LOWER, problem, sent, (event_id, name))
    except (InvalidFields, BelowHeld, TooBusy) as problem:
        refused = pages.refusal(request, f"capacity-{name}", problem, sent)
        return event_page.page(request, event_id, refused)
    return pages.go_on(request, *here, done="capacity")


def _asked_back(
    request: Request,
    question: Question,
    problem: BelowTaken,
    sent: dict[str, str],
    allotment: tuple[str, str],
    *deeper: str,
    **words: str,
) -> Response:
    """The question whether to go below what is taken all the same, asked of an event's allotment, or deeper."""
    event_id, name = allotment
    here = ("events", event_id)
    titles = programme_store.read(event_id).titles((name,), requests.language(request))
    action = (*here, "allotments", name, *deeper)
    return pages.confirmation(request, question, problem, sent, action, here, title=titles, **words)


def _set_capacity(request: Request, event_id: str, name: str, wanted: Capacity) -> None:
    programme_flows.set_capacity(
        event_id, name, wanted.capacity, clock.now(), confirmed=wanted.confirm, word=wanted.word(request)
    )


@route(blueprint, _EVENT + "/allotments/{name}/moves", "POST")
@for_organisers
def move_units(request: Request, event_id: str, name: str) -> Response:
    """Move units from this allotment to another; the waitlist moves at once. With If-Match, only if the event is
    in that version still: repeated, it moves no more."""
    if requests.is_form(request):
        return _move_by_form(request, event_id, name)
    wanted = validated(Move, requests.body(request))
    if wanted.to == name:
        raise InvalidFields(errors=(FieldError("to", "the_same", N_("This must be another allotment.")),))
    _move(request, event_id, name, wanted, requests.if_match(request))
    places = store.places(event_id)
    return responses.document({"allotments": [serializers.counts(each, places) for each in (name, wanted.to)]})


def _move(request: Request, event_id: str, name: str, wanted: Move, version: int | None) -> None:
    word = wanted.word(request)
    programme_flows.move_units(
        event_id,
        name,
        wanted.to,
        wanted.units,
        clock.now(),
        version=version,
        confirmed=wanted.confirm,
        word=word,
    )


_TAKE = Question(
    asks=N_("Take %(units)s away all the same?"),
    means=N_(
        "%(title)s: %(taken)s are taken or set aside, and %(capacity)s would be left. Nobody loses what they have,"
        " but nobody gets in until enough have cancelled."
    ),
    button=N_("Move them"),
)


def _move_by_form(request: Request, event_id: str, name: str) -> Response:
    """Below what is taken, it asks first; sent twice, it moves once."""
    sent, here = requests.fields(request), ("events", event_id)
    try:
        wanted = validated(MoveByForm, sent)
        _move(request, event_id, name, wanted, wanted.version)
    except BelowTaken as problem:
        return _asked_back(request, _TAKE, problem, sent, (event_id, name), "moves", units=sent["units"])
    except (InvalidFields, BelowHeld, TooBusy, VersionOutdated) as problem:
        refused = pages.refusal(request, f"move-{name}", problem, sent)
        return event_page.page(request, event_id, refused)
    return pages.go_on(request, *here, done="moved")


@route(blueprint, _EVENT + "/recount", "POST")
@for_organisers
def recount(request: Request, event_id: str) -> Response:
    """Count the event anew from its registrations: what differs, and with `repair`, put right."""
    wanted = validated(Repair, requests.fields(request))
    by = (wanted.word(request), clock.now())
    found = recounting.repair(event_id, by) if wanted.repair else recounting.recount(event_id)
    if requests.is_form(request):
        return pages.go_on(request, "events", event_id, done="recounted")
    return responses.document(_recount(found, repaired=wanted.repair), headers=PRIVATE)


def _recount(found: Recount, *, repaired: bool) -> dict[str, Any]:
    return {"differences": [asdict(each) for each in found.differences], "repaired": repaired}
