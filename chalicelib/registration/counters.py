"""The one update of an event's PLACES item that a transaction carries: counters, and what they must be."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.items import Update
from chalicelib.programme import lines
from chalicelib.programme.lines import Demand
from chalicelib.registration.model import Places, WaitlistEntry


class Counters:
    """Collects changes of the counters and conditions on them."""

    def __init__(self, event_id: str) -> None:
        self._event_id = event_id
        self._changes: dict[str, int] = {"changes": 1}
        self._sets: list[str] = []
        self._conditions = ["attribute_exists(PK)"]
        self._lines: Counter[str] = Counter()
        self._removes: list[str] = []
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def take(self, demand: Demand, capacity: Mapping[str, int] | None = None) -> None:
        """The units, which must be free; `capacity`, as it was read, is what more than one unit is measured by."""
        for name, units in demand.items():
            self.overbook({name: units})
            taken, of = self._part("taken", name), self._part("capacity", name)
            if units == 1:
                self._require(f"{taken} < {of}")
            else:
                limit = (capacity or {}).get(name, 0)
                self._require(f"{taken} <= {self._value(limit - units)} AND {of} >= {self._value(limit)}")

    def overbook(self, demand: Demand) -> None:
        """The units, whether or not they are free."""
        for name, units in demand.items():
            self._add(self._part("taken", name), units)

    def give_back(self, demand: Demand) -> None:
        for name, units in demand.items():
            self._add(self._part("taken", name), -units)
        if demand:
            self.let_look_again()

    def let_look_again(self) -> None:
        """Whoever has looked at the lines must do so again."""
        self._changes["freed"] = 1

    def prioritise(self) -> None:
        """Somebody no longer stands in the order of joining: the lines are to be looked at again."""
        self._changes["prioritised"] = 1
        self.let_look_again()

    def wake_who_sits_out(self) -> None:
        """Whoever passed an offer on may be offered something again."""
        self._changes["released"] = 1

    def stand(self, entry: WaitlistEntry) -> None:
        """The entry stands in its line from now on."""
        self._lines[entry.line] += 1
        self._add("line_length", 1)

    def leave(self, entry: WaitlistEntry) -> None:
        self._lines[entry.line] -= 1
        self._add("line_length", -1)

    def joined(self, joined_at: str) -> None:
        """The waitlist grows at its end only: nobody may have joined later than `joined_at`."""
        moment = self._value(joined_at)
        self._sets.append(f"last_joined = {moment}")
        self._require(f"last_joined < {moment}")

    def rest(self, freed: int, empty: Iterable[str]) -> None:
        """Nobody who waits could use what is left, for as long as nothing more is freed."""
        self.require_freed(freed)
        self._sets += [f"rested = {self._value(freed)}", f"noted = {self._value('')}"]
        self._removes = [self._part("lines", line) for line in empty]
        for line in self._removes:
            self._require(f"{line} <= {self._value(0)}")

    def rest_with_nobody_waiting(self, freed: int) -> None:
        """Until now nobody waited who could have used what is left, so the lines need not be looked at for it."""
        self.require_freed(freed)
        self._sets.append(f"rested = {self._value(freed)}")
        self._require(f"line_length = {self._value(0)}")

    def hold(self, name: str, units: Mapping[str, int], more: Mapping[str, int]) -> None:
        """The hold has `units` from now on, `more` of each than it had; what it gives up is free."""
        path = self._part("holds", name)
        if units:
            self._sets.append(f"{path} = {self._value(dict(units))}")
        else:
            self._removes.append(path)
        for allotment, change in more.items():
            if not change:
                continue
            self._add(self._part("held", allotment), change)
            self._add(self._part("capacity", allotment), -change)
        if any(change < 0 for change in more.values()):
            self.let_look_again()
            self.wake_who_sits_out()

    def draw(self, hold: str, demand: Demand) -> None:
        """The units come out of the hold, which must have them."""
        for name, units in demand.items():
            held = f"{self._part('holds', hold)}.{self._sign(name)}"
            self._require(f"{held} >= {self._value(units)}")
            self._add(held, -units)
            self._add(self._part("held", name), -units)
            self._add(self._part("capacity", name), units)

    def forget(self, names: Iterable[str]) -> None:
        """Nothing is held any more about somebody who had a unit of each."""
        for name in names:
            path = self._part("forgotten", name)
            self._sets.append(f"{path} = if_not_exists({path}, {self._value(0)}) + {self._value(1)}")

    def require_freed(self, freed: int) -> None:
        """Nothing more may have been freed since the lines were looked at."""
        self._require(f"freed = {self._value(freed)}")

    def require_nobody_ahead_joined(self, entry: WaitlistEntry, places: Places) -> None:
        """Nobody came since the places were read whom the entry, of less than ordinary priority, passes."""
        if entry.rank > lines.rank(places.last_joined):
            self._require(f"last_joined = {self._value(places.last_joined)}")

    def require_full(self, names: Iterable[str]) -> None:
        """Nothing of these may be free."""
        for name in names:
            self._require(f"{self._part('taken', name)} >= {self._part('capacity', name)}")

    def require_free(self, names: Iterable[str]) -> None:
        """A unit of each of these must be free."""
        for name in sorted(names):
            self._require(f"{self._part('taken', name)} < {self._part('capacity', name)}")

    def require_nobody_overtaken(self) -> None:
        """Nobody who waits could use what is free, and all of them have it on record that others go by."""
        none = self._value(0)
        self._require(f"(line_length = {none} OR (rested = freed AND noted = last_joined))")

    def require_unchanged(self, places: Places) -> None:
        """Places and lines are as they were read."""
        self._require(f"changes = {self._value(places.changes)}")

    def note(self, places: Places) -> None:
        """All who wait have it on record that others go by: those that were read, settled as they were."""
        self._sets.append(f"noted = {self._value(places.last_joined)}")
        self._require(f"rested = freed AND last_joined = {self._value(places.last_joined)}")

    def update(self) -> Update:
        sets = [*self._sets, *self._line_changes()]
        sets += [f"{path} = {path} + {self._value(units)}" for path, units in self._changes.items() if units]
        return Update(
            key=keys.places_key(self._event_id),
            expression="SET " + ", ".join(sets) + (" REMOVE " + ", ".join(self._removes) if self._removes else ""),
            condition=" AND ".join(self._conditions),
            names=self._names,
            values=self._values,
        )

    def _line_changes(self) -> Iterator[str]:
        for line, entries in self._lines.items():
            if entries:
                path = self._part("lines", line)
                yield f"{path} = if_not_exists({path}, {self._value(0)}) + {self._value(entries)}"

    def _add(self, path: str, units: int) -> None:
        self._changes[path] = self._changes.get(path, 0) + units

    def _part(self, part: str, name: str) -> str:
        return f"{self._sign(part)}.{self._sign(name)}"  # some of the words are reserved

    def _sign(self, name: str) -> str:
        sign = next((sign for sign, known in self._names.items() if known == name), f"#n{len(self._names)}")
        self._names[sign] = name
        return sign

    def _value(self, value: Any) -> str:
        sign = next((s for s, known in self._values.items() if known == value), f":v{len(self._values)}")
        self._values[sign] = value
        return sign

    def _require(self, condition: str) -> None:
        self._conditions.append(condition)
