"""The table's key grammar: the one place where keys are built and parsed.

Keys hold ids only, never a name or an address: sort keys can appear in plaintext metadata.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar, NamedTuple, Self
from zlib import crc32

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


def key_condition(event_id: str, prefix: str, up_to: str | None = None) -> KeyCondition:
    """Select the event's items whose sort key starts with `prefix`, or lies between it and `up_to` (included)."""
    values = {":pk": event_partition(event_id), ":prefix": prefix}
    if up_to is None:
        return KeyCondition("PK = :pk AND begins_with(SK, :prefix)", values)
    return KeyCondition("PK = :pk AND SK BETWEEN :prefix AND :up_to", values | {":up_to": up_to})


def parse_kind(item: Mapping[str, str]) -> str:
    """Return the word for the kind that the sort key of an item, or of a key, begins with."""
    return item["SK"].partition("#")[0]


#: Of items that an event has one of, and of sign-in requests: the other kinds are those of the classes below.
EVENT_KIND, PLACES_KIND, ADDITIONS_KIND, PURGE_KIND, SIGN_IN_KIND = "EVENT", "PLACES", "LISTS", "PURGE", "SIGNIN"


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


class RegistrationKey(SortKey, frozen=True):
    """A registration."""

    KIND: ClassVar = "REG"
    registration_id: str


class WaitlistKey(SortKey, frozen=True):
    """A waitlist entry; the entries of each line sort by rank."""

    KIND: ClassVar = "WAIT"
    line: str
    priority: str
    joined_at: str
    registration_id: str

    @classmethod
    def parse_entry(cls, entry_key: str) -> Self:
        """Parse the key of an entry as registrations hold it: without the word for the kind."""
        return cls(*entry_key.split("#"))

    @property
    def rank(self) -> str:
        """The rank that orders the line."""
        return build_rank(int(self.priority), self.joined_at)


class Rank(NamedTuple):
    """What orders a line of the waitlist: priority, then the moment of joining."""

    priority: int
    joined_at: str


def build_rank(priority: int, joined_at: str) -> str:
    """Return the rank as keys and items hold it."""
    return f"{priority}#{joined_at}"


def parse_rank(rank: str) -> Rank:
    """Parse the rank of a waitlist entry."""
    priority, _, joined_at = rank.partition("#")
    return Rank(int(priority), joined_at)


class SkipKey(SortKey, frozen=True):
    """The record that the registration got units at that moment while others were held up."""

    KIND: ClassVar = "SKIP"
    at: str
    registration_id: str


class MailKey(SortKey, frozen=True):
    """The record of a mail, by the key of the fact that it is about."""

    KIND: ClassVar = "MAIL"
    fact_key: str

    @classmethod
    def prefix_of_registration(cls, registration_id: str) -> str:
        """Return the prefix of the sort keys of the mails about a registration."""
        return f"{cls.KIND}#{registration_id}."


class LinkRequestKey(SortKey, frozen=True):
    """The record that a mail with a registration's link was asked for."""

    KIND: ClassVar = "LINK"
    registration_id: str
    request_id: str


class ManifestKey(SortKey, frozen=True):
    """A version of the manifest, in six digits."""

    KIND: ClassVar = "MANIFEST"
    version: str


class BookingsKey(SortKey, frozen=True):
    """The airline's bookings on a flight."""

    KIND: ClassVar = "BOOKED"
    leg: str


class BroadcastKey(SortKey, frozen=True):
    """A broadcast."""

    KIND: ClassVar = "ROUND"
    broadcast_id: str


class VersionKey(SortKey, frozen=True):
    """A version of the event's document, in six digits."""

    KIND: ClassVar = "VERSION"
    number: str


class NumbersKey(SortKey, frozen=True):
    """The event's numbers as frozen before the purge that was due at that moment."""

    KIND: ClassVar = "NUMBERS"
    due_at: str


class AuditKey(SortKey, frozen=True):
    """An entry of the audit log; the token tells it from others of the same moment."""

    KIND: ClassVar = "JOURNAL"
    at: str
    token: str


class TaskKey(SortKey, frozen=True):
    """A task for the organiser, by its kind and subject."""

    KIND: ClassVar = "PROBLEM"
    task_id: str


def event_key(event_id: str) -> Key:
    """Return the key of the event's document."""
    return item_key(event_id, EVENT_KIND)


def places_key(event_id: str) -> Key:
    """Return the key of the event's counters."""
    return item_key(event_id, PLACES_KIND)


def registration_key(event_id: str, registration_id: str) -> Key:
    """Return the key of a registration."""
    return RegistrationKey(registration_id).at_event(event_id)


