"""The manifest: a dated, numbered snapshot of all lists, made from the event and its confirmed registrations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration
from chalicelib.travel.lists import dietary, rooming
from chalicelib.travel.lists.additions import NO_ADDITIONS, Additions
from chalicelib.travel.lists.checks import run_checks
from chalicelib.travel.lists.dietary import Diner, Serving
from chalicelib.travel.lists.order import build_name_key
from chalicelib.travel.lists.passengers import Passenger, Rider, build_passengers, build_riders, select_by_need
from chalicelib.travel.lists.rooming import Room
from chalicelib.travel.lists.warning import ManifestWarning


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
    diners: tuple[Diner, ...]
    registrations: tuple[Registration, ...]
    warnings: tuple[ManifestWarning, ...]

    @property
    def totals(self) -> dict[str, Any]:
        """How many people come, how many have each allotment, and how many rooms each stay takes."""
        return {
            "people": len(self.registrations),
            "allotments": {
                allotment.name: sum(allotment.name in registration.needs for registration in self.registrations)
                for allotment in self.event.allotments
            },
            "rooms": {stay.name: sum(room.stay == stay for room in self.rooms) for stay in self.event.stays},
        }


def compose(
    event: Event,
    registrations: Iterable[Registration],
    *,
    version: int,
    as_of: datetime,
    additions: Additions = NO_ADDITIONS,
) -> Manifest:
    """Compose the manifest of the event; registrations that are not confirmed are left out."""
    people = sorted((each for each in registrations if each.status == "confirmed"), key=build_name_key)
    passengers = build_passengers(event, people, additions)
    rooms = _assign_rooms(event, people, additions)
    diners = dietary.select_diners(people)
    return Manifest(
        event=event,
        version=version,
        as_of=as_of,
        passengers=passengers,
        riders=build_riders(event, people),
        rooms=rooms,
        servings=dietary.count_servings(event.meals, len(people), diners),
        diners=diners,
        registrations=tuple(people),
        warnings=run_checks(event, people, passengers, rooms),
    )


def _assign_rooms(event: Event, registrations: Sequence[Registration], additions: Additions) -> tuple[Room, ...]:
    """Assign the rooms of all stays, numbered through."""
    decided_pairs = [sharing.guests for sharing in additions.sharing]
    rooms: list[Room] = []
    for stay in event.stays:
        rooms += rooming.assign_rooms(
            stay,
            select_by_need(stay.name, registrations),
            first_number=len(rooms) + 1,
            decided_pairs=decided_pairs,
        )
    return tuple(rooms)
