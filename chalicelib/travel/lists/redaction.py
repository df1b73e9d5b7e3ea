"""What is kept of a version's lists when somebody in them is erased: what later versions are compared with.

Of whoever is gone that is the name on the flights they were on, with title and locator: an airline deletes by
these. Nothing says any more which registration it was.
"""

from typing import Any

from chalicelib.travel.lists.tables import Document

_AIRLINE_FIELDS = ("leg", "surname", "given", "title", "locator")
_KEPT_SECTIONS = ("event_id", "version", "as_of", "flights", "passengers", "contacts", "rooming")
ERASED_REGISTRATION_ID = ""  #: the registration of whoever is gone


def collect_registration_ids(document: Document) -> set[str]:
    """The ids of all registrations in the lists."""
    return {each["registration_id"] for each in document["contacts"]}


def has_erased_names(document: Document) -> bool:
    """Whether somebody who was erased is still to be named to the airline."""
    return any(each["registration_id"] == ERASED_REGISTRATION_ID for each in document["passengers"])


def redact(document: Document, registration_id: str) -> Document:
    """The document as it is kept once they are gone."""
    kept = {name: document[name] for name in _KEPT_SECTIONS}
    return kept | {
        "passengers": [_redact_passenger(each, registration_id) for each in document["passengers"]],
        "contacts": [each for each in document["contacts"] if each["registration_id"] != registration_id],
        "rooming": [
            room for each in document["rooming"] if (room := _redact_room(each, registration_id))["guests"]
        ],
    }


def _redact_passenger(passenger: Document, registration_id: str) -> Document:
    if passenger["registration_id"] != registration_id:
        return passenger
    named = {name: passenger[name] for name in _AIRLINE_FIELDS}
    return named | {"registration_id": ERASED_REGISTRATION_ID, "assistance": [], "phone": None}


def _redact_room(room: Document, registration_id: str) -> Document:
    pairs = zip(room["registration_ids"], room["guests"], strict=True)
    left: list[tuple[Any, Any]] = [pair for pair in pairs if pair[0] != registration_id]
    return room | {"registration_ids": [id for id, _ in left], "guests": [guest for _, guest in left]}
