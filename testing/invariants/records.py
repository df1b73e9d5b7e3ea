"""What is on record of one event: places, registrations, lines. Read whole, and not by the counters' word."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from chalicelib.programme import lines
from chalicelib.programme.lines import Demand
from chalicelib.registration import store
from chalicelib.registration.model import Places, Registration, WaitlistEntry

HOLDING_STATUSES = ("confirmed", "offered")


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
        return lines.sum_demand(self.get_held_needs(whose) for whose in self.registrations)

    def get_held_needs(self, registration_id: str) -> tuple[str, ...]:
        """What the registration has, or is offered: nothing, where there is none or it waits."""
        found = self.registrations.get(registration_id)
        return found.needs if found and found.status in HOLDING_STATUSES else ()

    @property
    def excess(self) -> Counter[str]:
        """What is taken beyond what there is."""
        return Counter(self.taken) - Counter(self.places.capacity)

    def list_active_entries(self) -> list[WaitlistEntry]:
        """The entries that do not sit out."""
        return [entry for entry in self.entries.values() if not entry.awaits_release(self.places.release_revision)]


def read(event_id: str) -> Records:
    registrations = {each.id: each for each in store.list_registrations(event_id)}
    entries = {entry.key: entry for entry in store.read_waitlist(event_id)}
    return Records(event_id, store.read_places(event_id), registrations, entries)


def can_cover(demand: Demand, room: Demand) -> bool:
    """Whether all that is wanted is in there."""
    return not lines.find_shortage(room, demand)
