"""Export what is stored about a person for the journey, beside their registration."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.travel import additions_store, erasure, store
from chalicelib.travel.lists.tables import Document

_FIELDS_ABOUT_OTHERS = ("registration_id", "registration_ids", "guests")  #: or known to the person who reads it


def export_personal_data(event_id: str, registration_id: str) -> dict[str, Any]:
    """Export the person's bookings, their shared rooms and their rows in each version of the lists.

    With each version stands when and to whom it was sent.
    """
    additions = additions_store.read(event_id)
    bookings = {leg: booked for leg, booked in additions.bookings.items() if registration_id in booked}
    return {
        "bookings": [
            {"leg": leg, "locator": booked[registration_id].locator, "seat": booked[registration_id].seat}
            for leg, booked in bookings.items()
        ],
        "shared_rooms": [
            {"by": room.by, "at": room.at, "reason": room.reason}
            for room in additions.sharing
            if registration_id in room.guests
        ],
        "lists": list(_export_lists(event_id, registration_id)),
    }


def _export_lists(event_id: str, registration_id: str) -> Iterator[dict[str, Any]]:
    """Export the person's rows in each ready version, the newest first."""
    for version in store.list_newest_first(event_id):
        if version.status != "ready":
            continue
        if rows := _select_rows(erasure.read_document(version), registration_id):
            sent = [{"to": each.to, "at": each.at} for each in version.sent]
            yield {"version": version.version, "as_of": version.as_of, "sent": sent, "says": rows}


def _select_rows(document: Document, registration_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows about the person, by the list's name."""
    rows_by_list = {
        name: [
            _remove_fields_about_others(row)
            for row in rows
            if isinstance(row, dict) and _is_about(row, registration_id)
        ]
        for name, rows in document.items()
        if isinstance(rows, list)
    }
    return {name: rows for name, rows in rows_by_list.items() if rows}


def _is_about(row: Mapping[str, Any], registration_id: str) -> bool:
    return registration_id in (row.get("registration_id"), *row.get("registration_ids", ()))


def _remove_fields_about_others(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _FIELDS_ABOUT_OTHERS}
