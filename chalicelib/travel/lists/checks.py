"""Checks before a manifest is sent: what an airline, a hotel or a driver would ask back about.

Each is a rule of its own, from the event and the lists to what it finds.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import facts
from chalicelib.programme.model import Event, Leg, Stay
from chalicelib.registration.model import Registration
from chalicelib.travel.lists import flight_lists, rooming
from chalicelib.travel.lists.names import normalize_name
from chalicelib.travel.lists.passengers import Passenger
from chalicelib.travel.lists.rooming import Room
from chalicelib.travel.lists.warning import WARNING_CODES, ManifestWarning, WarningCode, build_warning

#: Airlines want assistance announced by then (regulation EC 1107/2006, article 7).
ASSISTANCE_NOTICE = timedelta(hours=48)
_ASSISTANCE_FIELDS = {"travel", "travel.special_assistance"}  # as a change of details names its fields


@dataclass(frozen=True)
class _CheckContext:
    """What the rules look at."""

    event: Event
    registrations: Sequence[Registration]
    passengers: Sequence[Passenger]
    rooms: Sequence[Room]

    @property
    def parts(self) -> tuple[Leg | Stay, ...]:
        """Everything on the journey that people take a unit of."""
        return (*self.event.legs, *self.event.stays)


def run_checks(
    event: Event, registrations: Sequence[Registration], passengers: Sequence[Passenger], rooms: Sequence[Room]
) -> tuple[ManifestWarning, ...]:
    """All that is found, each once, by what it says, then by name."""
    lists = _CheckContext(event, registrations, passengers, rooms)
    found = {each for rule in _CHECKS for each in rule(lists)}
    place = {person.id: number for number, person in enumerate(registrations)}
    return tuple(
        sorted(
            found,
            key=lambda each: (WARNING_CODES.index(each.code), place.get(each.registration_id, -1), each.name),
        )
    )


def _check_names(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Names that the airline cannot have as they are."""
    for each in context.passengers:
        if not each.is_typable:
            yield build_warning(each.registration, "name-on-id-needed")
        elif each.is_transliterated:
            yield build_warning(each.registration, "name-transliterated")
        elif not (each.registration.attendee.travel and each.registration.attendee.travel.name_on_id):
            yield build_warning(each.registration, "name-on-id-missing")
        if each.is_typable and flight_lists.is_truncated(each.surname, each.given, _get_title(each.registration)):
            yield build_warning(each.registration, "name-too-long")


def _get_title(registration: Registration) -> str:
    return (registration.attendee.travel.title or "") if registration.attendee.travel else ""


def _check_namesakes(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Two of one name, unless both have a locator, which only those on a flight have."""
    names = {person.id: normalize_name(person.attendee.name) for person in context.registrations}
    counts = Counter(names.values())
    located = {passenger.registration.id for passenger in context.passengers}
    without_locator = {name for id, name in names.items() if id not in located}
    for person in context.registrations:
        if counts[names[person.id]] > 1 and names[person.id] in without_locator:
            yield build_warning(person, "same-name")


def _check_phones(context: _CheckContext) -> Iterator[ManifestWarning]:
    away = {part.name for part in context.parts}
    for person in context.registrations:
        if away & set(person.needs) and not person.attendee.phone:
            yield build_warning(person, "phone-missing")


def _check_beds(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Whoever flies and sleeps nowhere, where there are beds to be had."""
    stays = {stay.name for stay in context.event.stays}
    for each in context.passengers:
        if stays and not stays & set(each.registration.needs):
            yield build_warning(each.registration, "flight-without-bed")


def _check_ways_home(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Whoever sleeps there and is on nothing that leaves afterwards, where something does."""
    for stay in context.event.stays:
        home = {leg.name for leg in context.event.legs if leg.departs > stay.check_in}
        for person in context.registrations:
            if home and stay.name in person.needs and not home & set(person.needs):
                yield build_warning(person, "bed-without-way-home")


def _check_assistance(context: _CheckContext) -> Iterator[ManifestWarning]:
    for each in context.passengers:
        travel = each.registration.attendee.travel
        needed = travel is not None and bool(travel.special_assistance)
        if needed and _get_assistance_requested_at(each.registration) > each.leg.departs - ASSISTANCE_NOTICE:
            yield build_warning(each.registration, "assistance-late")


def _check_sealed_details(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Whose food and assistance the lists do not have, because their seal could not be opened."""
    for person in context.registrations:
        if person.sealed_health:
            yield build_warning(person, "details-sealed")


def _get_assistance_requested_at(registration: Registration) -> datetime:
    """When they last said what assistance they need: on registering, or by changing it since."""
    told = [
        datetime.fromisoformat(entry["at"])
        for entry in registration.history
        if entry["fact"] == facts.Changed.kind and _ASSISTANCE_FIELDS & set(entry["fields"])
    ]
    return max([registration.registered_at, *told])


def _check_room_sharers(context: _CheckContext) -> Iterator[ManifestWarning]:
    yield from rooming.build_warnings(context.rooms)


def _check_capacity(context: _CheckContext) -> Iterator[ManifestWarning]:
    """More people than the event has set aside for them."""
    capacities = context.event.capacities
    needed = Counter(name for person in context.registrations for name in person.needs)
    for part in context.parts:
        if needed[part.name] > capacities[part.name]:
            yield ManifestWarning(_get_overbooked_code(part), "", part.title.da)


def _get_overbooked_code(part: Leg | Stay) -> WarningCode:
    if isinstance(part, Stay):
        return "more-than-beds"
    return "more-than-seats" if part.kind == "flight" else "more-than-bus-seats"


def _check_flights(context: _CheckContext) -> Iterator[ManifestWarning]:
    for leg in context.event.legs:
        if leg.kind == "flight" and not flight_lists.is_complete(flight_lists.build_flight_document(leg)):
            yield ManifestWarning("flight-incomplete", "", leg.title.da)


_CHECKS = (
    _check_names,
    _check_namesakes,
    _check_phones,
    _check_beds,
    _check_ways_home,
    _check_assistance,
    _check_sealed_details,
    _check_room_sharers,
    _check_capacity,
    _check_flights,
)
