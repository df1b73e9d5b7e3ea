"""What is on record of one event: places, registrations, lines. Read whole, and not by the counters' word."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from chalicelib.programme import lines
from chalicelib.programme.lines import Demand
from chalicelib.registration import store
from chalicelib.registration.model import Places, Registration, WaitlistEntry

HAVING = ("confirmed", "offered")


@dataclass(frozen=True)
class Records:
    """`entries` has those who stand in line, by the key of where."""

    event_id: str
    places: Places
    registrations: dict[str, Registration]
    entries: dict[str, WaitlistEntry]

    @cached_property
    def taken(self) -> dict[str, int]:
        """As the registrations say."""
        return lines.demand_of_all(self.had_by(whose) for whose in self.registrations)

    def had_by(self, registration_id: str) -> tuple[str, ...]:
        """What the registration has, or is offered: nothing, where there is none or it waits."""
        found = self.registrations.get(registration_id)
        return found.needs if found and found.status in HAVING else ()

    @property
    def excess(self) -> Counter[str]:
        """What is taken beyond what there is."""
        return Counter(self.taken) - Counter(self.places.capacity)

    def awake(self) -> list[WaitlistEntry]:
        """The entries that do not sit out."""
        return [entry for entry in self.entries.values() if entry.sat_out < self.places.released]


def read(event_id: str) -> Records:
    registrations = {each.id: each for each in store.registrations(event_id)}
    entries = {entry.key: entry for entry in store.waitlist(event_id)}
    return Records(event_id, store.places(event_id), registrations, entries)


def fits(demand: Demand, room: Demand) -> bool:
    """Whether all that is wanted is in there."""
    return not lines.shortage(room, demand)
