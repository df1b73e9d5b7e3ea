"""The one update of an event's PLACES item that a transaction carries: counters, and what they must be."""

from collections.abc import Iterable
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
        """Nothing of these may be free while somebody waits for it."""
        self._values[":none"] = 0
        for name in names:
            self._require(f"(waiting.{self._sign(name)} = :none OR {self._taken(name)} >= {self._capacity(name)})")

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
