"""Unlinking: remove an erased participant's id from others' registrations.

The id stands there as leader or companion, and in the keys of waitlist entries that they had together. Unlinking
follows the fact of the erasure, at least once, so it may come late, twice, and be stopped anywhere. No history
grows by it.
"""

from typing import Any

from chalicelib.aws import key_grammar, keys, table
from chalicelib.aws.items import ConditionCheck, Item, Update
from chalicelib.aws.table import ConditionFailed
from chalicelib.facts import Erased
from chalicelib.histories.model import read_history
from chalicelib.histories.writes import build_guard
from chalicelib.registration import store
from chalicelib.retention.store import apply_to_current

_CHECK_INDEX = 1  #: of the check, in the transaction


def unlink(fact: Erased) -> None:
    """Remove the id of the erased participant from all other registrations of the event.

    Once they have registered anew, all stays: the id means a participant again. Raises TooBusy.
    """
    if store.find(fact.event_id, fact.registration_id):
        return
    for item in table.query(fact.event_id, keys.RegistrationKey.prefix()):
        if not store.is_erased(item) and keys.parse_registration_id(item) != fact.registration_id:
            apply_to_current(item, lambda current: _unlink_item(current, fact.registration_id))


def _unlink_item(item: Item, erased_id: str) -> None:
    if store.is_erased(item) or not (changed := compute_unlinked_attributes(item, erased_id)):
        return
    try:
        table.transact(_build_update(item, changed), _build_absence_check(keys.parse_event_id(item), erased_id))
    except ConditionFailed as refused:
        if _CHECK_INDEX not in refused.current_items:
            raise


def _build_absence_check(event_id: str, erased_id: str) -> ConditionCheck:
    """Build the check that they have not registered anew, for instance with companions who have joined since."""
    return ConditionCheck(keys.registration_key(event_id, erased_id), "attribute_not_exists(attendee)")


def compute_unlinked_attributes(item: Item, erased_id: str) -> dict[str, Any]:
    """Compute the registration's attributes that are different without the id.

    A companion of the erased leader becomes their own leader.
    """
    leader_id, companion_ids = item[store.LEADER_ID], item.get(store.COMPANION_IDS, ())
    unlinked = {
        store.LEADER_ID: keys.parse_registration_id(item) if leader_id == erased_id else leader_id,
        store.COMPANION_IDS: [each for each in companion_ids if each != erased_id],
        **{
            name: [_remove_id_from_entry(entry, erased_id) for entry in item.get(name, ())]
            for name in ("history", "remembered")
        },
    }
    return {name: value for name, value in unlinked.items() if value != item.get(name, [])}


def _remove_id_from_entry(entry: dict[str, Any], erased_id: str) -> dict[str, Any]:
    """Remove the id from the entry keys of a history entry; line and rank stay."""
    if "entries" not in entry:
        return entry
    return {**entry, "entries": [key.replace(erased_id, "") for key in entry["entries"]]}


def _build_update(item: Item, changed_attributes: dict[str, Any]) -> Update:
    """Build the update of the changed attributes, on condition that they are as read, and no fact was added.

    Other participants of the same party may be erased at the same time.
    """
    guard, known = build_guard(read_history(item))
    unchanged = [guard, *(f"#{name} = :was_{name}" for name in changed_attributes)]
    known |= {f":was_{name}": item[name] for name in changed_attributes}
    return Update.set(key_grammar.key_of(item), changed_attributes, when=" AND ".join(unchanged), values=known)