def waitlist_entry_key(event_id: str, entry_key: str) -> Key:
    """Return the key of a waitlist entry; `entry_key` is line, priority, moment of joining and registration id."""
    return item_key(event_id, WaitlistKey.prefix() + entry_key)


def build_entry_key(line: str, rank: str, member_ids: Sequence[str]) -> str:
    """Return the key of a waitlist entry as registrations hold it; of a party, with the number of its members."""
    first, *others = member_ids
    members = f"{first}.{len(member_ids)}" if others else first
    return f"{line}#{rank}#{members}"


def parse_first_member_id(entry_key: str) -> str:
    """Return the id of the registration, or of the party's first, that a waitlist entry's key ends with."""
    return entry_key.rpartition("#")[2].partition(".")[0]


def skip_key(event_id: str, at: str, registration_id: str) -> Key:
    """Return the key of the record of a skip."""
    return SkipKey(at, registration_id).at_event(event_id)


def mail_key(event_id: str, fact_key: str) -> Key:
    """Return the key of the record of a mail."""
    return MailKey(fact_key).at_event(event_id)


def link_request_key(event_id: str, registration_id: str, request_id: str) -> Key:
    """Return the key of a request for a link by mail."""
    return LinkRequestKey(registration_id, request_id).at_event(event_id)


def manifest_key(event_id: str, version: int) -> Key:
    """Return the key of a version of the manifest."""
    return ManifestKey(f"{version:06d}").at_event(event_id)


def additions_key(event_id: str) -> Key:
    """Return the key of what organisers added to the event's lists."""
    return item_key(event_id, ADDITIONS_KIND)


def bookings_key(event_id: str, leg: str) -> Key:
    """Return the key of the airline's bookings on a flight."""
    return BookingsKey(leg).at_event(event_id)


def broadcast_key(event_id: str, broadcast_id: str) -> Key:
    """Return the key of a broadcast."""
    return BroadcastKey(broadcast_id).at_event(event_id)


def purge_key(event_id: str) -> Key:
    """Return the key of the progress of the event's purge, the deletion of personal data."""
    return item_key(event_id, PURGE_KIND)


def version_key(event_id: str, number: int) -> Key:
    """Return the key of a version of the event's document."""
    return VersionKey(f"{number:06d}").at_event(event_id)


def numbers_key(event_id: str, due_at: str) -> Key:
    """Return the key of the numbers that were frozen before the purge due at that moment."""
    return NumbersKey(due_at).at_event(event_id)


def audit_entry_key(event_id: str, at: str, token: str) -> Key:
    """Return the key of an entry of the audit log."""
    return AuditKey(at, token).at_event(event_id)


def task_key(event_id: str, task_id: str) -> Key:
    """Return the key of a task."""
    return TaskKey(task_id).at_event(event_id)


def sign_in_key(request_id: str) -> Key:
    """Return the key of a request for a sign-in link."""
    return {"PK": f"SIGNIN#{request_id}", "SK": SIGN_IN_KIND}


def rate_limit_key(limit_id: str, window_end: int) -> Key:
    """Return the key of a rate limit's counter for the window that ends then (epoch seconds)."""
    return {"PK": f"LIMIT#{limit_id}", "SK": f"LIMIT#{window_end}"}


def ended_session_key(session_id: str) -> Key:
    """Return the key of the record that a session was ended early."""
    return {"PK": f"SESSION#{session_id}", "SK": "ENDED"}


def parse_event_id(item: Mapping[str, str]) -> str:
    """Return the id of the event that an item, or a key, belongs to."""
    return item["PK"].removeprefix("EVENT#")


def parse_registration_id(item: Mapping[str, str]) -> str:
    """Return the id of the registration that an item, or a key, is."""
    return RegistrationKey.parse(item).registration_id


def parse_sign_in_id(item: Mapping[str, str]) -> str:
    """Return the id of the sign-in request that an item, or a key, belongs to."""
    return item["PK"].removeprefix("SIGNIN#")


MAX_KEY_BYTES = {"PK": 2048, "SK": 1024}  #: bytes that DynamoDB takes of partition and sort key
DUE_INDEX = "due"
DUE_SHARDS = tuple(f"DUE#{shard}" for shard in range(4))


def due_attributes(owner_id: str, due_at: str) -> dict[str, str]:
    """Return the attributes that put an item into the index of what is due at that moment.

    `owner_id`, of a registration or event, chooses one of the index's shards.
    """
    return {"due_shard": DUE_SHARDS[crc32(owner_id.encode()) % len(DUE_SHARDS)], "due_at": due_at}


PROGRAMME_KEY: Key = {"PK": "PROGRAMME", "SK": "PROGRAMME"}


def format_timestamp(moment: datetime) -> str:
    """Format a moment as items hold it.

    UTC, in microseconds, always of one length, so that text order is time order.
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
