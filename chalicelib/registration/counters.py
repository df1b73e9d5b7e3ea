"""The one update of an event's PLACES item that each transaction carries: counters, and conditions on them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.items import Update
from chalicelib.programme import lines
from chalicelib.programme.lines import Demand
from chalicelib.registration.model import Places, WaitlistEntry
from chalicelib.registration.store import (
    FREE_REVISION,
    RELEASE_REVISION,
    SETTLED_AT,
    SKIPS_RECORDED_UNTIL,
)


class Counters:
    """Collects changes of the counters, and the conditions that they rest on, for one update."""

    def __init__(self, event_id: str) -> None:
        self._event_id = event_id
        self._increments: dict[str, int] = {"changes": 1}
        self._sets: list[str] = []
        self._conditions = ["attribute_exists(PK)"]
        self._lines: Counter[str] = Counter()
        self._removes: list[str] = []
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def take(self, demand: Demand, capacity: Mapping[str, int] | None = None) -> None:
        """Take the units, which must be free.

        More than one unit is measured by `capacity` as it was read, since a condition cannot add.
        """
        for name, units in demand.items():
            self.overbook({name: units})
            taken, of = self._bind_path("taken", name), self._bind_path("capacity", name)
            if units == 1:
                self._require(f"{taken} < {of}")
            else:
                limit = (capacity or {}).get(name, 0)
                self._require(
                    f"{taken} <= {self._bind_value(limit - units)} AND {of} >= {self._bind_value(limit)}"
                )

    def overbook(self, demand: Demand) -> None:
        """Take the units, free or not."""
        for name, units in demand.items():
            self._increment(self._bind_path("taken", name), units)

    def give_back(self, demand: Demand) -> None:
        """Give the units back, so that the lines are checked again."""
        for name, units in demand.items():
            self._increment(self._bind_path("taken", name), -units)
        if demand:
            self.invalidate_settled()

    def invalidate_settled(self) -> None:
        """Require the lines to be checked again before a newcomer gets anything."""
        self._increments[FREE_REVISION] = 1

    def count_prioritised(self) -> None:
        """Count a change of priority: the lines are no longer in the order of joining, and are checked again."""
        self._increments["prioritised"] = 1
        self.invalidate_settled()

    def reset_passed_offers(self) -> None:
        """Let entries that passed an offer on be offered something again."""
        self._increments[RELEASE_REVISION] = 1

    def add_entry(self, entry: WaitlistEntry) -> None:
        """Count the entry in its line."""
        self._lines[entry.line] += 1
        self._increment("line_length", 1)

    def remove_entry(self, entry: WaitlistEntry) -> None:
        """Count the entry out of its line."""
        self._lines[entry.line] -= 1
        self._increment("line_length", -1)

    def advance_last_joined(self, joined_at: str) -> None:
        """Set the latest moment of joining, which must rise: the waitlist grows at its end only."""
        moment = self._bind_value(joined_at)
        self._sets.append(f"last_joined = {moment}")
        self._require(f"last_joined < {moment}")

    def mark_settled(self, free_revision: int, empty_lines: Iterable[str]) -> None:
        """Record that no entry could use what is left, while nothing more is freed, and drop empty lines."""
        self.require_free_revision(free_revision)
        self._sets.append(f"{SETTLED_AT} = {self._bind_value(free_revision)}")
        self._sets.append(f"{SKIPS_RECORDED_UNTIL} = {self._bind_value('')}")
        self._removes = [self._bind_path("lines", line) for line in empty_lines]
        for line in self._removes:
            self._require(f"{line} <= {self._bind_value(0)}")

    def mark_settled_if_empty(self, free_revision: int) -> None:
        """Record, on condition that the waitlist is empty, that no entry could use what is left."""
        self.require_free_revision(free_revision)
        self._sets.append(f"{SETTLED_AT} = {self._bind_value(free_revision)}")
        self._require(f"line_length = {self._bind_value(0)}")

    def hold(self, name: str, units: Mapping[str, int], unit_changes: Mapping[str, int]) -> None:
        """Set the hold to `units`, by `unit_changes` more of each than before; units that it gives up are free."""
        path = self._bind_path("holds", name)
        if units:
            self._sets.append(f"{path} = {self._bind_value(dict(units))}")
        else:
            self._removes.append(path)
        for allotment, change in unit_changes.items():
            if not change:
                continue
            self._increment(self._bind_path("held", allotment), change)
            self._increment(self._bind_path("capacity", allotment), -change)
        if any(change < 0 for change in unit_changes.values()):
            self.invalidate_settled()
            self.reset_passed_offers()

    def take_from_hold(self, hold: str, demand: Demand) -> None:
        """Move the units out of the hold, which must have them, into the capacity."""
        for name, units in demand.items():
            held = f"{self._bind_path('holds', hold)}.{self._bind_name(name)}"
            self._require(f"{held} >= {self._bind_value(units)}")
            self._increment(held, -units)
            self._increment(self._bind_path("held", name), -units)
            self._increment(self._bind_path("capacity", name), units)

    def count_forgotten(self, names: Iterable[str]) -> None:
        """Count one unit of each for a participant whose data is deleted."""
        for name in names:
            path = self._bind_path("forgotten", name)
            self._sets.append(f"{path} = if_not_exists({path}, {self._bind_value(0)}) + {self._bind_value(1)}")

    def require_free_revision(self, free_revision: int) -> None:
        """Require that nothing more was freed since the lines were read."""
        self._require(f"{FREE_REVISION} = {self._bind_value(free_revision)}")

    def require_none_joined_ahead(self, entry: WaitlistEntry, places: Places) -> None:
        """Require, for an entry of low priority, that no newcomer has joined ahead of it since the read."""
        if entry.rank > lines.build_rank(places.last_joined):
            self._require(f"last_joined = {self._bind_value(places.last_joined)}")

    def require_full(self, names: Iterable[str]) -> None:
        """Require that nothing of these is free."""
        for name in names:
            self._require(f"{self._bind_path('taken', name)} >= {self._bind_path('capacity', name)}")

    def require_free(self, names: Iterable[str]) -> None:
        """Require that a unit of each of these is free."""
        for name in sorted(names):
            self._require(f"{self._bind_path('taken', name)} < {self._bind_path('capacity', name)}")

    def require_none_overtaken(self) -> None:
        """Require that the lines are settled, and that all who wait have it on record that newcomers pass them."""
        none = self._bind_value(0)
        recorded = f"{SETTLED_AT} = {FREE_REVISION} AND {SKIPS_RECORDED_UNTIL} = last_joined"
        self._require(f"(line_length = {none} OR ({recorded}))")

    def require_unchanged(self, places: Places) -> None:
        """Require that places and lines are as they were read."""
        self._require(f"changes = {self._bind_value(places.changes)}")

    def reset_skips_recorded(self) -> None:
        """Have the next newcomer who passes those who wait write a record of it again."""
        self._sets.append(f"{SKIPS_RECORDED_UNTIL} = {self._bind_value('')}")

    def mark_skips_recorded(self, places: Places) -> None:
        """Record that all who wait know of newcomers passing them, while the lines are and stay settled as read.

        A party that is smaller since waits in another line, which the record would not name.
        """
        last_joined = self._bind_value(places.last_joined)
        self.require_free_revision(places.free_revision)
        self._sets.append(f"{SKIPS_RECORDED_UNTIL} = {last_joined}")
        self._require(f"{SETTLED_AT} = {FREE_REVISION} AND last_joined = {last_joined}")

    def build_update(self) -> Update:
        """Build the update of the PLACES item."""
        sets = [*self._sets, *self._build_line_changes()]
        sets += [
            f"{path} = {path} + {self._bind_value(units)}" for path, units in self._increments.items() if units
        ]
        return Update(
            key=keys.places_key(self._event_id),
            expression="SET " + ", ".join(sets) + (" REMOVE " + ", ".join(self._removes) if self._removes else ""),
            condition=" AND ".join(self._conditions),
            names=self._names,
            values=self._values,
        )

    def _build_line_changes(self) -> Iterator[str]:
        for line, entries in self._lines.items():
            if entries:
                path = self._bind_path("lines", line)
                yield f"{path} = if_not_exists({path}, {self._bind_value(0)}) + {self._bind_value(entries)}"

    def _increment(self, path: str, units: int) -> None:
        self._increments[path] = self._increments.get(path, 0) + units

    def _bind_path(self, attribute: str, name: str) -> str:
        return f"{self._bind_name(attribute)}.{self._bind_name(name)}"  # some of the words are reserved

    def _bind_name(self, name: str) -> str:
        sign = next((sign for sign, known in self._names.items() if known == name), f"#n{len(self._names)}")
        self._names[sign] = name
        return sign

    def _bind_value(self, value: Any) -> str:
        sign = next((s for s, known in self._values.items() if known == value), f":v{len(self._values)}")
        self._values[sign] = value
        return sign

    def _require(self, condition: str) -> None:
        self._conditions.append(condition)
