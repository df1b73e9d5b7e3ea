"""The manifest: a dated, numbered snapshot of all lists, made from the event and its confirmed registrations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration
from chalicelib.travel.lists import dietary, rooming
from chalicelib.travel.lists.additions import NOTHING_ADDED, Additions
from chalicelib.travel.lists.checks import checks
from chalicelib.travel.lists.dietary import Guest, Serving
from chalicelib.travel.lists.order import by_name
from chalicelib.travel.lists.passengers import Passenger, Rider, having, passengers, riders
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


def compose(
    event: Event,
    registrations: Iterable[Registration],
    *,
    version: int,
    as_of: datetime,
    added: Additions = NOTHING_ADDED,
) -> Manifest:
    """The manifest of the event; whoever is not confirmed is left out of it."""
    people = sorted((each for each in registrations if each.status == "confirmed"), key=by_name)
    flying = passengers(event, people, added)
    rooms = _rooms(event, people, added)
    named = dietary.guests(people)
    return Manifest(
        event=event,
        version=version,
        as_of=as_of,
        passengers=flying,
        riders=riders(event, people),
        rooms=rooms,
        servings=dietary.servings(event.meals, len(people), named),
        guests=named,
        people=tuple(people),
        warnings=checks(event, people, flying, rooms),
    )


def _rooms(event: Event, people: Sequence[Registration], added: Additions) -> tuple[Room, ...]:
    decided = [each.guests for each in added.sharing]
    rooms: list[Room] = []
    for stay in event.stays:
        rooms += rooming.rooms(stay, having(stay.name, people), first=len(rooms) + 1, decided=decided)
    return tuple(rooms)
