"""Everything that is held about a participant at an event: for export, and for erasure."""

from collections.abc import Callable
from typing import Any

from chalicelib.aws import key_grammar, keys, table, waitlist_keys
from chalicelib.aws.items import Item
from chalicelib.aws.keys import AuditKey, LinkRequestKey, MailKey, TaskKey
from chalicelib.aws.waitlist_keys import SkipKey, WaitlistKey
from chalicelib.problems import LinkNotValid
from chalicelib.registration import sealing, store, updates
from chalicelib.registration.store import SEALED_HEALTH


def export_personal_data(event_id: str, registration_id: str) -> dict[str, Any]:
    """Export everything that is held about the participant as a document.

    It has the registration as stored, with its seal opened and its history, and by section all records about it.
    Raises LinkNotValid when there is no such registration.
    """
    item = table.get(keys.registration_key(event_id, registration_id))
    if item is None or store.is_erased(item):
        raise LinkNotValid
    sections = {
        name: [_remove_others(record, registration_id) for record in find(event_id, registration_id)]
        for name, find in _SECTIONS.items()
    }
    return {"registration": _serialize_item(_unseal_item(item)), **sections}


def _unseal_item(item: Item) -> Item:
    attendee = sealing.unseal(store.deserialize_registration(item)).attendee
    attributes = {name: value for name, value in item.items() if name != SEALED_HEALTH}
    return attributes | {"attendee": updates.serialize_attendee(attendee)}


def _remove_others(record: Item, registration_id: str) -> dict[str, Any]:
    """Serialize the record without other participants."""
    shown = _serialize_item(record)
    if key_grammar.parse_kind(record) == AuditKey.KIND:
        shown["people"] = [each for each in shown["people"] if each == registration_id]
        shown["changes"] = [each for each in shown["changes"] if each["what"] == registration_id]
    if members := _list_member_ids(record):
        shown["members"] = [shown["members"][members.index(registration_id)]]
    return shown


def find_mails(event_id: str, registration_id: str) -> list[Item]:
    """Return the records of the registration's mails."""
    return list(table.query(event_id, MailKey.prefix_of_registration(registration_id)))


def _find_link_requests(event_id: str, registration_id: str) -> list[Item]:
    return list(table.query(event_id, LinkRequestKey.prefix(registration_id)))


def find_tasks(event_id: str, registration_id: str) -> list[Item]:
    """Find the organisers' tasks about the registration alone."""
    return [each for each in table.query(event_id, TaskKey.prefix()) if each["registration_id"] == registration_id]


def find_audit_entries(event_id: str, registration_id: str) -> list[Item]:
    """Find the audit log entries that name the registration, among their people or their changes.

    The latter are bookings by the airline, which are of several participants.
    """
    entries = table.query(event_id, AuditKey.prefix())
    return [
        each for each in entries if registration_id in (*each["people"], *(of["what"] for of in each["changes"]))
    ]


def _find_waitlist_items(event_id: str, registration_id: str) -> list[Item]:
    """Return the waitlist entries that it stands in, alone or with its party."""
    waitlist = table.query(event_id, WaitlistKey.prefix())
    return [item for item in waitlist if registration_id in (*_list_member_ids(item), _parse_member_id(item))]


def _parse_member_id(item: Item) -> str:
    return waitlist_keys.parse_first_member_id(WaitlistKey.parse(item).registration_id)


def find_skips(event_id: str, registration_id: str) -> list[Item]:
    """Find the skips by which it got in ahead of others, alone or as the first of a party."""
    skips = table.query(event_id, SkipKey.prefix())
    return [
        item
        for item in skips
        if waitlist_keys.parse_first_member_id(SkipKey.parse(item).registration_id) == registration_id
    ]


#: Each section of the export beside the registration itself, and how its items are found.
_SECTIONS: dict[str, Callable[[str, str], list[Item]]] = {
    "mails": find_mails,
    "link_requests": _find_link_requests,
    "things_to_do": find_tasks,
    "waitlist": _find_waitlist_items,
    "got_in": find_skips,
    "decided_by_organisers": find_audit_entries,
}


def _list_member_ids(item: Item) -> list[str]:
    return [member["id"] for member in item.get("members", ())]


def _serialize_item(item: Item) -> dict[str, Any]:
    """Serialize the item as JSON can hold it."""
    return {
        name: sorted(value) if isinstance(value, set) else value
        for name, value in item.items()
        if name not in ("PK", "due_shard", "due_at")
    }
