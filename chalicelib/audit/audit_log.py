"""The audit log: an organiser's actions that no registration's history has, each an item of its own.

A flow writes the entry in the same transaction as the action, so that there is none without it. Entries have the
ids of participants, whose names are read when the log is shown.
"""

import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from chalicelib import clock
from chalicelib.audit import lasting
from chalicelib.aws import keys, table
from chalicelib.aws.items import Item, Put
from chalicelib.aws.keys import AuditKey

MAX_CHANGES = 100  #: in one entry: an item holds 400 KB
MAX_TEXT_LENGTH = 200  #: characters, of a value before or after


@dataclass(frozen=True)
class Actor:
    """The organiser who acts, by address, and their reason: kept, and never sent on."""

    email: str
    reason: str = ""

    @property
    def audit_fields(self) -> dict[str, str]:
        """The fields of the actor in a history entry."""
        return {"organiser": self.email} | ({"reason": self.reason} if self.reason else {})


@dataclass(frozen=True)
class AuditChange:
    """One change: of a path in the event's document, an allotment, or a registration (by its id)."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class AuditEntry:
    """An action, at `at` (ISO 8601 in UTC), on the `subject`, by the `actor`."""

    event_id: str
    kind: str
    actor: Actor
    at: str
    subject: str = ""
    changes: tuple[AuditChange, ...] = ()
    registration_ids: tuple[str, ...] = ()  #: the registrations that it is about


def build_put(entry: AuditEntry) -> Put:
    """Build the put of the entry."""
    item = {
        **keys.audit_entry_key(entry.event_id, entry.at, secrets.token_hex(4)),
        "kind": entry.kind,
        "by": entry.actor.email,
        "reason": entry.actor.reason,
        "subject": entry.subject,
        "changes": [asdict(shorten(change)) for change in entry.changes[:MAX_CHANGES]],
        "people": list(entry.registration_ids),
    }
    return Put(item | lasting.build_expiry(item))


def build_anonymous_put(item: Item) -> Put:
    """Build the put of an entry that lasts, without ids of registrations."""
    return Put(lasting.anonymise(item), condition="attribute_exists(PK)")


def shorten(change: AuditChange) -> AuditChange:
    """Shorten the values of a change to what a reader takes in, and an item can hold."""
    return AuditChange(change.what, *(_truncate(text) for text in (change.before, change.after)))


def _truncate(text: str) -> str:
    return text if len(text) <= MAX_TEXT_LENGTH else f"{text[: MAX_TEXT_LENGTH - 1]}…"


def list_entries(event_id: str) -> Iterator[AuditEntry]:
    """Yield all entries of the event, the earliest first, without those whose time is over."""
    now = int(clock.now().timestamp())
    for item in table.query(event_id, AuditKey.prefix()):
        if item.get("expires_at", now + 1) > now:
            yield deserialize(item)


def deserialize(item: Item) -> AuditEntry:
    """Deserialize an entry's item."""
    return AuditEntry(
        event_id=keys.parse_event_id(item),
        kind=item["kind"],
        actor=Actor(item["by"], item["reason"]),
        at=AuditKey.parse(item).at,
        subject=item["subject"],
        changes=tuple(AuditChange(**change) for change in item["changes"]),
        registration_ids=tuple(item["people"]),
    )
