"""The organisers' additions to the lists: shared rooms, and the airline's locators and seats."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints
from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.auth.guard import read_signed_in_email
from chalicelib.problems import FieldError
from chalicelib.programme import store as programme_store
from chalicelib.travel import adding, additions_store
from chalicelib.travel.lists.additions import Booking, RoomSharing
from chalicelib.travel.lists.bookings_csv import BookingChange
from chalicelib.validation import validate
from chalicelib.web.forms.reasons import Reason
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.models import DateTime, FieldProblem
from chalicelib.web.http.operations import ORGANISERS, Body
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route

blueprint = Blueprint(__name__, tag="travel")

_MAX_FILE_BYTES = 256 * 1024  # bytes
_RegistrationId = Annotated[str, StringConstraints(pattern="^[a-z2-7]{26}$")]


class SharedRoom(BaseModel):
    """Two participants who are to share a room, and the reason."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    guests: Annotated[list[_RegistrationId], Field(min_length=2, max_length=2)]
    reason: Reason


class BookingFile(BaseModel):
    """The airline's CSV as text; without `confirm` its changes are only previewed."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    csv: Annotated[str, Field(min_length=1)]
    confirm: StrictBool = False


class RoomDocument(TypedDict):
    """Two participants who share a room by an organiser's decision."""

    guests: list[str]
    by: str
    at: DateTime
    reason: str


class SharedRooms(TypedDict):
    """The rooms that are shared by an organiser's decision."""

    shared_rooms: list[RoomDocument]


class BookingDocument(TypedDict):
    """A locator and a seat, as far as they are known."""

    locator: str | None
    seat: str | None


class ChangedBooking(TypedDict):
    """A participant's booking before and after the import."""

    registration_id: str
    name: str
    flight: str | None
    before: BookingDocument
    after: BookingDocument


class BookingImport(TypedDict):
    """The changes of a file, and its rows that could not be read; `changed` once they are made."""

    changed: bool
    changes: list[ChangedBooking]
    errors: list[FieldProblem]


@route(blueprint, "/organiser/events/{event_id}/shared-rooms", roles=ORGANISERS, answers={200: (SharedRooms,)})
def list_shared_rooms(_request: Request, event_id: str) -> Response:
    """List the rooms that are shared by an organiser's decision."""
    programme_store.read_cached(event_id)
    return _build_rooms_response(additions_store.read(event_id).sharing)


@route(
    blueprint,
    "/organiser/events/{event_id}/shared-rooms",
    "POST",
    roles=ORGANISERS,
    answers={200: (SharedRooms,)},
    problems=(422, 503),
    body=Body(SharedRoom),
)
def share_room(request: Request, event_id: str) -> Response:
    """Let two participants share a room, whatever they wished."""
    room = validate(SharedRoom, requests.parse_body(request))
    programme_store.read_cached(event_id)
    first, second = room.guests
    actor = Actor(read_signed_in_email(request), room.reason)
    return _build_rooms_response(adding.share_room(event_id, (first, second), actor, clock.now()))


@route(
    blueprint,
    "/organiser/events/{event_id}/shared-rooms/{registration_id}",
    "DELETE",
    roles=ORGANISERS,
    answers={200: (SharedRooms,)},
    problems=(503,),
)
def unshare_room(request: Request, event_id: str, registration_id: str) -> Response:
    """Take back the decision about a participant, so that their own wishes count again."""
    programme_store.read_cached(event_id)
    return _build_rooms_response(
        adding.unshare_room(event_id, registration_id, Actor(read_signed_in_email(request)), clock.now())
    )


@route(
    blueprint,
    "/organiser/events/{event_id}/bookings",
    "POST",
    roles=ORGANISERS,
    answers={200: (BookingImport,)},
    problems=(422, 503),
    body=Body(BookingFile),
)
def import_bookings(request: Request, event_id: str) -> Response:
    """Preview the changes of the airline's file, or make them with `confirm`."""
    file = validate(BookingFile, requests.parse_body(request, max_bytes=_MAX_FILE_BYTES))
    if file.confirm:
        actor, errors = Actor(read_signed_in_email(request)), list[FieldError]()
        changes = adding.import_bookings(event_id, file.csv, actor, clock.now())
    else:
        changes, errors = adding.preview_bookings(event_id, file.csv)
    language = requests.negotiate_language(request)
    return responses.json_response(
        {
            "changed": file.confirm,
            "changes": [_serialize_change(each) for each in changes],
            "errors": [responses.serialize_error(each, language) for each in errors],
        },
        headers=PRIVATE_HEADERS,
    )


def _build_rooms_response(sharings: tuple[RoomSharing, ...]) -> Response:
    rooms: list[RoomDocument] = [
        {"guests": list(each.guests), "by": each.by, "at": each.at, "reason": each.reason} for each in sharings
    ]
    return responses.json_response({"shared_rooms": rooms}, headers=PRIVATE_HEADERS)


def _serialize_change(change: BookingChange) -> ChangedBooking:
    registration = change.passenger.registration
    return {
        "registration_id": registration.id,
        "name": registration.attendee.name,
        "flight": change.passenger.leg.number,
        "before": _serialize_booking(change.before),
        "after": _serialize_booking(change.after),
    }


def _serialize_booking(booking: Booking) -> BookingDocument:
    return {"locator": booking.locator or None, "seat": booking.seat or None}
