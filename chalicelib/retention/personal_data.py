"""Everything that is held about somebody at an event, to be given to them, or deleted."""

from itertools import chain
from typing import Any

from chalicelib.aws import keys, table
from chalicelib.aws.items import Item
from chalicelib.problems import LinkNotValid
from chalicelib.registration import sealing, store, updates

_KINDS = {
    "MAIL": "mails",
    "LINK": "link_requests",
    "PROBLEM": "things_to_do",
    "WAIT": "waitlist",
    "SKIP": "got_in",
    "JOURNAL": "decided_by_organisers",
}


def of(event_id: str, registration_id: str) -> dict[str, Any]:
    """All of it as a document: the registration as it is stored, with its seal opened and its history, and by kind
    what else there is about it: mails sent, decisions of organisers, places in the line, asked for its link, waits
    for an organiser, got in ahead of others.

    Raises LinkNotValid when there is no such registration.
    """
    item = table.get(keys.registration_key(event_id, registration_id))
    if item is None or store.is_erased(item):
        raise LinkNotValid
    held: dict[str, Any] = {"registration": _shown(_opened(item)), **{name: [] for name in _KINDS.values()}}
    beside = [read(event_id, registration_id) for read in (mails, records, decisions)]
    for record in [*chain(*beside), *_in_lines(event_id, registration_id)]:
        held[_KINDS[record["SK"].partition("#")[0]]].append(_own(record, registration_id))
    return held


def _opened(item: Item) -> Item:
    who = sealing.opened(store.as_registration(item)).attendee
    left = {name: value for name, value in item.items() if name != updates.SEALED}
    return left | {"attendee": updates.attendee_document(who)}


def _own(record: Item, registration_id: str) -> dict[str, Any]:
    """The record as it is shown; of what is about several, without the others."""
    shown = _shown(record)
    if record["SK"].startswith("JOURNAL#"):
        shown["people"] = [each for each in shown["people"] if each == registration_id]
        shown["changes"] = [each for each in shown["changes"] if each["what"] == registration_id]
    if members := _members(record):
        shown["members"] = [shown["members"][members.index(registration_id)]]
    return shown


def mails(event_id: str, registration_id: str) -> list[Item]:
    """The registration's mails, and the requests for its link."""
    return [
        *table.query(event_id, f"MAIL#{registration_id}."),
        *table.query(event_id, f"LINK#{registration_id}#"),
    ]


def records(event_id: str, registration_id: str) -> list[Item]:
    """What organisers are to do about the registration alone."""
    return [each for each in table.query(event_id, "PROBLEM#") if each["registration_id"] == registration_id]


def decisions(event_id: str, registration_id: str) -> list[Item]:
    """The journal's entries that name it: among the people that they are about, or, where it is what the airline
    has booked for it and for others, among the changes."""
    done = table.query(event_id, "JOURNAL#")
    return [each for each in done if registration_id in (*each["people"], *(of["what"] for of in each["changes"]))]


def _in_lines(event_id: str, registration_id: str) -> list[Item]:
    """Where it stands, and where it got in ahead of others: these go by other keys than its own."""
    waits = table.query(event_id, "WAIT#")
    stands = [item for item in waits if registration_id in item["SK"] or registration_id in _members(item)]
    return [*stands, *skips(event_id, registration_id)]


def skips(event_id: str, registration_id: str) -> list[Item]:
    """The records that it got in ahead of others, alone or first of a party; from a line, by its entry's key."""
    found = table.query(event_id, "SKIP#")
    return [item for item in found if item["SK"].rpartition("#")[2].partition(".")[0] == registration_id]


def _members(item: Item) -> list[str]:
    return [member["id"] for member in item.get("members", ())]


def _shown(item: Item) -> dict[str, Any]:
    """The item as JSON can hold it."""
    return {
        name: sorted(value) if isinstance(value, set) else value
        for name, value in item.items()
        if name not in ("PK", "due_shard", "due_at")
    }
