"""What changed from one version to the next."""

from dataclasses import replace
from typing import Any

from chalicelib.registration.model import Registration
from chalicelib.travel.lists import changes_list
from chalicelib.travel.lists.changes import PersonChange, count_changes, find_changes
from chalicelib.travel.lists.tables import Cell, Document
from chalicelib.travel.render import csv_lists, json_document
from testing import bornholm
from testing.bornholm import SHARED, food, guest


def document(*people: Registration) -> Document:
    """The document of a manifest of these people."""
    return json_document.build_document(bornholm.manifest(registrations=people))


def said(before: Document, after: Document) -> list[tuple[str, str, str, Cell, Cell]]:
    """The changes as tuples: kind, given name, field, before, after."""
    changes = find_changes(before, after)
    return [
        (change.kind, change.person.given_name, change.field, change.before, change.after) for change in changes
    ]


def otherwise(who: Registration, **details: Any) -> Registration:
    """The same registration, with other details."""
    return replace(who, attendee=who.attendee.model_copy(update=details))


BO = guest("Bo", "Zoff", "flight_out", phone="28 29 30 31")


def test_nothing_changed() -> None:
    """The same people with the same details."""
    assert find_changes(document(BO), document(BO)) == ()


def test_who_came_and_who_went() -> None:
    """With what they are registered for."""
    ida = guest("Ida", "Holm")
    assert said(document(BO), document(ida)) == [
        ("added", "Ida", "needs", None, ("place",)),
        ("removed", "Bo", "needs", ("place", "flight_out"), None),
    ]


def test_what_is_otherwise() -> None:
    """Field by field, as it was and as it is; an empty field is no text."""
    now = otherwise(BO, given_name="Bob", phone="+4551525354")
    assert said(document(BO), document(now)) == [
        ("changed", "Bob", "given_name", "Bo", "Bob"),
        ("changed", "Bob", "phone", "+4528293031", "+4551525354"),
        ("changed", "Bob", "name_on_list", "ZOFF BO", "ZOFF BOB"),
    ]
    assert said(document(otherwise(BO, phone=None)), document(BO)) == [
        ("changed", "Bo", "phone", None, "+4528293031")
    ]


def test_somebody_who_flies_now() -> None:
    """That they do is what changed, not each thing that the flight's list says of them."""
    by_ferry = replace(BO, needs=("place",))
    assert said(document(by_ferry), document(BO)) == [
        ("changed", "Bo", "needs", ("place",), ("place", "flight_out"))
    ]


def test_somebody_who_shares_with_another_now() -> None:
    """A room's number is nothing that changed, its guests are."""
    ida = guest("Ida", "Holm", SHARED, travel={"share_with": "Bo Zoff"})
    alone = guest("Bo", "Zoff", SHARED)
    shared = guest("Bo", "Zoff", SHARED, travel={"share_with": "Ida Holm"})
    first = guest("Anna", "Andersen", SHARED)
    assert said(document(alone, ida), document(first, shared, ida)) == [
        ("added", "Anna", "needs", None, ("place", "shared_bed")),
        ("changed", "Ida", "shares_with", (), ("Bo Zoff",)),
        ("changed", "Bo", "shares_with", (), ("Ida Holm",)),
    ]


def test_what_the_kitchen_knew_is_not_told_again() -> None:
    """Consent taken back is taken back in later versions, too."""
    eats = guest("Bo", "Zoff", "flight_out", phone="28 29 30 31", dietary=food("vegan", allergens=("nuts",)))
    assert find_changes(document(eats), document(BO)) == ()


def test_two_of_one_name() -> None:
    """They are told apart by their registrations."""
    one, other = (guest("Anna", "Jensen", email=f"a{n}@example.org") for n in (1, 2))
    assert count_changes(find_changes(document(one, other), document(other))) == {
        "added": 0,
        "removed": 1,
        "changed": 0,
    }


def test_people_are_counted_not_fields() -> None:
    """A person with three changes counts once."""
    now = otherwise(BO, given_name="Bob", phone="+4551525354")
    assert count_changes(find_changes(document(BO), document(now))) == {"added": 0, "removed": 0, "changed": 1}


def test_the_list_as_excel_opens_it() -> None:
    """Words for codes, titles for needs, phone numbers in brackets, and no cell that is run."""
    found = (
        *find_changes(document(), document(BO)),
        *find_changes(document(BO), document(otherwise(BO, phone="+4551525354", organisation="=1+1"))),
    )
    assert all(isinstance(each, PersonChange) for each in found)
    text = csv_lists.render(changes_list.build_table(bornholm.event(), found)).decode("utf-8-sig")
    assert text.splitlines() == [
        "Ændring;Efternavn;Fornavn;Hvad;Før;Nu",
        "Ny;Zoff;Bo;Tilmeldt til;;Plads, Fly til Bornholm",
        "Ændret;Zoff;Bo;Organisation;;'=1+1",
        "Ændret;Zoff;Bo;Mobil;(+45) 28 29 30 31;(+45) 51 52 53 54",
    ]
