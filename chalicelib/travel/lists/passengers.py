"""Who takes a flight or a bus, and by which name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.programme.model import Event, Leg
from chalicelib.registration.attendee import NameOnId
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.additions import NO_ADDITIONS, Additions, Booking
from chalicelib.travel.lists.locators import assign_locators
from chalicelib.travel.lists.names import transliterate


@dataclass(frozen=True)
class Passenger:
    """Somebody on a flight, by the name the airline types; as it was written where that cannot be typed.

    `locator` is ours, `booking` the airline's. `is_transliterated`: typed by a table, from a name written in
    another script.
    """

    leg: Leg
    registration: Registration
    surname: str
    given: str
    locator: str
    booking: Booking
    is_typable: bool
    is_transliterated: bool = False


@dataclass(frozen=True)
class Rider:
    """Somebody on a bus, by the name they write."""

    leg: Leg
    registration: Registration


def build_passengers(
    event: Event, registrations: Sequence[Registration], additions: Additions = NO_ADDITIONS
) -> tuple[Passenger, ...]:
    """Flight after flight, each in the airline's order, A to Z."""
    locator_of = assign_locators(registrations)
    return tuple(
        passenger
        for leg in _select_legs(event, "flight")
        for passenger in sorted(
            (
                _build_passenger(leg, person, locator_of[person.id], additions.get_booking(leg.name, person.id))
                for person in select_by_need(leg.name, registrations)
            ),
            key=lambda each: (each.surname, each.given, each.registration.id),
        )
    )


def build_riders(event: Event, registrations: Sequence[Registration]) -> tuple[Rider, ...]:
    """Bus after bus, in the order given."""
    return tuple(
        Rider(leg, each) for leg in _select_legs(event, "bus") for each in select_by_need(leg.name, registrations)
    )


def select_by_need(need: str, registrations: Iterable[Registration]) -> list[Registration]:
    """Those who need this allotment."""
    return [person for person in registrations if need in person.needs]


def _select_legs(event: Event, kind: str) -> list[Leg]:
    return [leg for leg in event.legs if leg.kind == kind]


def _build_passenger(leg: Leg, registration: Registration, locator: str, booking: Booking) -> Passenger:
    name = _get_name_on_id(registration)
    surname, given = transliterate(name.family), transliterate(name.given)
    if not (surname.is_whole and given.is_whole):
        return Passenger(leg, registration, name.family, name.given, locator, booking, is_typable=False)
    by_table = surname.is_transliterated or given.is_transliterated
    return Passenger(leg, registration, surname.text, given.text, locator, booking, True, by_table)


def _get_name_on_id(registration: Registration) -> NameOnId:
    attendee = registration.attendee
    on_id = attendee.travel.name_on_id if attendee.travel else None
    return on_id or NameOnId(given=attendee.given_name, family=attendee.family_name)
