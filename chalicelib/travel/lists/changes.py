"""Compare two versions of a manifest, person by person.

People are known by their registrations. Dietary details are not compared: when a person takes their consent back,
no change may show what they wrote before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from chalicelib.registration.details import CONTACT_COLUMNS
from chalicelib.travel.lists.tables import Cell, Document

ChangeKind = Literal["added", "removed", "changed"]
CHANGE_KINDS: tuple[ChangeKind, ...] = ("added", "removed", "changed")
_CONTACT_FIELDS = tuple(column.key for column in CONTACT_COLUMNS if column.is_compared)


@dataclass(frozen=True)
class Person:
    """A person as a version's lists have them.

    `fields` has by name what the lists say of them: of travellers by air also name, title and assistance, of hotel
    guests also whom they share a room with.
    """

    registration_id: str
    family_name: str
    given_name: str
    fields: dict[str, Cell]


@dataclass(frozen=True)
class PersonChange:
    """One field of one person, before and after; of a person added or removed, what they need."""

    kind: ChangeKind
    person: Person
    field: str
    before: Cell
    after: Cell


def find_changes(before: Document, after: Document) -> tuple[PersonChange, ...]:
    """Return who was added, who was removed and what was changed, each in the order of the list of contacts."""
    earlier, later = _collect_people(before), _collect_people(after)
    added = [
        PersonChange("added", later[id], "needs", None, later[id].fields["needs"])
        for id in later
        if id not in earlier
    ]
    removed = [
        PersonChange("removed", earlier[id], "needs", earlier[id].fields["needs"], None)
        for id in earlier
        if id not in later
    ]
    changed = [change for id in later if id in earlier for change in _compare_person(earlier[id], later[id])]
    return (*added, *removed, *changed)


def count_changes(changes: Sequence[PersonChange]) -> dict[str, int]:
    """Return how many people were added, removed and changed."""
    return {
        kind: len({change.person.registration_id for change in changes if change.kind == kind})
        for kind in CHANGE_KINDS
    }


def _compare_person(earlier: Person, later: Person) -> Iterator[PersonChange]:
    """Yield a change for each field that differs."""
    for field, after in later.fields.items():
        before = earlier.fields.get(field, after)  # who did not fly before has no such field to compare
        if (before or None) != (after or None):
            yield PersonChange("changed", later, field, before, after)


def _collect_people(document: Document) -> dict[str, Person]:
    """Return each person of the document, by registration id."""
    ticket_fields = {
        passenger["registration_id"]: _collect_ticket_fields(passenger) for passenger in document["passengers"]
    }
    room_fields = {id: fields for room in document["rooming"] for id, fields in _collect_room_fields(room)}
    return {
        (id := contact["registration_id"]): Person(
            id,
            contact["family_name"],
            contact["given_name"],
            _collect_contact_fields(contact) | ticket_fields.get(id, {}) | room_fields.get(id, {}),
        )
        for contact in document["contacts"]
    }


def _collect_contact_fields(contact: Document) -> dict[str, Cell]:
    present = [field for field in _CONTACT_FIELDS if field in contact]  # an old version lacks new fields
    return {field: contact[field] for field in present} | {"needs": tuple(contact.get("needs", ()))}


def _collect_ticket_fields(passenger: Document) -> dict[str, Cell]:
    return {
        "name_on_list": f"{passenger['surname']} {passenger['given']}".rstrip(),
        "title": passenger["title"],
        "assistance": tuple(passenger["assistance"]),
    }


def _collect_room_fields(room: Document) -> Iterator[tuple[str, dict[str, Cell]]]:
    guests = list(zip(room["registration_ids"], room["guests"], strict=True))
    for id, _ in guests:
        yield id, {"shares_with": tuple(name for other, name in guests if other != id)}
