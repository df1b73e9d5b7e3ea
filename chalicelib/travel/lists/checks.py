"""Check a manifest before it is sent: what an airline, a hotel or a driver would ask back about.

Each check is a rule of its own that yields warnings from the event and the lists.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import facts
from chalicelib.programme.model import Event, Leg, Stay
from chalicelib.registration.model import Registration
from chalicelib.travel.lists import flight_lists, lettering, rooming
from chalicelib.travel.lists.passengers import Passenger
from chalicelib.travel.lists.rooming import Room
from chalicelib.travel.lists.search import fold
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
        """The legs and stays that people take a unit of."""
        return (*self.event.legs, *self.event.stays)


def run_checks(
    event: Event, registrations: Sequence[Registration], passengers: Sequence[Passenger], rooms: Sequence[Room]
) -> tuple[ManifestWarning, ...]:
    """Return the warnings of all rules, each once, ordered by code, then by name."""
    context = _CheckContext(event, registrations, passengers, rooms)
    warnings = {warning for rule in _CHECKS for warning in rule(context)}
    position_by_id = {registration.id: position for position, registration in enumerate(registrations)}
    return tuple(
        sorted(
            warnings,
            key=lambda warning: (
                WARNING_CODES.index(warning.code),
                position_by_id.get(warning.registration_id, -1),
                warning.name,
            ),
        )
    )


def _check_names(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Warn of names that the airline cannot have as they are."""
    for passenger in context.passengers:
        if passenger.is_single_name:
            yield build_warning(passenger.registration, "name-single")
        elif not passenger.is_typable:
            yield build_warning(passenger.registration, "name-on-id-needed")
        elif passenger.is_transliterated:
            yield build_warning(passenger.registration, "name-transliterated")
        elif not (passenger.registration.attendee.travel and passenger.registration.attendee.travel.name_on_id):
            yield build_warning(passenger.registration, "name-on-id-missing")
        title = _get_title(passenger.registration)
        if passenger.is_typable and flight_lists.is_truncated(passenger.surname, passenger.given, title):
            yield build_warning(passenger.registration, "name-too-long")


def _check_letters(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Warn of names that only some can read, besides those that the airline cannot type, and of texts to print."""
    untypable = {passenger.registration.id for passenger in context.passengers if not passenger.is_typable}
    for registration in context.registrations:
        if registration.id not in untypable and lettering.needs_latin_name(registration.attendee):
            yield build_warning(registration, "latin-name-needed")
        if lettering.has_unprintable_text(registration.attendee):
            yield build_warning(registration, "text-unprintable")


def _get_title(registration: Registration) -> str:
    return (registration.attendee.travel.title or "") if registration.attendee.travel else ""


def _check_namesakes(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Warn of two people with one name, unless both have a locator, which only travellers by air have."""
    names = {registration.id: fold(registration.attendee.name) for registration in context.registrations}
    counts = Counter(names.values())
    located = {passenger.registration.id for passenger in context.passengers}
    without_locator = {name for id, name in names.items() if id not in located}
    for registration in context.registrations:
        if counts[names[registration.id]] > 1 and names[registration.id] in without_locator:
            yield build_warning(registration, "same-name")


def _check_phones(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Warn of travellers and hotel guests without a phone number."""
    travel_needs = {part.name for part in context.parts}
    for registration in context.registrations:
        if travel_needs & set(registration.needs) and not registration.attendee.phone:
            yield build_warning(registration, "phone-missing")


def _check_beds(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Warn of those who fly and have no bed, where the event has beds."""
    stays = {stay.name for stay in context.event.stays}
    for passenger in context.passengers:
        if stays and not stays & set(passenger.registration.needs):
            yield build_warning(passenger.registration, "flight-without-bed")


def _check_ways_home(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Warn of those who have a bed and no leg that leaves afterwards, where one does."""
    for stay in context.event.stays:
        legs_home = {leg.name for leg in context.event.legs if leg.departs > stay.check_in}
        for registration in context.registrations:
            if legs_home and stay.name in registration.needs and not legs_home & set(registration.needs):
                yield build_warning(registration, "bed-without-way-home")


def _check_assistance(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Warn of those who asked for assistance too late before their flight."""
    for passenger in context.passengers:
        travel = passenger.registration.attendee.travel
        is_needed = travel is not None and bool(travel.special_assistance)
        deadline = passenger.leg.departs - ASSISTANCE_NOTICE
        if is_needed and _get_assistance_requested_at(passenger.registration) > deadline:
            yield build_warning(passenger.registration, "assistance-late")


def _check_sealed_details(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Warn of those whose food and assistance are missing in the lists, because their seal could not be opened."""
    for registration in context.registrations:
        if registration.sealed_health:
            yield build_warning(registration, "details-sealed")


def _get_assistance_requested_at(registration: Registration) -> datetime:
    """Return when they last stated the assistance they need: on registering, or by changing it since."""
    changed_at = [
        datetime.fromisoformat(entry["at"])
        for entry in registration.known_facts
        if entry["fact"] == facts.Changed.kind and _ASSISTANCE_FIELDS & set(entry["fields"])
    ]
    return max([registration.registered_at, *changed_at])


def _check_room_sharers(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Warn of guests of a shared room who have no match."""
    yield from rooming.build_warnings(context.rooms)


def _check_capacity(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Warn of legs and stays with more people than the event has set aside for them."""
    capacities = context.event.capacities
    counts = Counter(name for registration in context.registrations for name in registration.needs)
    for part in context.parts:
        if counts[part.name] > capacities[part.name]:
            yield ManifestWarning(_get_overbooked_code(part), "", part.title.da)


def _get_overbooked_code(part: Leg | Stay) -> WarningCode:
    if isinstance(part, Stay):
        return "more-than-beds"
    return "more-than-seats" if part.kind == "flight" else "more-than-bus-seats"


def _check_flights(context: _CheckContext) -> Iterator[ManifestWarning]:
    """Warn of flights without a proper number or airport codes."""
    for leg in context.event.legs:
        if leg.kind == "flight" and not flight_lists.is_complete(flight_lists.build_flight_document(leg)):
            yield ManifestWarning("flight-incomplete", "", leg.title.da)


_CHECKS = (
    _check_names,
    _check_letters,
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
