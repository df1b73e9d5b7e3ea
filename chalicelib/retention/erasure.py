"""Erasure: everything about somebody at an event is deleted, at their own wish or an organiser's for them.

What is left for a while is that there was a registration, under its keyed hash: how many facts it had been
through, so that whoever registers anew is not taken for a repetition, and messages that are still on their way
find nobody. Then DynamoDB deletes that too.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib import facts
from chalicelib.audit import audit_log
from chalicelib.audit.audit_log import Actor, AuditEntry
from chalicelib.aws import table
from chalicelib.aws.items import Delete, Item, Put, Update
from chalicelib.aws.keys import Key, SkipKey, format_timestamp, key_of, registration_key, skip_key
from chalicelib.aws.retry import retried
from chalicelib.aws.table import ConditionFailed
from chalicelib.facts import Erased
from chalicelib.registration import store
from chalicelib.registration.flows import cancel, load_registration
from chalicelib.registration.model import ActorKind, Registration
from chalicelib.retention import personal_data

#: Longer than any message about it lives, also among the dead letters, and than the table's past is kept, from
#: which nobody who was erased may come back.
TOMBSTONE_LIFETIME = timedelta(days=36)
_ERASED_ATTRIBUTES = (
    "attendee",
    "rank",
    "registered_at",
    store.SEALED_HEALTH,
    store.IDEMPOTENCY_KEYS,
    store.LEADER_ID,
    store.COMPANION_IDS,
)


@retried()
def erase(event_id: str, registration_id: str, by: ActorKind, now: datetime, actor: Actor | None = None) -> None:
    """Cancel the registration, if it is not, and delete everything about the person, by an organiser's word, if it
    is one.

    May be stopped at any step and be done again: the registration goes last. What goes behind it, records of mails
    and lists for the journey, follows from the fact that it is erased. Raises LinkNotValid when there is none (any
    more), and TooBusy.
    """
    done = [audit_log.build_put(AuditEntry(event_id, "erased", actor, format_timestamp(now)))] if actor else []
    registration = load_registration(event_id, registration_id)
    if registration.status != "cancelled":
        registration = cancel(event_id, registration_id, by, now)
    _erase_related_items(event_id, registration_id)
    table.transact(_erase(registration, now), *done)


def _erase_related_items(event_id: str, registration_id: str) -> None:
    """What is about them beside their registration; raises Refused where somebody else changes it just then."""
    for item in personal_data.find_tasks(event_id, registration_id):
        _delete(key_of(item))
    for entry in personal_data.find_audit_entries(event_id, registration_id):
        _redact_audit_entry(entry, registration_id)
    for skip in personal_data.find_skips(event_id, registration_id):
        _anonymise_skip(event_id, skip)


def _delete(key: Key) -> None:
    with suppress(ConditionFailed):  # it is gone already
        table.transact(Delete(key))


def _redact_audit_entry(entry: Item, registration_id: str) -> None:
    """An entry of the journal goes with whom it is about; one that says what is booked for others as well stays
    without them. Nothing else ever changes one, but these may be erased at the same time."""
    if registration_id in entry["people"]:
        _delete(key_of(entry))
        return
    others = [each for each in entry["changes"] if each["what"] != registration_id]
    as_read = {":known": entry["changes"]}
    table.write(Put({**entry, "changes": others}, condition="changes = :known", values=as_read))


def _anonymise_skip(event_id: str, skip: Item) -> None:
    """That somebody got in ahead stays on record for those who were passed; not who."""
    anonymous_key = skip_key(event_id, SkipKey.parse(skip).at, "")
    with suppress(ConditionFailed):
        table.write(Put({**skip, **anonymous_key}))
    _delete(key_of(skip))


def _erase(registration: Registration, now: datetime) -> Update:
    """The registration, cancelled as it was read, without anything but the number of its facts."""
    erased = Erased(
        event_id=registration.event_id,
        registration_id=registration.id,
        revision=registration.revision + 1,
        at=format_timestamp(now),
    )
    tombstone = {
        "history": [facts.to_history_entry(erased)] * erased.revision,
        "needs": [],
        store.ENTRY_KEYS: [],
        "expires_at": int((now + TOMBSTONE_LIFETIME).timestamp()),
    }
    return Update.set(
        registration_key(registration.event_id, registration.id),
        tombstone,
        when="#status = :cancelled AND size(#history) = :known",
        values={":cancelled": "cancelled", ":known": registration.revision},
        remove=_ERASED_ATTRIBUTES,
    )
