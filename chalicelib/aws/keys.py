"""The keys of the table's items, each built and parsed in one place, and the index of what is due.

`key_grammar.py` says what all keys are made of; `waitlist_keys.py` has those of the waitlist.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar
from zlib import crc32

from chalicelib.aws.key_grammar import Key, SortKey, item_key

#: Of items that an event has one of, and of sign-in requests: the other kinds are those of the classes below.
EVENT_KIND, PLACES_KIND, ADDITIONS_KIND, PURGE_KIND, SIGN_IN_KIND = "EVENT", "PLACES", "LISTS", "PURGE", "SIGNIN"
LINKS_KIND = "LINKS"  #: of requests for the links of an address


class RegistrationKey(SortKey, frozen=True):
    """A registration."""

    KIND: ClassVar = "REG"
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


class MailboxKey(SortKey, frozen=True):
    """A mailbox, as a keyed hash, to which mails were withheld; of no event."""

    KIND: ClassVar = "MAILBOX"
    mailbox: str


class WithheldKey(SortKey, frozen=True):
    """The note that mails about a registration were withheld from a mailbox; of no event, since it is of many."""

    KIND: ClassVar = "WITHHELD"
    mailbox: str
    event_id: str
    registration_id: str


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


def mail_key(event_id: str, fact_key: str) -> Key:
    """Return the key of the record of a mail."""
    return MailKey(fact_key).at_event(event_id)


def link_request_key(event_id: str, registration_id: str, request_id: str) -> Key:
    """Return the key of a request for a link by mail."""
    return LinkRequestKey(registration_id, request_id).at_event(event_id)


def mailbox_key(mailbox: str) -> Key:
    """Return the key of a mailbox to which mails were withheld."""
    return MailboxKey(mailbox).at_event("")


def withheld_key(mailbox: str, event_id: str, registration_id: str) -> Key:
    """Return the key of the note that mails about the registration were withheld from the mailbox."""
    return WithheldKey(mailbox, event_id, registration_id).at_event("")


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


def links_request_key(request_id: str) -> Key:
    """Return the key of a request for all links of an address."""
    return {"PK": f"LINKS#{request_id}", "SK": LINKS_KIND}


def rate_limit_key(limit_id: str, window_end: int) -> Key:
    """Return the key of a rate limit's counter for the window that ends then (epoch seconds)."""
    return {"PK": f"LIMIT#{limit_id}", "SK": f"LIMIT#{window_end}"}


def sessions_partition(owner_id: str) -> str:
    """Return the partition key that all sessions of one person share."""
    return f"SESSIONS#{owner_id}"


#: Begins the sort key of each session.
SESSION_PREFIX = "SESSION#"


def session_key(owner_id: str, session_id: str) -> Key:
    """Return the key of a session."""
    return {"PK": sessions_partition(owner_id), "SK": SESSION_PREFIX + session_id}


def parse_event_id(item: Mapping[str, str]) -> str:
    """Return the id of the event that an item, or a key, belongs to."""
    return item["PK"].removeprefix("EVENT#")


def parse_registration_id(item: Mapping[str, str]) -> str:
    """Return the id of the registration that an item, or a key, is."""
    return RegistrationKey.parse(item).registration_id


def parse_sign_in_id(item: Mapping[str, str]) -> str:
    """Return the id of the sign-in request that an item, or a key, belongs to."""
    return item["PK"].removeprefix("SIGNIN#")


def parse_session_id(item: Mapping[str, str]) -> str:
    """Return the id of the session that an item, or a key, is."""
    return item["SK"].removeprefix(SESSION_PREFIX)


def parse_links_request_id(item: Mapping[str, str]) -> str:
    """Return the id of the request for links that an item, or a key, is."""
    return item["PK"].removeprefix("LINKS#")


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
