"""What is held about somebody for the journey, beside their registration, to be given to them."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.travel import additions_store, erasure, store
from chalicelib.travel.lists.tables import Document

_FIELDS_ABOUT_OTHERS = ("registration_id", "registration_ids", "guests")  #: or known to whoever reads it


def export_personal_data(event_id: str, registration_id: str) -> dict[str, Any]:
    """What the airline has booked for them, which rooms they share by an organiser's word, and each version of the
    lists that has them, with what it says of them and to whom it was sent."""
    added = additions_store.read(event_id)
    bookings = {leg: booked for leg, booked in added.bookings.items() if registration_id in booked}
    return {
        "bookings": [
            {"leg": leg, "locator": booked[registration_id].locator, "seat": booked[registration_id].seat}
            for leg, booked in bookings.items()
        ],
        "shared_rooms": [
            {"by": each.by, "at": each.at, "reason": each.reason}
            for each in added.sharing
            if registration_id in each.guests
        ],
        "lists": list(_export_lists(event_id, registration_id)),
    }


def _export_lists(event_id: str, registration_id: str) -> Iterator[dict[str, Any]]:
    for version in store.list_newest_first(event_id):
        if version.status != "ready":
            continue
        if rows := _select_rows(erasure.read_document(version), registration_id):
            sent = [{"to": each.to, "at": each.at} for each in version.sent]
            yield {"version": version.version, "as_of": version.as_of, "sent": sent, "says": rows}


def _select_rows(document: Document, registration_id: str) -> dict[str, list[dict[str, Any]]]:
    """What each list says of them, by the list's name."""
    found = {
        name: [
            _remove_fields_about_others(row)
            for row in rows
            if isinstance(row, dict) and _is_about(row, registration_id)
        ]
        for name, rows in document.items()
        if isinstance(rows, list)
    }
    return {name: rows for name, rows in found.items() if rows}


def _is_about(row: Mapping[str, Any], registration_id: str) -> bool:
    return registration_id in (row.get("registration_id"), *row.get("registration_ids", ()))


def _remove_fields_about_others(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _FIELDS_ABOUT_OTHERS}
