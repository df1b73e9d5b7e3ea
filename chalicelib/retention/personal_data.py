"""Everything that is held about somebody at an event, to be given to them, or deleted."""

from itertools import chain
from typing import Any

from chalicelib.aws import keys, table
from chalicelib.aws.items import Item
from chalicelib.problems import LinkNotValid
from chalicelib.registration import sealing, store, updates

_SECTIONS = {
    "MAIL": "mails",
    "LINK": "link_requests",
    "PROBLEM": "things_to_do",
    "WAIT": "waitlist",
    "SKIP": "got_in",
    "JOURNAL": "decided_by_organisers",
}


def export_personal_data(event_id: str, registration_id: str) -> dict[str, Any]:
    """All of it as a document: the registration as it is stored, with its seal opened and its history, and by kind
    what else there is about it: mails sent, decisions of organisers, places in the line, asked for its link, waits
    for an organiser, got in ahead of others.

    Raises LinkNotValid when there is no such registration.
    """
    item = table.get(keys.registration_key(event_id, registration_id))
    if item is None or store.is_erased(item):
        raise LinkNotValid
    held: dict[str, Any] = {
        "registration": _serialize_item(_unseal_item(item)),
        **{name: [] for name in _SECTIONS.values()},
    }
    beside = [read(event_id, registration_id) for read in (find_mails, find_tasks, find_audit_entries)]
    for record in [*chain(*beside), *_find_waitlist_items(event_id, registration_id)]:
        held[_SECTIONS[record["SK"].partition("#")[0]]].append(_remove_others(record, registration_id))
    return held


def _unseal_item(item: Item) -> Item:
    who = sealing.unseal(store.deserialize_registration(item)).attendee
    left = {name: value for name, value in item.items() if name != updates.SEALED}
    return left | {"attendee": updates.serialize_attendee(who)}


def _remove_others(record: Item, registration_id: str) -> dict[str, Any]:
    """The record as it is shown; of what is about several, without the others."""
    shown = _serialize_item(record)
    if record["SK"].startswith("JOURNAL#"):
        shown["people"] = [each for each in shown["people"] if each == registration_id]
        shown["changes"] = [each for each in shown["changes"] if each["what"] == registration_id]
    if members := _list_member_ids(record):
        shown["members"] = [shown["members"][members.index(registration_id)]]
    return shown


def find_mails(event_id: str, registration_id: str) -> list[Item]:
    """The registration's mails, and the requests for its link."""
    return [
        *table.query(event_id, f"MAIL#{registration_id}."),
        *table.query(event_id, f"LINK#{registration_id}#"),
    ]


def find_tasks(event_id: str, registration_id: str) -> list[Item]:
    """What organisers are to do about the registration alone."""
    return [each for each in table.query(event_id, "PROBLEM#") if each["registration_id"] == registration_id]


def find_audit_entries(event_id: str, registration_id: str) -> list[Item]:
    """The journal's entries that name it: among the people that they are about, or, where it is what the airline
    has booked for it and for others, among the changes."""
    done = table.query(event_id, "JOURNAL#")
    return [each for each in done if registration_id in (*each["people"], *(of["what"] for of in each["changes"]))]


def _find_waitlist_items(event_id: str, registration_id: str) -> list[Item]:
    """Where it stands, and where it got in ahead of others: these go by other keys than its own."""
    waits = table.query(event_id, "WAIT#")
    stands = [item for item in waits if registration_id in item["SK"] or registration_id in _list_member_ids(item)]
    return [*stands, *find_skips(event_id, registration_id)]


def find_skips(event_id: str, registration_id: str) -> list[Item]:
    """The records that it got in ahead of others, alone or first of a party; from a line, by its entry's key."""
    found = table.query(event_id, "SKIP#")
    return [item for item in found if item["SK"].rpartition("#")[2].partition(".")[0] == registration_id]


def _list_member_ids(item: Item) -> list[str]:
    return [member["id"] for member in item.get("members", ())]


def _serialize_item(item: Item) -> dict[str, Any]:
    """The item as JSON can hold it."""
    return {
        name: sorted(value) if isinstance(value, set) else value
        for name, value in item.items()
        if name not in ("PK", "due_shard", "due_at")
    }
