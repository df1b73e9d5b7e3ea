"""The grammar of the table's keys: the one place where their parts are joined, and taken apart.

Keys hold ids only, never a name or an address: sort keys can appear in plaintext metadata.
"""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple, Self

import msgspec
from msgspec.structs import astuple

Key = dict[str, str]


def key_of(item: Mapping[str, str]) -> Key:
    """Return the primary key of an item."""
    return {"PK": item["PK"], "SK": item["SK"]}


def event_partition(event_id: str) -> str:
    """Return the partition key that all items of the event share."""
    return f"EVENT#{event_id}"


def item_key(event_id: str, sort_key: str) -> Key:
    """Return the key of the event's item with that sort key."""
    return {"PK": event_partition(event_id), "SK": sort_key}


_AFTER_ALL = "~"  #: sorts behind each character that keys hold
#: Bounds around all items of an event: each kind has a word in capitals.
FIRST_SORT_KEY, LAST_SORT_KEY = "A", f"Z{_AFTER_ALL}"


class KeyCondition(NamedTuple):
    """What a query selects: an expression of DynamoDB over the keys, and the values in it."""

    expression: str
    values: dict[str, str]


def key_condition(partition: str, prefix: str, up_to: str | None = None) -> KeyCondition:
    """Select items of a partition: those that start with `prefix`, or lie between it and `up_to` (included)."""
    values = {":pk": partition, ":prefix": prefix}
    if up_to is None:
        return KeyCondition("PK = :pk AND begins_with(SK, :prefix)", values)
    return KeyCondition("PK = :pk AND SK BETWEEN :prefix AND :up_to", values | {":up_to": up_to})


def parse_kind(item: Mapping[str, str]) -> str:
    """Return the word for the kind that the sort key of an item, or of a key, begins with."""
    return item["SK"].partition("#")[0]


class SortKey(msgspec.Struct, frozen=True):
    """A sort key of an event's items: a word for the kind, then parts, all joined by `#`.

    The fields of subclasses are the parts, in their order; the last part may contain a `#`.
    """

    KIND: ClassVar[str]

    @classmethod
    def prefix(cls, *first: str) -> str:
        """Return the prefix of the sort keys of this kind, or of those with these first parts."""
        return "#".join((cls.KIND, *first, ""))

    @classmethod
    def last(cls, *first: str) -> str:
        """Return a bound behind all sort keys of this kind with these first parts."""
        return cls.prefix(*first) + _AFTER_ALL

    @classmethod
    def parse(cls, item: Mapping[str, str]) -> Self:
        """Parse the sort key of an item, or of a key; raises ValueError for one of another kind."""
        kind, *parts = item["SK"].split("#", len(cls.__struct_fields__))
        if kind != cls.KIND or len(parts) != len(cls.__struct_fields__):
            raise ValueError(f"{item['SK']} is no key of the kind {cls.KIND}")
        return cls(*parts)

    def __str__(self) -> str:
        return "#".join((self.KIND, *astuple(self)))

    def at_event(self, event_id: str) -> Key:
        """Return the primary key of this item at the event."""
        return item_key(event_id, str(self))


MAX_KEY_BYTES = {"PK": 2048, "SK": 1024}  #: bytes that DynamoDB takes of partition and sort key
