"""Mails that were withheld from a mailbox, until one mail tells how all of it stands now, at the next full hour.

Each registration that a mail was withheld about has a note, which counts those mails; the mailbox has an item that
is due at the hour. The clock releases it, and the stream leads to the one mail. What is withheld after that makes
the mailbox due again, so nothing that is noted is ever left untold. All is under a keyed hash of the mailbox, and
expires by itself.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.aws import key_grammar, keys, rate_limits, table
from chalicelib.aws.items import Delete, Item, Update
from chalicelib.aws.key_grammar import Key
from chalicelib.aws.keys import MailboxKey, WithheldKey, format_timestamp
from chalicelib.aws.table import ConditionFailed
from chalicelib.registration.model import Registration

#: Longer than a mail that could not be sent waits among the dead letters.
_LIFETIME = timedelta(days=15)


@dataclass(frozen=True)
class Note:
    """The note that mails about a registration were withheld: how many by now, and since when."""

    mailbox: str
    event_id: str
    registration_id: str
    count: int
    since: str


def build_key(registration: Registration) -> Key:
    """Build the key of the note about the registration."""
    mailbox = rate_limits.hash_mailbox(registration.attendee.email)
    return keys.withheld_key(mailbox, registration.event_id, registration.id)


def build_note_write(registration: Registration, now: datetime) -> Update:
    """Build the write that notes one more mail as withheld."""
    return Update(
        key=build_key(registration),
        expression="SET since = if_not_exists(since, :since), expires_at = :until ADD mails :one",
        condition="attribute_not_exists(PK) OR attribute_exists(PK)",
        names={},
        values={":since": format_timestamp(now), ":until": _compute_expiry(now), ":one": 1},
    )


def build_due_write(mailbox: str, now: datetime) -> Update:
    """Build the write that makes the mailbox due at the next full hour, if it is not due already."""
    due = keys.due_attributes(mailbox, format_timestamp(_find_next_hour(now)))
    sets = ", ".join(f"{name} = if_not_exists({name}, :{name})" for name in due)
    return Update(
        key=keys.mailbox_key(mailbox),
        expression=f"SET {sets}, expires_at = :until",
        condition="attribute_not_exists(PK) OR attribute_exists(PK)",
        names={},
        values={":until": _compute_expiry(now), **{f":{name}": value for name, value in due.items()}},
    )


def _find_next_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _compute_expiry(now: datetime) -> int:
    return int((now + _LIFETIME).timestamp())


def find_due(now: datetime) -> Iterator[tuple[str, str]]:
    """Find the mailboxes that are due by now, each with its moment."""
    for item in table.query_due(format_timestamp(now)):
        if key_grammar.parse_kind(item) == MailboxKey.KIND:
            yield MailboxKey.parse(item).mailbox, item["due_at"]


def release(mailbox: str, due_at: str) -> None:
    """Release what is withheld from the mailbox, unless it was released at that moment already."""
    released = Update.set(
        keys.mailbox_key(mailbox),
        {"released_at": due_at},
        when="#due_at = :known",
        values={":known": due_at},
        remove=("due_shard", "due_at"),
    )
    with suppress(ConditionFailed):
        table.write(released)


def postpone(mailbox: str, now: datetime) -> None:
    """Make the mailbox due once more, for what one mail has no room for."""
    table.write(build_due_write(mailbox, now))


def list_notes(mailbox: str) -> list[Note]:
    """List the notes of what is withheld from the mailbox, the earliest first."""
    notes = map(_deserialize_note, table.query("", WithheldKey.prefix(mailbox)))
    return sorted(notes, key=lambda note: note.since)


def _deserialize_note(item: Item) -> Note:
    key = WithheldKey.parse(item)
    return Note(key.mailbox, key.event_id, key.registration_id, item["mails"], item["since"])


def build_ending(note: Note) -> Delete:
    """Build the delete of the note, since all that it counts is told; one that counts more by now stays."""
    return Delete(
        keys.withheld_key(note.mailbox, note.event_id, note.registration_id),
        condition="mails = :told",
        values={":told": note.count},
    )
