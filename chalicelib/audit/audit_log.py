"""The journal: what organisers did at an event that stands in nobody's history, each an item of its own.

Whoever does something writes its entry in the same transaction, so that nothing is done without it. It holds
people's ids: who is meant is looked up when it is read.
"""

import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from chalicelib.aws import keys, table
from chalicelib.aws.items import Item, Put

MOST_CHANGES = 100  #: in one entry: an item holds 400 KB
LONGEST = 200  #: signs of what stood there, or stands there now


@dataclass(frozen=True)
class Word:
    """Who did it, an organiser's address, and why: kept, and never sent on."""

    by: str
    reason: str = ""

    @property
    def said(self) -> dict[str, str]:
        """As it stands in a history."""
        return {"organiser": self.by} | ({"reason": self.reason} if self.reason else {})


@dataclass(frozen=True)
class Change:
    """Something that is otherwise now: a path in the event's document, an allotment, or a registration's id."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """What was done, at `at` (ISO 8601 in UTC), to what (`subject`), by whose word."""

    event_id: str
    kind: str
    word: Word
    at: str
    subject: str = ""
    changes: tuple[Change, ...] = ()
    people: tuple[str, ...] = ()  #: whose registrations it is about


def put(entry: Entry) -> Put:
    """The entry, written."""
    return Put(
        {
            **keys.journal_key(entry.event_id, entry.at, secrets.token_hex(4)),
            "kind": entry.kind,
            "by": entry.word.by,
            "reason": entry.word.reason,
            "subject": entry.subject,
            "changes": [asdict(_short(each)) for each in entry.changes[:MOST_CHANGES]],
            "people": list(entry.people),
        }
    )


def _short(change: Change) -> Change:
    return Change(change.what, *(_cut(text) for text in (change.before, change.after)))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def of_event(event_id: str) -> Iterator[Entry]:
    """All entries, the earliest first."""
    return map(_read, table.query(event_id, "JOURNAL#"))


def _read(item: Item) -> Entry:
    return Entry(
        event_id=keys.event_id(item),
        kind=item["kind"],
        word=Word(item["by"], item["reason"]),
        at=item["SK"].split("#")[1],
        subject=item["subject"],
        changes=tuple(Change(**each) for each in item["changes"]),
        people=tuple(item["people"]),
    )
