"""Find the records that are held about a participant beside their registration: for export, and for erasure."""

from chalicelib.aws import table, waitlist_keys
from chalicelib.aws.items import Item
from chalicelib.aws.keys import AuditKey, LinkRequestKey, MailKey, TaskKey
from chalicelib.aws.waitlist_keys import SkipKey, WaitlistKey


def find_mails(event_id: str, registration_id: str) -> list[Item]:
    """Return the records of the registration's mails."""
    return list(table.query(event_id, MailKey.prefix_of_registration(registration_id)))


def find_link_requests(event_id: str, registration_id: str) -> list[Item]:
    """Find the records that a mail with the link was asked for."""
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


def find_waitlist_items(event_id: str, registration_id: str) -> list[Item]:
    """Find the waitlist entries that it stands in, alone or with its party."""
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


def _list_member_ids(item: Item) -> list[str]:
    return [member["id"] for member in item.get("members", ())]
