"""Checks before a manifest is sent: what an airline, a hotel or a driver would ask back about.

Each is a rule of its own, from the event and the lists to what it finds.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import facts
from chalicelib.programme.model import Event, Leg, Stay
from chalicelib.registration.model import Registration
from chalicelib.travel.lists import flight_lists, rooming
from chalicelib.travel.lists.passengers import Passenger
from chalicelib.travel.lists.rooming import Room
from chalicelib.travel.lists.warning import CODES, Code, ManifestWarning, about

#: Airlines want assistance announced by then (regulation EC 1107/2006, article 7).
ASSISTANCE_BY = timedelta(hours=48)
_TELLS_ASSISTANCE = {"travel", "travel.special_assistance"}  # as a change of details names its fields


@dataclass(frozen=True)
class _Lists:
    """What the rules look at."""

    event: Event
    people: Sequence[Registration]
    passengers: Sequence[Passenger]
    rooms: Sequence[Room]

    @property
    def parts(self) -> tuple[Leg | Stay, ...]:
        """Everything on the journey that people take a unit of."""
        return (*self.event.legs, *self.event.stays)


def checks(
    event: Event, people: Sequence[Registration], passengers: Sequence[Passenger], rooms: Sequence[Room]
) -> tuple[ManifestWarning, ...]:
    """All that is found, each once, by what it says, then by name."""
    lists = _Lists(event, people, passengers, rooms)
    found = {each for rule in _RULES for each in rule(lists)}
    place = {person.id: number for number, person in enumerate(people)}
    return tuple(
        sorted(found, key=lambda each: (CODES.index(each.code), place.get(each.registration_id, -1), each.name))
    )


def _names(lists: _Lists) -> Iterator[ManifestWarning]:
    """Names that the airline cannot have as they are."""
    for each in lists.passengers:
        if not each.is_typed:
            yield about(each.registration, "name-on-id-needed")
        elif each.is_transliterated:
            yield about(each.registration, "name-transliterated")
        elif not (each.registration.attendee.travel and each.registration.attendee.travel.name_on_id):
            yield about(each.registration, "name-on-id-missing")
        if each.is_typed and flight_lists.is_cut(each.surname, each.given, _title(each.registration)):
            yield about(each.registration, "name-too-long")


def _title(person: Registration) -> str:
    return (person.attendee.travel.title or "") if person.attendee.travel else ""


def _namesakes(lists: _Lists) -> Iterator[ManifestWarning]:
    """Two of one name, unless both have a locator, which only those on a flight have."""
    named = Counter(_plain(person) for person in lists.people)
    located = {each.registration.id for each in lists.passengers}
    lost = {_plain(person) for person in lists.people if person.id not in located}
    for person in lists.people:
        if named[_plain(person)] > 1 and _plain(person) in lost:
            yield about(person, "same-name")


def _plain(person: Registration) -> str:
    return unicodedata.normalize("NFC", " ".join(person.attendee.name.split())).casefold()


def _phones(lists: _Lists) -> Iterator[ManifestWarning]:
    away = {part.name for part in lists.parts}
    for person in lists.people:
        if away & set(person.needs) and not person.attendee.phone:
            yield about(person, "phone-missing")


def _beds(lists: _Lists) -> Iterator[ManifestWarning]:
    """Whoever flies and sleeps nowhere, where there are beds to be had."""
    stays = {stay.name for stay in lists.event.stays}
    for each in lists.passengers:
        if stays and not stays & set(each.registration.needs):
            yield about(each.registration, "flight-without-bed")


def _ways_home(lists: _Lists) -> Iterator[ManifestWarning]:
    """Whoever sleeps there and is on nothing that leaves afterwards, where something does."""
    for stay in lists.event.stays:
        home = {leg.name for leg in lists.event.legs if leg.departs > stay.check_in}
        for person in lists.people:
            if home and stay.name in person.needs and not home & set(person.needs):
                yield about(person, "bed-without-way-home")


def _assistance(lists: _Lists) -> Iterator[ManifestWarning]:
    for each in lists.passengers:
        travel = each.registration.attendee.travel
        needed = travel is not None and bool(travel.special_assistance)
        if needed and _told_at(each.registration) > each.leg.departs - ASSISTANCE_BY:
            yield about(each.registration, "assistance-late")


def _sealed(lists: _Lists) -> Iterator[ManifestWarning]:
    """Whose food and assistance the lists do not have, because their seal could not be opened."""
    for person in lists.people:
        if person.sealed:
            yield about(person, "details-sealed")


def _told_at(person: Registration) -> datetime:
    """When they last said what assistance they need: on registering, or by changing it since."""
    told = [
        datetime.fromisoformat(entry["at"])
        for entry in person.history
        if entry["fact"] == facts.Changed.kind and _TELLS_ASSISTANCE & set(entry["fields"])
    ]
    return max([person.registered_at, *told])


def _sharers(lists: _Lists) -> Iterator[ManifestWarning]:
    yield from rooming.warnings(lists.rooms)


def _seats(lists: _Lists) -> Iterator[ManifestWarning]:
    """More people than the event has set aside for them."""
    capacities = lists.event.capacities
    needed = Counter(name for person in lists.people for name in person.needs)
    for part in lists.parts:
        if needed[part.name] > capacities[part.name]:
            yield ManifestWarning(_too_many(part), "", part.title.da)


def _too_many(part: Leg | Stay) -> Code:
    if isinstance(part, Stay):
        return "more-than-beds"
    return "more-than-seats" if part.kind == "flight" else "more-than-bus-seats"


def _flights(lists: _Lists) -> Iterator[ManifestWarning]:
    for leg in lists.event.legs:
        if leg.kind == "flight" and not flight_lists.is_complete(flight_lists.flight(leg)):
            yield ManifestWarning("flight-incomplete", "", leg.title.da)


_RULES = (_names, _namesakes, _phones, _beds, _ways_home, _assistance, _sealed, _sharers, _seats, _flights)
