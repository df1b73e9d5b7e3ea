"""What organisers add to the lists: who shares a room by their word, and the airline's locators and seats."""

from typing import Annotated, Any

from chalice import Blueprint
from chalice.app import Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib import clock
from chalicelib.audit.audit_log import Word
from chalicelib.auth.guard import for_organisers, organiser
from chalicelib.language import Language, translator
from chalicelib.problems import FieldError
from chalicelib.programme import store as programme_store
from chalicelib.travel import adding, additions_store
from chalicelib.travel.lists.additions import Booking, Sharing
from chalicelib.travel.lists.bookings_csv import BookingChange
from chalicelib.web.forms.reasons import Reason
from chalicelib.web.http import requests, responses
from chalicelib.web.http.responses import PRIVATE
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validated

blueprint = Blueprint(__name__)

_LARGEST_FILE = 256 * 1024  # bytes
_Id = Annotated[str, StringConstraints(pattern="^[a-z2-7]{26}$")]


class SharedRoom(BaseModel):
    """Two who are to share a room, by their registrations, and why."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    guests: Annotated[list[_Id], Field(min_length=2, max_length=2)]
    reason: Reason


class BookingFile(BaseModel):
    """The airline's CSV as text; without `confirm` it is only shown what it would change."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    csv: Annotated[str, Field(min_length=1)]
    confirm: bool = False


@route(blueprint, "/organiser/events/{event_id}/shared-rooms")
@for_organisers
def shared_rooms(_request: Request, event_id: str) -> Response:
    """Who shares a room by an organiser's word."""
    programme_store.read(event_id)
    return _rooms(additions_store.read(event_id).sharing)


@route(blueprint, "/organiser/events/{event_id}/shared-rooms", "POST")
@for_organisers
def share_room(request: Request, event_id: str) -> Response:
    """Let two share a room, whatever they wished."""
    wanted = validated(SharedRoom, requests.body(request))
    programme_store.read(event_id)
    first, second = wanted.guests
    return _rooms(adding.share(event_id, (first, second), Word(organiser(request), wanted.reason), clock.now()))


@route(blueprint, "/organiser/events/{event_id}/shared-rooms/{registration_id}", "DELETE")
@for_organisers
def part_room(request: Request, event_id: str, registration_id: str) -> Response:
    """Take back the decision about somebody: their own wishes count again."""
    programme_store.read(event_id)
    return _rooms(adding.part(event_id, registration_id, Word(organiser(request)), clock.now()))


@route(blueprint, "/organiser/events/{event_id}/bookings", "POST")
@for_organisers
def bookings(request: Request, event_id: str) -> Response:
    """Show what the airline's file would change, or with `confirm` change it."""
    wanted = validated(BookingFile, requests.body(request, largest=_LARGEST_FILE))
    if wanted.confirm:
        word, wrong = Word(organiser(request)), list[FieldError]()
        changed = adding.book(event_id, wanted.csv, word, clock.now())
    else:
        changed, wrong = adding.booking_changes(event_id, wanted.csv)
    say = requests.language(request)
    return responses.document(
        {
            "changed": wanted.confirm,
            "changes": [_change(each) for each in changed],
            "errors": [_error(each, say) for each in wrong],
        },
        headers=PRIVATE,
    )


def _rooms(decided: tuple[Sharing, ...]) -> Response:
    shown = [{"guests": list(e.guests), "by": e.by, "at": e.at, "reason": e.reason} for e in decided]
    return responses.document({"shared_rooms": shown}, headers=PRIVATE)


def _change(change: BookingChange) -> dict[str, Any]:
    who = change.passenger.registration
    return {
        "registration_id": who.id,
        "name": who.attendee.name,
        "flight": change.passenger.leg.number,
        "before": _booking(change.before),
        "after": _booking(change.after),
    }


def _booking(booking: Booking) -> dict[str, str | None]:
    return {"locator": booking.locator or None, "seat": booking.seat or None}


def _error(error: FieldError, language: Language) -> dict[str, str]:
    return {"field": error.field, "code": error.code, "message": translator(language)(error.message)}
