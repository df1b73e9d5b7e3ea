"""The journal: what organisers did at an event that stands in nobody's history, each an item of its own.

Whoever does something writes its entry in the same transaction, so that nothing is done without it. It holds
people's ids: who is meant is looked up when it is read.
"""

import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from chalicelib.aws import keys, table
from chalicelib.aws.items import Item, Put
from chalicelib.aws.keys import AuditKey

MAX_CHANGES = 100  #: in one entry: an item holds 400 KB
MAX_TEXT_LENGTH = 200  #: signs of what stood there, or stands there now


@dataclass(frozen=True)
class Actor:
    """Who did it, an organiser's address, and why: kept, and never sent on."""

    email: str
    reason: str = ""

    @property
    def audit_fields(self) -> dict[str, str]:
        """As it stands in a history."""
        return {"organiser": self.email} | ({"reason": self.reason} if self.reason else {})


@dataclass(frozen=True)
class AuditChange:
    """Something that is otherwise now: a path in the event's document, an allotment, or a registration's id."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class AuditEntry:
    """What was done, at `at` (ISO 8601 in UTC), to what (`subject`), by whose word."""

    event_id: str
    kind: str
    actor: Actor
    at: str
    subject: str = ""
    changes: tuple[AuditChange, ...] = ()
    registration_ids: tuple[str, ...] = ()  #: whose registrations it is about


def build_put(entry: AuditEntry) -> Put:
    """The entry, written."""
    return Put(
        {
            **keys.audit_entry_key(entry.event_id, entry.at, secrets.token_hex(4)),
            "kind": entry.kind,
            "by": entry.actor.email,
            "reason": entry.actor.reason,
            "subject": entry.subject,
            "changes": [asdict(_shorten(each)) for each in entry.changes[:MAX_CHANGES]],
            "people": list(entry.registration_ids),
        }
    )


def _shorten(change: AuditChange) -> AuditChange:
    return AuditChange(change.what, *(_truncate(text) for text in (change.before, change.after)))


def _truncate(text: str) -> str:
    return text if len(text) <= MAX_TEXT_LENGTH else f"{text[: MAX_TEXT_LENGTH - 1]}…"


def list_entries(event_id: str) -> Iterator[AuditEntry]:
    """All entries, the earliest first."""
    return map(_deserialize, table.query(event_id, AuditKey.prefix()))


def _deserialize(item: Item) -> AuditEntry:
    return AuditEntry(
        event_id=keys.parse_event_id(item),
        kind=item["kind"],
        actor=Actor(item["by"], item["reason"]),
        at=AuditKey.parse(item).at,
        subject=item["subject"],
        changes=tuple(AuditChange(**each) for each in item["changes"]),
        registration_ids=tuple(item["people"]),
    )
