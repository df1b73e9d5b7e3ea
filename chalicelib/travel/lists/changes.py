"""What changed from one version of a manifest to a later one, person by person.

People are known by their registrations. What the kitchen must know is not compared: somebody who takes their
consent back is not to be read about in what they wrote before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from chalicelib.travel.lists.tables import Cell, Document

ChangeKind = Literal["added", "removed", "changed"]
CHANGE_KINDS: tuple[ChangeKind, ...] = ("added", "removed", "changed")
_CONTACT_FIELDS = (
    "family_name",
    "given_name",
    "organisation",
    "email",
    "phone",
    "emergency_name",
    "emergency_phone",
)


@dataclass(frozen=True)
class Person:
    """Somebody as a version's lists have them. `fields` has what the lists say of them, by name: of those who
    fly also name, title and assistance, of those who sleep there also whom they share a room with."""

    registration_id: str
    family_name: str
    given_name: str
    fields: dict[str, Cell]


@dataclass(frozen=True)
class PersonChange:
    """One field of one person, before and after; of somebody added or removed, what they need."""

    kind: ChangeKind
    person: Person
    field: str
    before: Cell
    after: Cell


def find_changes(before: Document, after: Document) -> tuple[PersonChange, ...]:
    """Who came, who went, what is otherwise; each in the order of the list of contacts."""
    were, are = _collect_people(before), _collect_people(after)
    added = [
        PersonChange("added", are[id], "needs", None, are[id].fields["needs"]) for id in are if id not in were
    ]
    gone = [
        PersonChange("removed", were[id], "needs", were[id].fields["needs"], None) for id in were if id not in are
    ]
    changed = [change for id in are if id in were for change in _compare_person(were[id], are[id])]
    return (*added, *gone, *changed)


def count_changes(changes: Sequence[PersonChange]) -> dict[str, int]:
    """How many people came, went, and are otherwise."""
    return {
        kind: len({each.person.registration_id for each in changes if each.kind == kind}) for kind in CHANGE_KINDS
    }


def _compare_person(earlier: Person, later: Person) -> Iterator[PersonChange]:
    for field, after in later.fields.items():
        before = earlier.fields.get(field, after)  # whoever did not fly before has no name on its list to compare
        if (before or None) != (after or None):
            yield PersonChange("changed", later, field, before, after)


def _collect_people(document: Document) -> dict[str, Person]:
    """Everybody in the document, by registration id."""
    flying = {each["registration_id"]: _collect_ticket_fields(each) for each in document["passengers"]}
    sleeping = {id: fields for room in document["rooming"] for id, fields in _collect_room_fields(room)}
    return {
        (id := each["registration_id"]): Person(
            id,
            each["family_name"],
            each["given_name"],
            _collect_contact_fields(each) | flying.get(id, {}) | sleeping.get(id, {}),
        )
        for each in document["contacts"]
    }


def _collect_contact_fields(contact: Document) -> dict[str, Cell]:
    return {field: contact[field] for field in _CONTACT_FIELDS} | {"needs": tuple(contact.get("needs", ()))}


def _collect_ticket_fields(passenger: Document) -> dict[str, Cell]:
    return {
        "name_on_list": f"{passenger['surname']} {passenger['given']}",
        "title": passenger["title"],
        "assistance": tuple(passenger["assistance"]),
    }


def _collect_room_fields(room: Document) -> Iterator[tuple[str, dict[str, Cell]]]:
    guests = list(zip(room["registration_ids"], room["guests"], strict=True))
    for id, _ in guests:
        yield id, {"shares_with": tuple(name for other, name in guests if other != id)}
