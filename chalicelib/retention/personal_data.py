"""Everything that is held about somebody at an event, to be given to them, or deleted."""

from collections.abc import Callable
from typing import Any

from chalicelib.aws import keys, table
from chalicelib.aws.items import Item
from chalicelib.aws.keys import AuditKey, LinkRequestKey, MailKey, SkipKey, TaskKey, WaitlistKey
from chalicelib.problems import LinkNotValid
from chalicelib.registration import sealing, store, updates
from chalicelib.registration.model import parse_first_member_id
from chalicelib.registration.store import SEALED_HEALTH


def export_personal_data(event_id: str, registration_id: str) -> dict[str, Any]:
    """All of it as a document: the registration as it is stored, with its seal opened and its history, and by kind
    what else there is about it: mails sent, decisions of organisers, places in the line, asked for its link, waits
    for an organiser, got in ahead of others.

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
    who = sealing.unseal(store.deserialize_registration(item)).attendee
    left = {name: value for name, value in item.items() if name != SEALED_HEALTH}
    return left | {"attendee": updates.serialize_attendee(who)}


def _remove_others(record: Item, registration_id: str) -> dict[str, Any]:
    """The record as it is shown; of what is about several, without the others."""
    shown = _serialize_item(record)
    if keys.parse_kind(record) == AuditKey.KIND:
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
    """What organisers are to do about the registration alone."""
    return [each for each in table.query(event_id, TaskKey.prefix()) if each["registration_id"] == registration_id]


def find_audit_entries(event_id: str, registration_id: str) -> list[Item]:
    """The journal's entries that name it: among the people that they are about, or, where it is what the airline
    has booked for it and for others, among the changes."""
    done = table.query(event_id, AuditKey.prefix())
    return [each for each in done if registration_id in (*each["people"], *(of["what"] for of in each["changes"]))]


def _find_waitlist_items(event_id: str, registration_id: str) -> list[Item]:
    """Return the waitlist entries that it stands in, alone or with its party."""
    waitlist = table.query(event_id, WaitlistKey.prefix())
    return [item for item in waitlist if registration_id in (*_list_member_ids(item), _parse_member_id(item))]


def _parse_member_id(item: Item) -> str:
    return parse_first_member_id(WaitlistKey.parse(item).registration_id)


def find_skips(event_id: str, registration_id: str) -> list[Item]:
    """The records that it got in ahead of others, alone or first of a party; from a line, by its entry's key."""
    skips = table.query(event_id, SkipKey.prefix())
    return [
        item for item in skips if parse_first_member_id(SkipKey.parse(item).registration_id) == registration_id
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
    """The item as JSON can hold it."""
    return {
        name: sorted(value) if isinstance(value, set) else value
        for name, value in item.items()
        if name not in ("PK", "due_shard", "due_at")
    }
