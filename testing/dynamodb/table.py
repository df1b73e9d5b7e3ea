"""Keep the table: its items, their order in it and in its indexes, and the stream of changes."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from testing.dynamodb.schema import KeySchema, Schema
from testing.dynamodb.sizes import compute_item_size
from testing.dynamodb.values import Item

ItemKey = tuple[str, str]
Entry = tuple[str, str, str]  #: the sort key in the table or index, and the item's place

_FIRST_NUMBER = 100_000_000_000_000_000_000  # sequence numbers have 21 digits or more


def get_fixed_time() -> datetime:
    """Return the same moment always, as a clock that stands still."""
    return datetime(2019, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """An item and its size in bytes."""

    item: Item
    size: int

    @classmethod
    def of(cls, item: Item) -> "Row":
        """Measure the item."""
        return cls(item, compute_item_size(item))


@dataclass(frozen=True)
class Change:
    """A change of one item, from `old` to `new`; None is an item that does not exist."""

    key: ItemKey
    old: Row | None
    new: Row | None

    @property
    def is_unchanged(self) -> bool:
        """Return True if both items are equal."""
        return (self.old and self.old.item) == (self.new and self.new.item)


class Table:
    """The table's rows, orders and stream; `now` is the clock of the stream's records."""

    def __init__(self, schema: Schema, now: Callable[[], datetime] = get_fixed_time) -> None:
        self.schema = schema
        self.stream: list[dict[str, Any]] = []
        self._now = now
        self._number = _FIRST_NUMBER
        self._rows: dict[ItemKey, Row] = {}
        self._orders: dict[str, dict[str, list[Entry]]] = {
            keys.index_name: {} for keys in (schema.keys, *schema.indexes)
        }

    def get_row(self, key: ItemKey) -> Row | None:
        """Return the row of the key, or None."""
        return self._rows.get(key)

    def list_partitions(self) -> list[str]:
        """Return the partition keys, in order."""
        return sorted(self._orders[""])

    def list_entries(self, keys: KeySchema, partition: str) -> Sequence[Entry]:
        """Return what the table or the index has in the partition, in order."""
        return self._orders[keys.index_name].get(partition, ())

    def get_rows(self, entries: Iterable[Entry]) -> Iterator[Row]:
        """Return the rows of the entries."""
        return (self._rows[partition, sort] for _, partition, sort in entries)

    def commit(self, changes: Sequence[Change]) -> None:
        """Write the changes; one that changes nothing leaves no record in the stream."""
        for change in changes:
            if not change.is_unchanged:
                self._commit(change)

    def _commit(self, change: Change) -> None:
        if change.new:
            self._rows[change.key] = change.new
        else:
            del self._rows[change.key]
        for keys in (self.schema.keys, *self.schema.indexes):
            before, after = (build_entry(keys, change.key, row) for row in (change.old, change.new))
            if before != after:
                self._move(self._orders[keys.index_name], before, after)
        self.stream.append(self._build_record(change))

    def _move(
        self,
        order: dict[str, list[Entry]],
        before: tuple[str, Entry] | None,
        after: tuple[str, Entry] | None,
    ) -> None:
        if before:
            partition, entry = before
            del order[partition][bisect_left(order[partition], entry)]
            if not order[partition]:
                del order[partition]
        if after:
            insort(order.setdefault(after[0], []), after[1])

    def _build_record(self, change: Change) -> dict[str, Any]:
        """Build the stream's record as a function gets it; its images must not be changed."""
        self._number += 1
        images = {"OldImage": change.old, "NewImage": change.new}
        rows = {kind: row for kind, row in images.items() if row}
        kind = "MODIFY" if len(rows) == 2 else "INSERT" if change.new else "REMOVE"
        key = self.schema.extract_key(next(iter(rows.values())).item)
        return {
            "eventID": f"{self._number:032x}",
            "eventName": kind,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "eu-west-1",
            "eventSourceARN": f"arn:aws:dynamodb:eu-west-1:000000000000:table/{self.schema.table_name}/stream/1",
            "dynamodb": {
                "ApproximateCreationDateTime": self._now().timestamp(),
                "Keys": key,
                "SequenceNumber": str(self._number),
                "SizeBytes": compute_item_size(key) + sum(row.size for row in rows.values()),
                "StreamViewType": "NEW_AND_OLD_IMAGES",
                **{image: row.item for image, row in rows.items()},
            },
        }


def build_entry(keys: KeySchema, key: ItemKey, row: Row | None) -> tuple[str, Entry] | None:
    """Return the item's partition and entry in the table or index, or None if it is not in there."""
    if row is None or keys.partition not in row.item or keys.sort not in row.item:
        return None
    return row.item[keys.partition]["S"], (row.item[keys.sort]["S"], *key)
