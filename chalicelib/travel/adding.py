"""Adding to the lists what organisers know: who shares a room by their word, what the airline has booked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib.audit import audit_log
from chalicelib.audit.audit_log import Change, Entry, Word
from chalicelib.aws.keys import timestamp
from chalicelib.problems import FieldError, InvalidFields, NotFound, TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.registration import store as registration_store
from chalicelib.travel import additions_store
from chalicelib.travel.lists import bookings_csv
from chalicelib.travel.lists.additions import Additions, Sharing
from chalicelib.travel.lists.bookings_csv import BookingChange
from chalicelib.travel.lists.passengers import passengers

_ATTEMPTS = 20  #: more than an event has flights


def share(event_id: str, guests: tuple[str, str], word: Word, now: datetime) -> tuple[Sharing, ...]:
    """Let the two share a room, whatever they wished, from the next version on; whoever shared with one of them
    by an earlier decision does no more. All decisions. What has been decided is not decided again. Raises NotFound
    where one is not registered."""
    if len({*guests}) < 2 or any(registration_store.find(event_id, guest) is None for guest in guests):
        raise NotFound
    decided = Sharing(guests, word.by, timestamp(now), word.reason)
    done = Entry(event_id, "room-shared", word, decided.at, people=guests)

    def decide(known: Additions) -> tuple[Sharing, ...]:
        again = any(replace(each, at=decided.at) == decided for each in known.sharing)
        return known.sharing if again else (*known.without(*guests), decided)

    return _added(event_id, decide, done)


def part(event_id: str, guest: str, word: Word, now: datetime) -> tuple[Sharing, ...]:
    """Take back the decision that somebody shares a room; all that are left."""
    done = Entry(event_id, "room-parted", word, timestamp(now), people=(guest,))
    return _added(event_id, lambda known: known.without(guest), done)


def forget(event_id: str, guest: str) -> None:
    """Delete the decision that somebody shares a room, by nobody's word."""
    _added(event_id, lambda known: known.without(guest))


def _added(event_id: str, decide: Callable[[Additions], tuple[Sharing, ...]], *done: Entry) -> tuple[Sharing, ...]:
    for _ in range(_ATTEMPTS):
        known = additions_store.read(event_id)
        sharing = decide(known)
        if sharing == known.sharing or additions_store.share(event_id, sharing, known, *map(audit_log.put, done)):
            return sharing
    raise TooBusy


def booking_changes(event_id: str, text: str) -> tuple[list[BookingChange], list[FieldError]]:
    """What a CSV file of the airline's locators and seats would change, and what is wrong with it."""
    return _booking_changes(event_id, text, additions_store.read(event_id))


def book(event_id: str, text: str, word: Word, now: datetime) -> list[BookingChange]:
    """Make those changes, flight by flight; raises InvalidFields, with none made, where something is wrong."""
    made: list[BookingChange] = []
    for _ in range(_ATTEMPTS):
        known = additions_store.read(event_id)
        changed, wrong = _booking_changes(event_id, text, known)
        if wrong:
            raise InvalidFields(errors=tuple(wrong))
        if not changed:
            return made
        leg = changed[0].passenger.leg.name
        here = [each for each in changed if each.passenger.leg.name == leg]
        bookings = {**known.bookings.get(leg, {}), **{each.passenger.registration.id: each.after for each in here}}
        if additions_store.book(event_id, leg, bookings, known, audit_log.put(_booked(event_id, here, word, now))):
            made += here
    raise TooBusy


def _booked(event_id: str, here: list[BookingChange], word: Word, now: datetime) -> Entry:
    changes = tuple(Change(each.passenger.registration.id, each.before.said, each.after.said) for each in here)
    return Entry(event_id, "booked", word, timestamp(now), here[0].passenger.leg.name, changes)


def _booking_changes(event_id: str, text: str, known: Additions) -> tuple[list[BookingChange], list[FieldError]]:
    event = programme_store.read_stored(event_id).event
    people = [*registration_store.registrations(event_id, status="confirmed")]
    return bookings_csv.changes(bookings_csv.read(text), passengers(event, people, known), known)
