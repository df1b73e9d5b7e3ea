"""Read the table's stream once: what was written, and which facts follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib import facts
from chalicelib.aws import keys
from chalicelib.aws.items import Item, decode_item
from chalicelib.facts import Fact
from chalicelib.histories.model import read_history
from chalicelib.workers.stream import derive_facts


@dataclass(frozen=True)
class WriteRecord:
    """A record of the stream: the item's event and sort key, its old and new image, and the facts that follow."""

    event_id: str
    sort_key: str
    old: Item | None
    new: Item | None
    facts: list[Fact]

    @property
    def kind(self) -> str:
        """Return the sort key up to its first `#`."""
        return self.sort_key.partition("#")[0]

    @property
    def suffix(self) -> str:
        """Return the sort key behind its first `#`."""
        return self.sort_key.partition("#")[2]


class StreamReader:
    """A reader of the stream; each record is decoded once."""

    def __init__(self, stream: Sequence[dict[str, Any]]) -> None:
        self._stream = stream
        self._known: dict[int, Item] = {}  # the old image of a record is the new one of another
        self._written: list[WriteRecord] = []

    @property
    def written(self) -> list[WriteRecord]:
        """Return all records so far, in order."""
        for record in self._stream[len(self._written) :]:
            self._written.append(self._read(record["dynamodb"]))
        return self._written

    @property
    def facts(self) -> list[Fact]:
        """Return the facts of all records so far, in order."""
        return [fact for each in self.written for fact in each.facts]

    def history(self, event_id: str, registration_id: str) -> list[dict[str, Any]]:
        """Return every entry that the registration's history ever had, erased ones included."""
        sort_key, entries = f"REG#{registration_id}", []
        for record in self.written:
            if record.sort_key == sort_key and record.event_id == event_id and record.new:
                known = read_history(record.old).revision if record.old else 0
                entries += read_history(record.new).list_facts_since(known)
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


def find_erased_later(facts_told: Sequence[Fact]) -> set[int]:
    """Return the indexes of the facts about people who were erased after them."""
    erased: set[tuple[str, str]] = set()
    indexes: set[int] = set()
    for index in range(len(facts_told) - 1, -1, -1):
        person = facts_told[index].event_id, str(getattr(facts_told[index], "registration_id", ""))
        if isinstance(facts_told[index], facts.Erased):
            erased.add(person)
        elif person in erased:
            indexes.add(index)
    return indexes
