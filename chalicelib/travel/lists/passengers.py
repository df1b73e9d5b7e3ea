"""The travellers of a flight or a bus, and the names they are listed by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.contact.names import transliterate
from chalicelib.programme.model import Event, Leg
from chalicelib.registration.attendee import NameOnId
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.additions import NO_ADDITIONS, Additions, Booking
from chalicelib.travel.lists.locators import assign_locators


@dataclass(frozen=True)
class Passenger:
    """A traveller on a flight, by the name that the airline types; as it was written where that cannot be typed.

    `locator` is ours, `booking` the airline's. `is_transliterated` means that the name was written in another
    script and typed by the tables of transliteration.
    """

    leg: Leg
    registration: Registration
    surname: str
    given: str
    locator: str
    booking: Booking
    is_typable: bool
    is_transliterated: bool = False

    @property
    def is_single_name(self) -> bool:
        """Return True if the traveller has one name only, where the airline's list needs two."""
        return not self.given


@dataclass(frozen=True)
class Rider:
    """A traveller on a bus, by the name that they write."""

    leg: Leg
    registration: Registration


def build_passengers(
    event: Event, registrations: Sequence[Registration], additions: Additions = NO_ADDITIONS
) -> tuple[Passenger, ...]:
    """Return the passengers flight by flight, each in the airline's order, A to Z."""
    locators = assign_locators(registrations)
    return tuple(
        passenger
        for leg in _select_legs(event, "flight")
        for passenger in sorted(
            (
                _build_passenger(
                    leg, registration, locators[registration.id], additions.get_booking(leg.name, registration.id)
                )
                for registration in select_by_need(leg.name, registrations)
            ),
            key=lambda candidate: (candidate.surname, candidate.given, candidate.registration.id),
        )
    )


def build_riders(event: Event, registrations: Sequence[Registration]) -> tuple[Rider, ...]:
    """Return the riders bus by bus, in the order given."""
    return tuple(
        Rider(leg, registration)
        for leg in _select_legs(event, "bus")
        for registration in select_by_need(leg.name, registrations)
    )


def select_by_need(need: str, registrations: Iterable[Registration]) -> list[Registration]:
    """Return the registrations that need this allotment."""
    return [registration for registration in registrations if need in registration.needs]


def _select_legs(event: Event, kind: str) -> list[Leg]:
    return [leg for leg in event.legs if leg.kind == kind]


def _build_passenger(leg: Leg, registration: Registration, locator: str, booking: Booking) -> Passenger:
    name = _get_name_on_id(registration)
    surname, given = transliterate(name.family), transliterate(name.given)
    if not name.family:  # the one name stands where the airline looks first
        return Passenger(leg, registration, given.text or name.given, "", locator, booking, is_typable=False)
    if not (surname.is_whole and given.is_whole):
        return Passenger(leg, registration, name.family, name.given, locator, booking, is_typable=False)
    is_transliterated = surname.is_transliterated or given.is_transliterated
    return Passenger(leg, registration, surname.text, given.text, locator, booking, True, is_transliterated)


def _get_name_on_id(registration: Registration) -> NameOnId:
    """Return the name as on the identity card, or the registration's where that is not known."""
    attendee = registration.attendee
    name_on_id = attendee.travel.name_on_id if attendee.travel else None
    return name_on_id or NameOnId.model_construct(given=attendee.given_name, family=attendee.family_name)
