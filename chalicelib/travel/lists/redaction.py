"""Redact a version's lists when a person in them is erased; later versions are compared with what is left.

Of the erased person their name on each flight is left, with title and locator, because an airline deletes by
these. Nothing says any more which registration it was.
"""

from typing import Any

from chalicelib.travel.lists.tables import Document

_AIRLINE_FIELDS = ("leg", "surname", "given", "title", "locator")
_KEPT_SECTIONS = ("event_id", "version", "as_of", "flights", "passengers", "contacts", "rooming")
ERASED_REGISTRATION_ID = ""  #: stands in place of an erased registration's id


def collect_registration_ids(document: Document) -> set[str]:
    """Return the ids of all registrations in the lists."""
    return {contact["registration_id"] for contact in document["contacts"]}


def has_erased_names(document: Document) -> bool:
    """Return True if an erased person is still to be named to the airline."""
    return any(passenger["registration_id"] == ERASED_REGISTRATION_ID for passenger in document["passengers"])


def redact(document: Document, registration_id: str) -> Document:
    """Return the document as it is kept after the registration was erased."""
    sections = {name: document[name] for name in _KEPT_SECTIONS}
    return sections | {
        "passengers": [_redact_passenger(each, registration_id) for each in document["passengers"]],
        "contacts": [each for each in document["contacts"] if each["registration_id"] != registration_id],
        "rooming": [
            room for each in document["rooming"] if (room := _redact_room(each, registration_id))["guests"]
        ],
    }


def _redact_passenger(passenger: Document, registration_id: str) -> Document:
    if passenger["registration_id"] != registration_id:
        return passenger
    airline_fields = {name: passenger[name] for name in _AIRLINE_FIELDS}
    return airline_fields | {"registration_id": ERASED_REGISTRATION_ID, "assistance": [], "phone": None}


def _redact_room(room: Document, registration_id: str) -> Document:
    pairs = zip(room["registration_ids"], room["guests"], strict=True)
    pairs_left: list[tuple[Any, Any]] = [pair for pair in pairs if pair[0] != registration_id]
    return room | {"registration_ids": [id for id, _ in pairs_left], "guests": [guest for _, guest in pairs_left]}
