"""The one update of an event's PLACES item that a transaction carries: counters, and what they must be."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib import keys
from chalicelib.items import Update


class Counters:
    """Collects changes of `taken` and `waiting` and conditions on them, by allotment name."""

    def __init__(self, event_id: str) -> None:
        self._event_id = event_id
        self._sets = ["changes = changes + :one"]
        self._conditions = ["attribute_exists(PK)"]
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {":one": 1}

    def take(self, needs: Iterable[str]) -> None:
        """One unit of each, which must be free."""
        for name in needs:
            self._add("taken", name, "+")
            self._require(f"{self._taken(name)} < {self._capacity(name)}")

    def give_back(self, needs: Iterable[str]) -> None:
        for name in needs:
            self._add("taken", name, "-")
        self.let_look_again()

    def let_look_again(self) -> None:
        """Whoever has looked at the line must do so again, also for what was thought of no use there."""
        self._sets.append("freed = freed + :one")

    def wake_who_sits_out(self) -> None:
        """Whoever passed an offer on may be offered something again."""
        self._sets.append("released = released + :one")

    def rest(self, floor: Mapping[str, int], freed: int) -> None:
        """With so many taken, nobody in the line wants what is left: for as long as nothing more is freed."""
        self._sets += ["#floor = :floor", "rested = :freed"]
        self._names["#floor"] = "floor"
        self._values[":floor"] = dict(floor)
        self.require_freed(freed)

    def require_freed(self, freed: int) -> None:
        """Nothing more may have been freed since the line was looked at."""
        self._values[":freed"] = freed
        self._require("freed = :freed")

    def wait(self, names: Iterable[str]) -> None:
        for name in names:
            self._add("waiting", name, "+")

    def stop_waiting(self, names: Iterable[str]) -> None:
        for name in names:
            self._add("waiting", name, "-")

    def require_full(self, names: Iterable[str]) -> None:
        """Nothing of these may be free."""
        for name in names:
            self._require(f"{self._taken(name)} >= {self._capacity(name)}")

    def require_settled(self, names: Iterable[str]) -> None:
        """Nothing of these may be free while somebody waits for it who could use it."""
        self._values[":none"] = 0
        self._names["#floor"] = "floor"
        for name in names:
            sign, full = self._sign(name), f"{self._taken(name)} >= {self._capacity(name)}"
            rests = f"(rested = freed AND taken.{sign} >= #floor.{sign})"
            self._require(f"(waiting.{sign} <= :none OR {full} OR {rests})")

    def joined(self, joined_at: str) -> None:
        """The waitlist grows at its end only: nobody may have joined later than `joined_at`."""
        self._values[":joined_at"] = joined_at
        self._sets.append("last_joined = :joined_at")
        self._require("last_joined < :joined_at")

    def update(self) -> Update:
        return Update(
            key=keys.places_key(self._event_id),
            expression="SET " + ", ".join(self._sets),
            condition=" AND ".join(self._conditions),
            names=self._names,
            values=self._values,
        )

    def _taken(self, name: str) -> str:
        return f"taken.{self._sign(name)}"

    def _capacity(self, name: str) -> str:
        self._names["#of"] = "capacity"  # the word is reserved in expressions
        return f"#of.{self._sign(name)}"

    def _sign(self, name: str) -> str:
        sign = f"#n_{name}"
        self._names[sign] = name
        return sign

    def _add(self, part: str, name: str, way: str) -> None:
        path = f"{part}.{self._sign(name)}"
        self._sets.append(f"{path} = {path} {way} :one")

    def _require(self, condition: str) -> None:
        self._conditions.append(condition)
