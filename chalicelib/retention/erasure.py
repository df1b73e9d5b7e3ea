"""Erasure: delete everything about a participant at an event, at their own request or through an organiser.

A tombstone is left for a while, under the keyed hash: the number of facts, so that a new registration of the same
address is not taken for a repetition, and messages that are still on their way find no one. Then DynamoDB deletes
that too (TTL).
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from chalicelib import facts
from chalicelib.audit import audit_log
from chalicelib.audit.audit_log import Actor, AuditEntry
from chalicelib.aws import table
from chalicelib.aws.items import Delete, Item, Put, Update
from chalicelib.aws.key_grammar import Key, key_of
from chalicelib.aws.keys import format_timestamp, places_key, registration_key
from chalicelib.aws.retry import retried
from chalicelib.aws.table import ConditionFailed
from chalicelib.aws.waitlist_keys import SkipKey, skip_key
from chalicelib.facts import Erased
from chalicelib.histories.writes import build_guard
from chalicelib.links import withheld_mails
from chalicelib.registration import store, updates
from chalicelib.registration.access import Access
from chalicelib.registration.flows import cancel, load_registration
from chalicelib.registration.model import Registration
from chalicelib.registration.updates import NO_EXTRAS
from chalicelib.retention import personal_data

#: Longer than any message about it lives, dead letters included, and than backups of the table are kept: no erased
#: registration may come back from one.
TOMBSTONE_LIFETIME = timedelta(days=36)
_ERASED_ATTRIBUTES = (
    "attendee",
    "rank",
    "registered_at",
    "remembered",
    store.SEALED_HEALTH,
    store.IDEMPOTENCY_KEYS,
    store.LEADER_ID,
    store.COMPANION_IDS,
    store.MADE_BY,
    store.LINK_GENERATION,
    store.CODE_GENERATION,
    store.ANSWER_CLOSED,
    store.MAILBOX_PROVEN,
    store.RECENT_CHANGES,
    store.POSTED_BY_OTHER,
    *updates.OFFER_ATTRIBUTES,
)


@retried()
def erase(access: Access, now: datetime, actor: Actor | None = None, *, is_not_me: bool = False) -> None:
    """Cancel the registration, if it is not, and delete everything about the participant.

    May be stopped at any step and be done again: the registration goes last. Records of mails and lists for the
    journey follow, by the fact that it is erased. The audit log names the actor, if an organiser acts. With
    `is_not_me`, what is left keeps the address from registering until its mailbox takes that back. Raises
    LinkNotValid when there is none (any more), OpenTheMailedLink and TooBusy.
    """
    event_id, registration_id = access.event_id, access.registration_id
    audit = [audit_log.build_put(AuditEntry(event_id, "erased", actor, format_timestamp(now)))] if actor else []
    registration = load_registration(access)
    if registration.status != "cancelled":
        registration = cancel(access, now, {store.NOT_ME: True} if is_not_me else NO_EXTRAS, is_erasure=True)
    erase_related_items(event_id, registration_id)
    _delete(withheld_mails.build_key(registration))
    counted = [_build_not_me_count(event_id)] if is_not_me else []
    table.transact(_erase(registration, now, is_not_me=is_not_me), *audit, *counted)


def compute_expiry(now: datetime) -> int:
    """Compute when what is left of an erased registration expires, in epoch seconds."""
    return int((now + TOMBSTONE_LIFETIME).timestamp())


def erase_related_items(event_id: str, registration_id: str) -> None:
    """Delete or redact the items beside the registration; raises ConditionFailed where one changes meanwhile."""
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
    """Delete the audit log entry about the participant, or redact one that is about others as well.

    Nothing else ever changes one, but the others may be erased at the same time.
    """
    if registration_id in entry["people"]:
        _delete(key_of(entry))
        return
    others = [each for each in entry["changes"] if each["what"] != registration_id]
    as_read = {":known": entry["changes"]}
    table.write(Put({**entry, "changes": others}, condition="changes = :known", values=as_read))


def _anonymise_skip(event_id: str, skip: Item) -> None:
    """Keep the skip on record for those who were passed, without the id of the one who got in."""
    anonymous_key = skip_key(event_id, SkipKey.parse(skip).at, "")
    with suppress(ConditionFailed):
        table.write(Put({**skip, **anonymous_key}))
    _delete(key_of(skip))


def _build_not_me_count(event_id: str) -> Update:
    return Update.set(places_key(event_id), {}, add={"not_me": 1})


def _erase(registration: Registration, now: datetime, *, is_not_me: bool) -> Update:
    """Build the tombstone of a cancelled registration; of a disowned one with the generation of its links."""
    left = {store.NOT_ME: format_timestamp(now), store.LINK_GENERATION: registration.link_generation}
    kept = left if is_not_me else None
    return build_tombstone(registration, now, "#status = :cancelled", {":cancelled": "cancelled"}, kept)


def build_tombstone(
    registration: Registration,
    now: datetime,
    when: str,
    values: Mapping[str, Any],
    attributes: Mapping[str, Any] | None = None,
) -> Update:
    """Build the update that leaves of the registration, as it was read, only the number of its facts.

    `attributes` are left as well; `when` is its condition besides, with its values. It expires, unless the mailbox
    has disowned the registration.
    """
    erased = Erased(
        event_id=registration.event_id,
        registration_id=registration.id,
        revision=registration.revision + 1,
        at=format_timestamp(now),
    )
    guard, known = build_guard(registration)
    tombstone = {
        "history": [facts.to_history_entry(erased)],
        "folded": registration.revision,
        "needs": [],
        store.ENTRY_KEYS: [],
        **({} if store.NOT_ME in (attributes or {}) else {"expires_at": compute_expiry(now)}),
        **(attributes or {}),
    }
    return Update.set(
        registration_key(registration.event_id, registration.id),
        tombstone,
        when=f"{when} AND {guard}",
        values={**values, **known},
        remove=[name for name in _ERASED_ATTRIBUTES if name not in tombstone],
    )
