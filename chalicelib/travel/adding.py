"""Add to the lists what organisers know: who shares a room by their decision, and what the airline has booked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib.audit import audit_log
from chalicelib.audit.audit_log import Actor, AuditChange, AuditEntry
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.retry import retried
from chalicelib.problems import FieldError, InvalidFields, NotFound
from chalicelib.programme import store as programme_store
from chalicelib.registration import store as registration_store
from chalicelib.travel import additions_store
from chalicelib.travel.lists import bookings_csv
from chalicelib.travel.lists.additions import Additions, RoomSharing
from chalicelib.travel.lists.bookings_csv import BookingChange
from chalicelib.travel.lists.passengers import build_passengers

_MAX_ATTEMPTS = 20


def share_room(event_id: str, guests: tuple[str, str], actor: Actor, now: datetime) -> tuple[RoomSharing, ...]:
    """Let the two guests share a room, whatever they wished, from the next version on; return all decisions.

    An earlier decision about one of them ends. A decision that is taken already is not recorded again. Raises
    NotFound where one of them is not registered.
    """
    if len({*guests}) < 2 or any(registration_store.find(event_id, guest) is None for guest in guests):
        raise NotFound
    sharing = RoomSharing(guests, actor.email, format_timestamp(now), actor.reason)
    entry = AuditEntry(event_id, "room-shared", actor, sharing.at, registration_ids=guests)

    def decide(additions: Additions) -> tuple[RoomSharing, ...]:
        is_repeated = any(replace(each, at=sharing.at) == sharing for each in additions.sharing)
        return additions.sharing if is_repeated else (*additions.exclude(*guests), sharing)

    return _update_sharing(event_id, decide, entry)


def unshare_room(event_id: str, guest: str, actor: Actor, now: datetime) -> tuple[RoomSharing, ...]:
    """Take back the decision that the guest shares a room; return the decisions that are left."""
    entry = AuditEntry(event_id, "room-parted", actor, format_timestamp(now), registration_ids=(guest,))
    return _update_sharing(event_id, lambda additions: additions.exclude(guest), entry)


def delete_sharing(event_id: str, guest: str) -> None:
    """Delete the decision that the guest shares a room, without an entry in the audit log: the guest is erased."""
    _update_sharing(event_id, lambda additions: additions.exclude(guest))


@retried(_MAX_ATTEMPTS)
def _update_sharing(
    event_id: str, decide: Callable[[Additions], tuple[RoomSharing, ...]], *entries: AuditEntry
) -> tuple[RoomSharing, ...]:
    """Write the decisions that `decide` makes of those that stand, and the audit entries with them."""
    additions = additions_store.read(event_id)
    sharing = decide(additions)
    if sharing != additions.sharing:
        additions_store.write_sharing(event_id, sharing, additions, *map(audit_log.build_put, entries))
    return sharing


def preview_bookings(event_id: str, text: str) -> tuple[list[BookingChange], list[FieldError]]:
    """Return the changes that a CSV file of the airline's locators and seats would make, and its errors."""
    return _compare_bookings(event_id, text, additions_store.read(event_id))


def import_bookings(event_id: str, text: str, actor: Actor, now: datetime) -> list[BookingChange]:
    """Make the changes of such a file, flight by flight; return them.

    Raises InvalidFields, with nothing written, where a row of the file has an error.
    """
    imported: list[BookingChange] = []
    while changes := _import_first_flight(event_id, text, actor, now):
        imported += changes
    return imported


@retried(_MAX_ATTEMPTS)
def _import_first_flight(event_id: str, text: str, actor: Actor, now: datetime) -> list[BookingChange]:
    """Write the changes on the first flight that the file still changes; return them, none once all are done."""
    additions = additions_store.read(event_id)
    changes, errors = _compare_bookings(event_id, text, additions)
    if errors:
        raise InvalidFields(errors=tuple(errors))
    if not changes:
        return []
    leg = changes[0].passenger.leg.name
    on_leg = [change for change in changes if change.passenger.leg.name == leg]
    bookings = {**additions.bookings.get(leg, {})}
    bookings |= {change.passenger.registration.id: change.after for change in on_leg}
    entry = audit_log.build_put(_build_booking_entry(event_id, on_leg, actor, now))
    additions_store.write_bookings(event_id, leg, bookings, additions, entry)
    return on_leg


def _build_booking_entry(
    event_id: str, booking_changes: list[BookingChange], actor: Actor, now: datetime
) -> AuditEntry:
    """Build the audit entry of one flight's changes, with locator and seat before and after."""
    changes = tuple(
        AuditChange(each.passenger.registration.id, each.before.summary, each.after.summary)
        for each in booking_changes
    )
    return AuditEntry(
        event_id, "booked", actor, format_timestamp(now), booking_changes[0].passenger.leg.name, changes
    )


def _compare_bookings(
    event_id: str, text: str, additions: Additions
) -> tuple[list[BookingChange], list[FieldError]]:
    """Return the changes that the file makes to the bookings of those who are confirmed, and its errors."""
    event = programme_store.read_current(event_id).event
    registrations = [*registration_store.list_registrations(event_id, status="confirmed")]
    return bookings_csv.find_changes(
        bookings_csv.read(text), build_passengers(event, registrations, additions), additions
    )
