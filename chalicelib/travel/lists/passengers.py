"""Who takes a flight or a bus, and by which name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.programme.model import Event, Leg
from chalicelib.registration.attendee import NameOnId
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.additions import NOTHING_ADDED, Additions, Booking
from chalicelib.travel.lists.locators import locators
from chalicelib.travel.lists.names import list_form


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
    is_typed: bool
    is_transliterated: bool = False


@dataclass(frozen=True)
class Rider:
    """Somebody on a bus, by the name they write."""

    leg: Leg
    registration: Registration


def passengers(
    event: Event, people: Sequence[Registration], added: Additions = NOTHING_ADDED
) -> tuple[Passenger, ...]:
    """Flight after flight, each in the airline's order, A to Z."""
    locator_of = locators(people)
    return tuple(
        passenger
        for leg in _legs(event, "flight")
        for passenger in sorted(
            (
                _passenger(leg, person, locator_of[person.id], added.booking(leg.name, person.id))
                for person in having(leg.name, people)
            ),
            key=lambda each: (each.surname, each.given, each.registration.id),
        )
    )


def riders(event: Event, people: Sequence[Registration]) -> tuple[Rider, ...]:
    """Bus after bus, in the order given."""
    return tuple(Rider(leg, each) for leg in _legs(event, "bus") for each in having(leg.name, people))


def having(name: str, people: Iterable[Registration]) -> list[Registration]:
    """Those who need this allotment."""
    return [person for person in people if name in person.needs]


def _legs(event: Event, kind: str) -> list[Leg]:
    return [leg for leg in event.legs if leg.kind == kind]


def _passenger(leg: Leg, registration: Registration, locator: str, booking: Booking) -> Passenger:
    name = _name_on_id(registration)
    surname, given = list_form(name.family), list_form(name.given)
    if not (surname.is_whole and given.is_whole):
        return Passenger(leg, registration, name.family, name.given, locator, booking, is_typed=False)
    by_table = surname.transliterated or given.transliterated
    return Passenger(leg, registration, surname.text, given.text, locator, booking, True, by_table)


def _name_on_id(registration: Registration) -> NameOnId:
    attendee = registration.attendee
    on_id = attendee.travel.name_on_id if attendee.travel else None
    return on_id or NameOnId(given=attendee.given_name, family=attendee.family_name)
