"""The airline's file of locators and seats: its first rows, and rows that contradict each other."""

from collections.abc import Sequence

import pytest

from chalicelib.problems import FieldError, InvalidFields
from chalicelib.travel.lists import bookings_csv
from chalicelib.travel.lists.additions import NO_ADDITIONS, Additions, Booking
from chalicelib.travel.lists.passengers import Passenger, build_passengers
from testing import bornholm

FIRST = {"reference": "ABC123", "locator": "X7K9PQ", "seat": "12A"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("hint", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;"])
def test_a_row_that_names_the_separator_is_read(hint: str, end: str) -> None:
    """As spreadsheets write it, also behind a byte order mark; errors go on naming the rows of the file."""
    text = end.join(["\ufeff" + hint, "Reference;Bookingnummer;Sæde", "ABC123;X7K9PQ;12A"])
    assert bookings_csv.read(text) == [{}, FIRST]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_named_separator_counts(separator: str) -> None:
    """Also where another one is in the headings more often."""
    others = ";,\t".replace(separator, "") * 3
    rows = [["Reference", f'"{others}"', "Sæde"], ["ABC123", "Anna", "12A"]]
    text = "\n".join([f"sep={separator}", *map(separator.join, rows)])
    assert bookings_csv.read(text) == [{}, {"reference": "ABC123", "seat": "12A"}]


@pytest.mark.parametrize(
    "text",
    [
        "ABC123;X7K9PQ;12A\nABC124;X7K9PQ;12B\n",
        "Name;Booking\nAnna;X7K9PQ\n",
        "Reference;Name\nABC123;Anna\n",
        "Bookingnummer;Sæde\nX7K9PQ;12A\n",
        "sep=;\n",
        "sep=;",
        "\n",
        " ",
        ";;;\nReference;Sæde\n",
    ],
)
def test_headings_that_are_missing_are_named(text: str) -> None:
    """No file is taken for one that changes nothing."""
    with pytest.raises(InvalidFields) as caught:
        bookings_csv.read(text)
    [error] = caught.value.errors
    assert (error.field, error.code) == ("csv", "no_headings")
    assert all(heading in error.message for heading in ("Reference", "Bookingnummer", "Sæde"))


def test_moved_and_unknown_columns_are_fine() -> None:
    """Each is known by its heading."""
    assert bookings_csv.read("seat,Name,locator,reference\n12A,Anna,X7K9PQ,ABC123\n") == [FIRST]


def flying() -> list[Passenger]:
    """The travellers of one flight."""
    event = bornholm.event()
    passengers = build_passengers(event, bornholm.people(), NO_ADDITIONS)
    return [each for each in passengers if each.leg.name == passengers[0].leg.name][:4]


def rows_for(passengers: Sequence[Passenger], *seats: str) -> list[dict[str, str]]:
    return [
        {"reference": passenger.locator, "number": passenger.leg.number or "", "locator": "X7K9PQ", "seat": seat}
        for passenger, seat in zip(passengers, seats, strict=True)
    ]


def named(errors: list[FieldError]) -> list[tuple[str, str]]:
    return [(error.field, error.code) for error in errors]


def test_one_seat_for_everyone_is_refused() -> None:
    """Each row is named, with who else has the seat; a locator for all of a group is as airlines do it."""
    people = flying()
    changes, errors = bookings_csv.find_changes(rows_for(people, "12A", "12a", "12B", "12A"), people, NO_ADDITIONS)
    assert named(errors) == [("line.2", "seat_taken"), ("line.3", "seat_taken"), ("line.5", "seat_taken")]
    assert str(errors[0].parameters["names"]).count(",") == 1
    assert [change.passenger for change in changes] == [people[2]]


def test_a_seat_that_is_another_travellers_is_refused() -> None:
    """Also where the file says nothing of that traveller; not where the file gives them another one."""
    people = flying()
    leg = people[0].leg.name
    additions = Additions(bookings={leg: {people[1].registration.id: Booking("X7K9PQ", "12A")}})
    _, errors = bookings_csv.find_changes(rows_for(people[:1], "12A"), people, additions)
    assert named(errors) == [("line.2", "seat_taken")]
    changes, errors = bookings_csv.find_changes(rows_for(people[:2], "12A", "12B"), people, additions)
    assert (named(errors), len(changes)) == ([], 2)


def test_rows_that_contradict_each_other_are_refused() -> None:
    """One person on one flight in two seats; the same row twice says the same."""
    one = flying()[:1]
    changes, errors = bookings_csv.find_changes(rows_for(one * 2, "12A", "12B"), one, NO_ADDITIONS)
    assert (named(errors), changes) == ([("line.2", "contradiction"), ("line.3", "contradiction")], [])
    changes, errors = bookings_csv.find_changes(rows_for(one * 2, "12A", "12A"), one, NO_ADDITIONS)
    assert (errors, len(changes)) == ([], 1)


def test_two_flights_may_have_the_same_seat() -> None:
    """The same seat out and home, of one person or of two."""
    passengers = build_passengers(bornholm.event(), bornholm.people(), NO_ADDITIONS)
    out, home = (next(each for each in passengers if each.leg.number == number) for number in _numbers(passengers))
    _, errors = bookings_csv.find_changes(rows_for([out, home], "12A", "12A"), passengers, NO_ADDITIONS)
    assert errors == []


def _numbers(passengers: Sequence[Passenger]) -> list[str]:
    return list(dict.fromkeys(each.leg.number or "" for each in passengers))[:2]
