"""What organisers add to the lists: who shares a room by their word, and the airline's locators and seats."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.auth.guard import read_signed_in_email, require_organiser
from chalicelib.language import Language, get_translator
from chalicelib.problems import FieldError
from chalicelib.programme import store as programme_store
from chalicelib.travel import adding, additions_store
from chalicelib.travel.lists.additions import Booking, RoomSharing
from chalicelib.travel.lists.bookings_csv import BookingChange
from chalicelib.web.forms.reasons import Reason
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validate

blueprint = Blueprint(__name__)

_MAX_FILE_BYTES = 256 * 1024  # bytes
_RegistrationId = Annotated[str, StringConstraints(pattern="^[a-z2-7]{26}$")]


class SharedRoom(BaseModel):
    """Two who are to share a room, by their registrations, and why."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    guests: Annotated[list[_RegistrationId], Field(min_length=2, max_length=2)]
    reason: Reason


class BookingFile(BaseModel):
    """The airline's CSV as text; without `confirm` it is only shown what it would change."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    csv: Annotated[str, Field(min_length=1)]
    confirm: bool = False


@route(blueprint, "/organiser/events/{event_id}/shared-rooms")
@require_organiser
def shared_rooms(_request: Request, event_id: str) -> Response:
    """Who shares a room by an organiser's word."""
    programme_store.read_cached(event_id)
    return _build_rooms_response(additions_store.read(event_id).sharing)


@route(blueprint, "/organiser/events/{event_id}/shared-rooms", "POST")
@require_organiser
def share_room(request: Request, event_id: str) -> Response:
    """Let two share a room, whatever they wished."""
    wanted = validate(SharedRoom, requests.parse_body(request))
    programme_store.read_cached(event_id)
    first, second = wanted.guests
    return _build_rooms_response(
        adding.share_room(
            event_id, (first, second), Actor(read_signed_in_email(request), wanted.reason), clock.now()
        )
    )


@route(blueprint, "/organiser/events/{event_id}/shared-rooms/{registration_id}", "DELETE")
@require_organiser
def part_room(request: Request, event_id: str, registration_id: str) -> Response:
    """Take back the decision about somebody: their own wishes count again."""
    programme_store.read_cached(event_id)
    return _build_rooms_response(
        adding.unshare_room(event_id, registration_id, Actor(read_signed_in_email(request)), clock.now())
    )


@route(blueprint, "/organiser/events/{event_id}/bookings", "POST")
@require_organiser
def bookings(request: Request, event_id: str) -> Response:
    """Show what the airline's file would change, or with `confirm` change it."""
    wanted = validate(BookingFile, requests.parse_body(request, max_bytes=_MAX_FILE_BYTES))
    if wanted.confirm:
        word, wrong = Actor(read_signed_in_email(request)), list[FieldError]()
        changed = adding.import_bookings(event_id, wanted.csv, word, clock.now())
    else:
        changed, wrong = adding.preview_bookings(event_id, wanted.csv)
    say = requests.negotiate_language(request)
    return responses.json_response(
        {
            "changed": wanted.confirm,
            "changes": [_serialize_change(each) for each in changed],
            "errors": [_serialize_error(each, say) for each in wrong],
        },
        headers=PRIVATE_HEADERS,
    )


def _build_rooms_response(sharings: tuple[RoomSharing, ...]) -> Response:
    shown = [{"guests": list(e.guests), "by": e.by, "at": e.at, "reason": e.reason} for e in sharings]
    return responses.json_response({"shared_rooms": shown}, headers=PRIVATE_HEADERS)


def _serialize_change(change: BookingChange) -> dict[str, Any]:
    who = change.passenger.registration
    return {
        "registration_id": who.id,
        "name": who.attendee.name,
        "flight": change.passenger.leg.number,
        "before": _serialize_booking(change.before),
        "after": _serialize_booking(change.after),
    }


def _serialize_booking(booking: Booking) -> dict[str, str | None]:
    return {"locator": booking.locator or None, "seat": booking.seat or None}


def _serialize_error(error: FieldError, language: Language) -> dict[str, str]:
    return {"field": error.field, "code": error.code, "message": get_translator(language)(error.message)}
