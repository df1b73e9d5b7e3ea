"""Read what the table has of one event: places, registrations, lines. Nothing is taken from the counters."""

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
    """The records of one event; `entries` has the waitlist entries by their keys."""

    event_id: str
    places: Places
    registrations: dict[str, Registration]
    entries: dict[str, WaitlistEntry]

    @cached_property
    def taken(self) -> dict[str, int]:
        """Return the units that registrations hold, by allotment."""
        return lines.sum_demand(self.get_held_needs(registration_id) for registration_id in self.registrations)

    def get_held_needs(self, registration_id: str) -> tuple[str, ...]:
        """Return what the registration holds or is offered: nothing if it waits or does not exist."""
        registration = self.registrations.get(registration_id)
        return registration.needs if registration and registration.status in HOLDING_STATUSES else ()

    @property
    def excess(self) -> Counter[str]:
        """Return the units taken beyond the capacity, by allotment."""
        return Counter(self.taken) - Counter(self.places.capacity)

    def list_active_entries(self) -> list[WaitlistEntry]:
        """Return the entries that do not sit out."""
        return [entry for entry in self.entries.values() if not entry.awaits_release(self.places.release_revision)]


def read(event_id: str) -> Records:
    """Read the records of the event."""
    registrations = {registration.id: registration for registration in store.list_registrations(event_id)}
    entries = {entry.key: entry for entry in store.read_waitlist(event_id)}
    return Records(event_id, store.read_places(event_id), registrations, entries)


def can_cover(demand: Demand, room: Demand) -> bool:
    """Return True if the room has all units of the demand."""
    return not lines.find_shortage(room, demand)
