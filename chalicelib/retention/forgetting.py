"""Deleting registrations when the time is over for which they are held: in part, or for good.

No history grows by it. The event's counters stay as they are, so that they show how many came; `forgotten` says
how much of them is of deleted registrations. That is taken back once the event goes on after all: when its dates
are moved, registrations are restored, or a recount is repaired.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from chalicelib.aws import key_grammar, keys, table
from chalicelib.aws.items import Delete, Item, Update, Write
from chalicelib.aws.retry import retried
from chalicelib.aws.table import ConditionFailed
from chalicelib.histories.writes import build_guard
from chalicelib.registration import store, updates
from chalicelib.registration.counters import Counters
from chalicelib.registration.model import Registration
from chalicelib.retention import rules
from chalicelib.retention.store import MAX_ATTEMPTS, Purge, apply_to_current, transact


def redact(purge: Purge, item: Item, select_kept: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
    """Redact the stored attendee to what `select_kept` keeps of it, and remove what is sealed.

    Raises TooBusy and PurgeSuperseded.
    """

    def redact_as_read(current: Item) -> None:
        if store.is_erased(current):
            return
        attendee = current["attendee"]
        if (kept := select_kept(attendee)) != attendee or store.SEALED_HEALTH in current:
            transact(purge, _build_redaction(current, attendee, kept))

    apply_to_current(item, redact_as_read)


def _build_redaction(item: Item, expected: dict[str, Any], kept: dict[str, Any]) -> Update:
    return Update.set(
        key_grammar.key_of(item),
        {"attendee": kept},
        when="#attendee = :known",
        values={":known": expected},
        remove=(store.SEALED_HEALTH,),
    )


def replace_hold_names(purge: Purge, item: Item) -> None:
    """Replace the names of the event's holds in its counters; the units stay. Raises as `redact` does."""

    def number_as_read(current: Item) -> None:
        holds = current.get("holds", {})
        if (numbered := rules.replace_hold_names(holds)) != holds:
            transact(purge, _build_holds_update(current, numbered))

    apply_to_current(item, number_as_read)


def _build_holds_update(item: Item, numbered: Mapping[str, Any]) -> Update:
    return Update.set(
        key_grammar.key_of(item), {"holds": numbered}, when="#holds = :known", values={":known": item["holds"]}
    )


@retried(MAX_ATTEMPTS)
def delete_and_count(purge: Purge, registration_id: str) -> None:
    """Delete the registration and its waitlist entries, and count its units as forgotten.

    Idempotent: once it is deleted, nothing happens. Raises TooBusy and PurgeSuperseded.
    """
    while (registration := store.find(purge.event_id, registration_id)) and registration.entry_keys:
        _remove_entry(purge, registration, registration.entry_keys[0])
    if registration:
        _delete(purge, registration)
        return
    with suppress(ConditionFailed):  # it is gone already
        transact(purge, Delete(keys.registration_key(purge.event_id, registration_id)))


def _remove_entry(purge: Purge, registration: Registration, key: str) -> None:
    """Remove the entry for all of its members: no entry moves up any more."""
    event_id, entry = registration.event_id, store.read_entry(registration, key)
    counters = Counters(event_id)
    counters.remove_entry(entry)
    if registration.status == "waiting":
        member_writes = [
            updates.build_member_update(event_id, entry, member, {store.ENTRY_KEYS: []})
            for member in entry.members
        ]
    else:
        remaining = {store.ENTRY_KEYS: list(registration.entry_keys[1:])}
        member_writes = [updates.build_registration_update(registration, remaining)]
    transact(purge, counters.build_update(), updates.build_entry_delete(event_id, entry), *member_writes)


def _delete(purge: Purge, registration: Registration) -> None:
    condition, known = build_guard(registration)
    delete = Delete(keys.registration_key(registration.event_id, registration.id), condition, known)
    writes: list[Write] = [delete]
    if registration.status in ("confirmed", "offered"):
        table.write(_build_forgotten_counter(registration.event_id))
        counters = Counters(registration.event_id)
        counters.count_forgotten(registration.needs)
        writes.append(counters.build_update())
    transact(purge, *writes)


def _build_forgotten_counter(event_id: str) -> Update:
    """Build the update that creates the map of forgotten units where there is none."""
    return Update(
        key=keys.places_key(event_id),
        expression="SET forgotten = if_not_exists(forgotten, :none)",
        condition="attribute_exists(PK)",
        names={},
        values={":none": {}},
    )
