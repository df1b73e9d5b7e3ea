"""The manifest: a dated, numbered snapshot of all lists, made from the event and its confirmed registrations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.programme.model import Event, Leg
from chalicelib.registration.attendee import NameOnId
from chalicelib.registration.model import Registration
from chalicelib.travel import dietary, rooming
from chalicelib.travel.dietary import Guest, Serving
from chalicelib.travel.locators import locators
from chalicelib.travel.names import list_form
from chalicelib.travel.order import danish
from chalicelib.travel.rooming import Room
from chalicelib.travel.warning import CODES, ManifestWarning, about


@dataclass(frozen=True)
class Passenger:
    """Somebody on a flight, by the name the airline types; as it was written where that cannot be typed.

    `is_transliterated`: typed by a table, from a name written in another script.
    """

    leg: Leg
    registration: Registration
    surname: str
    given: str
    locator: str
    is_typed: bool
    is_transliterated: bool = False


@dataclass(frozen=True)
class Rider:
    """Somebody on a bus, by the name they write."""

    leg: Leg
    registration: Registration


@dataclass(frozen=True)
class Manifest:
    """All lists of an event as they were at `as_of`, each in its own order."""

    event: Event
    version: int
    as_of: datetime
    passengers: tuple[Passenger, ...]
    riders: tuple[Rider, ...]
    rooms: tuple[Room, ...]
    servings: tuple[Serving, ...]
    guests: tuple[Guest, ...]
    people: tuple[Registration, ...]
    warnings: tuple[ManifestWarning, ...]

    @property
    def totals(self) -> dict[str, Any]:
        """How many come, how many have each allotment, and how many rooms each stay takes."""
        return {
            "people": len(self.people),
            "allotments": {
                allotment.name: sum(allotment.name in person.needs for person in self.people)
                for allotment in self.event.allotments
            },
            "rooms": {stay.name: sum(room.stay == stay for room in self.rooms) for stay in self.event.stays},
        }


def compose(event: Event, registrations: Iterable[Registration], *, version: int, as_of: datetime) -> Manifest:
    """The manifest of the event; whoever is not confirmed is left out of it."""
    people = sorted((each for each in registrations if each.status == "confirmed"), key=_by_name)
    passengers = _passengers(event, people)
    rooms = _rooms(event, people)
    named = dietary.guests(people)
    return Manifest(
        event=event,
        version=version,
        as_of=as_of,
        passengers=passengers,
        riders=tuple(Rider(leg, each) for leg in _legs(event, "bus") for each in _having(leg.name, people)),
        rooms=rooms,
        servings=dietary.servings(event.meals, len(people), named),
        guests=named,
        people=tuple(people),
        warnings=_warnings(event, people, passengers, rooms),
    )


def _by_name(registration: Registration) -> tuple[Any, ...]:
    attendee = registration.attendee
    return danish(attendee.family_name), danish(attendee.given_name), registration.id


def _having(name: str, people: Iterable[Registration]) -> list[Registration]:
    return [person for person in people if name in person.needs]


def _legs(event: Event, kind: str) -> list[Leg]:
    return [leg for leg in event.legs if leg.kind == kind]


def _passengers(event: Event, people: Sequence[Registration]) -> tuple[Passenger, ...]:
    """Flight after flight, each in the airline's order, A to Z."""
    locator_of = locators(people)
    return tuple(
        passenger
        for leg in _legs(event, "flight")
        for passenger in sorted(
            (_passenger(leg, person, locator_of[person.id]) for person in _having(leg.name, people)),
            key=lambda each: (each.surname, each.given, each.registration.id),
        )
    )


def _rooms(event: Event, people: Sequence[Registration]) -> tuple[Room, ...]:
    rooms: list[Room] = []
    for stay in event.stays:
        rooms += rooming.rooms(stay, _having(stay.name, people), first=len(rooms) + 1)
    return tuple(rooms)


def _passenger(leg: Leg, registration: Registration, locator: str) -> Passenger:
    name = _name_on_id(registration)
    surname, given = list_form(name.family), list_form(name.given)
    if not (surname.is_whole and given.is_whole):
        return Passenger(leg, registration, name.family, name.given, locator, is_typed=False)
    by_table = surname.transliterated or given.transliterated
    return Passenger(leg, registration, surname.text, given.text, locator, True, by_table)


def _name_on_id(registration: Registration) -> NameOnId:
    attendee = registration.attendee
    on_id = attendee.travel.name_on_id if attendee.travel else None
    return on_id or NameOnId(given=attendee.given_name, family=attendee.family_name)


def _warnings(
    event: Event, people: Sequence[Registration], passengers: Sequence[Passenger], rooms: Sequence[Room]
) -> tuple[ManifestWarning, ...]:
    """Each once, by what it says, then by name."""
    away = {leg.name for leg in event.legs} | {stay.name for stay in event.stays}
    found = [about(each.registration, "name-on-id-needed") for each in passengers if not each.is_typed]
    found += [about(each.registration, "name-transliterated") for each in passengers if each.is_transliterated]
    found += [
        about(person, "phone-missing")
        for person in people
        if away & set(person.needs) and not person.attendee.phone
    ]
    found += rooming.warnings(rooms)
    place = {person.id: number for number, person in enumerate(people)}
    return tuple(sorted(set(found), key=lambda each: (CODES.index(each.code), place[each.registration_id])))
