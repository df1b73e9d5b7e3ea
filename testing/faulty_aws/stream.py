"""The table's stream, read once: what was written, and what it says happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib import facts
from chalicelib.aws import keys
from chalicelib.aws.items import Item, decode_item
from chalicelib.facts import Fact
from chalicelib.workers.stream import derive_facts


@dataclass(frozen=True)
class WriteRecord:
    """One record: the item's event and sort key, what it was, what it is, and the facts that this tells."""

    event_id: str
    sort_key: str
    old: Item | None
    new: Item | None
    facts: list[Fact]

    @property
    def kind(self) -> str:
        return self.sort_key.partition("#")[0]

    @property
    def suffix(self) -> str:
        return self.sort_key.partition("#")[2]


class StreamReader:
    """`written` has all records so far, in order."""

    def __init__(self, stream: Sequence[dict[str, Any]]) -> None:
        self._stream = stream
        self._known: dict[int, Item] = {}  # the old image of a record is the new one of another
        self._written: list[WriteRecord] = []

    @property
    def written(self) -> list[WriteRecord]:
        for record in self._stream[len(self._written) :]:
            self._written.append(self._read(record["dynamodb"]))
        return self._written

    @property
    def facts(self) -> list[Fact]:
        return [fact for each in self.written for fact in each.facts]

    def history(self, event_id: str, registration_id: str) -> list[dict[str, Any]]:
        """All that was ever written into the registration's history, also what has been erased since."""
        sort_key, entries = f"REG#{registration_id}", []
        for each in self.written:
            if each.sort_key == sort_key and each.event_id == event_id and each.new:
                entries += each.new["history"][len(each.old["history"]) if each.old else 0 :]
        return entries

    def _read(self, change: dict[str, Any]) -> WriteRecord:
        old, new = (self._decode(change.get(image)) for image in ("OldImage", "NewImage"))
        key = new or old or {}
        event_id = keys.parse_event_id(key) if key["PK"].startswith("EVENT#") else ""
        return WriteRecord(event_id, key["SK"], old, new, derive_facts(old, new, ""))

    def _decode(self, image: dict[str, Any] | None) -> Item | None:
        if image is None:
            return None
        if id(image) not in self._known:
            self._known[id(image)] = decode_item(image)
        return self._known[id(image)]


def find_erased_later(told: Sequence[Fact]) -> set[int]:
    """The places of the facts about somebody who was erased after them."""
    gone: set[tuple[str, str]] = set()
    places: set[int] = set()
    for place in range(len(told) - 1, -1, -1):
        whose = told[place].event_id, str(getattr(told[place], "registration_id", ""))
        if isinstance(told[place], facts.Erased):
            gone.add(whose)
        elif whose in gone:
            places.add(place)
    return places
