"""What organisers add to the lists, over HTTP."""

from typing import Any

import pytest

from chalicelib.aws import table
from chalicelib.registration import store
from chalicelib.travel.lists.locators import assign_locators
from testing import bornholm, builders
from testing.bornholm import EVENT_ID
from testing.world import publish
from tests.web.browser import as_organiser, call, post

pytestmark = pytest.mark.usefixtures("aws")

HERE = f"/organiser/events/{EVENT_ID}"


def register(name: str, *needs: str) -> str:
    """The id of somebody who has just registered."""
    person = builders.person(name, "Hansen", needs=list(needs))
    id: str = post(f"/events/{EVENT_ID}/registrations", person).json_body["registration"]["id"]
    return id


def share(*guests: str) -> Any:
    return as_organiser("POST", f"{HERE}/shared-rooms", {"guests": guests, "reason": "De har ringet"})


def pairs(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.body
    return [each["guests"] for each in answer.json_body["shared_rooms"]]


def test_two_share_by_the_organisers_word() -> None:
    """Kept with who said so and why; whoever shares anew leaves the room they had; it can be taken back."""
    publish(bornholm.event())
    anna, bo, ida = (register(name, "shared_bed") for name in ("Anna", "Bo", "Ida"))
    assert pairs(share(anna, bo)) == [[anna, bo]]
    [room] = as_organiser("GET", f"{HERE}/shared-rooms").json_body["shared_rooms"]
    assert (room["by"], room["reason"]) == ("organiser@network.example", "De har ringet")
    assert pairs(share(bo, ida)) == [[bo, ida]]
    assert pairs(as_organiser("DELETE", f"{HERE}/shared-rooms/{bo}")) == []
    assert pairs(as_organiser("DELETE", f"{HERE}/shared-rooms/{bo}")) == []


def test_what_is_decided_is_not_decided_again() -> None:
    """The same sent twice is one decision with one entry in the journal; for another reason it is another."""
    publish(bornholm.event())
    anna, bo = (register(name, "shared_bed") for name in ("Anna", "Bo"))
    first, again = share(anna, bo), share(anna, bo)
    assert (again.json_body, len(list(table.query(EVENT_ID, "JOURNAL#")))) == (first.json_body, 1)
    as_organiser("POST", f"{HERE}/shared-rooms", {"guests": [anna, bo], "reason": "De har skrevet"})
    assert len(list(table.query(EVENT_ID, "JOURNAL#"))) == 2


def test_nobody_shares_with_a_stranger_or_with_themselves() -> None:
    """Both must be registered."""
    publish(bornholm.event())
    anna = register("Anna", "shared_bed")
    assert [share(anna, anna).status_code, share(anna, "a" * 26).status_code] == [404, 404]
    assert share(anna).status_code == 422


def test_the_airlines_file_is_shown_before_it_counts() -> None:
    """What it would change, line by line; confirmed, it is changed, and nothing is left to change."""
    publish(bornholm.event())
    register("Anna", "flight_out", "flight_home")
    [who] = store.list_registrations(EVENT_ID)
    reference = locator()
    file = (
        f"\ufeffFlynummer;Reference;Bookingnummer;Sæde\r\nDX123;{reference};x7k9pq;12A\r\nDX124;{reference};;\r\n"
    )
    expected = {
        "registration_id": who.id,
        "name": "Anna Hansen",
        "flight": "DX123",
        "before": {"locator": None, "seat": None},
        "after": {"locator": "X7K9PQ", "seat": "12A"},
    }
    for confirm in (False, False, True):
        answer = as_organiser("POST", f"{HERE}/bookings", {"csv": file, "confirm": confirm}).json_body
        assert answer == {"changed": confirm, "changes": [expected], "errors": []}
    assert as_organiser("POST", f"{HERE}/bookings", {"csv": file}).json_body["changes"] == []


def locator() -> str:
    """Ours, of the only one who flies."""
    [found] = assign_locators(store.list_registrations(EVENT_ID)).values()
    return found


def test_a_file_with_mistakes_changes_nothing() -> None:
    """Each is named with its line, in the language asked for; confirmed all the same: 422."""
    publish(bornholm.event())
    register("Anna", "flight_out", "flight_home")
    reference = locator()
    rows = [
        "reference,locator,seat",
        "XXXXXX,ABC123,",
        f"{reference},A,",
        f"{reference},,12A",
        f"{reference},ABC123,",
    ]
    file = "\n".join(rows)
    answer = as_organiser("POST", f"{HERE}/bookings", {"csv": file}, Accept_Language="en").json_body
    assert [(each["field"], each["code"]) for each in answer["errors"]] == [
        ("line.2", "nobody"),
        ("line.3", "not_a_locator"),
        ("line.4", "which_flight"),
    ]
    assert len(answer["changes"]) == 2
    assert as_organiser("POST", f"{HERE}/bookings", {"csv": file, "confirm": True}).status_code == 422
    assert len(as_organiser("POST", f"{HERE}/bookings", {"csv": file}).json_body["changes"]) == 2


def test_a_file_from_anywhere_is_read() -> None:
    """With the line ends of other systems, and rows that a spreadsheet has left empty."""
    publish(bornholm.event())
    register("Anna", "flight_out", "flight_home")
    rows = ["reference;locator", f"{locator()};X7K9PQ", ";", ""]
    for end in ("\n", "\r\n", "\r"):
        answer = as_organiser("POST", f"{HERE}/bookings", {"csv": end.join(rows)}).json_body
        assert (len(answer["changes"]), answer["errors"]) == (2, [])


def test_a_file_without_headings_is_refused_before_it_is_shown() -> None:
    """With or without `confirm`: it never looks as if there were nothing to change."""
    publish(bornholm.event())
    register("Anna", "flight_out")
    for confirm in (False, True):
        body = {"csv": f"{locator()};X7K9PQ;12A\n", "confirm": confirm}
        answer = as_organiser("POST", f"{HERE}/bookings", body, Accept_Language="en")
        assert (answer.status_code, answer.json_body["errors"][0]["code"]) == (422, "no_headings")
        assert "“Bookingnummer”" in answer.json_body["errors"][0]["message"]


def test_one_seat_for_everyone_is_refused() -> None:
    """The rows are named when the file is shown, and it is not taken."""
    publish(bornholm.event())
    for name in ("Anna", "Bo"):
        register(name, "flight_out")
    references = assign_locators(store.list_registrations(EVENT_ID)).values()
    file = "sep=;\nReference;Sæde\n" + "".join(f"{reference};12A\n" for reference in references)
    shown = as_organiser("POST", f"{HERE}/bookings", {"csv": file}, Accept_Language="en").json_body
    assert shown["changes"] == []
    assert [each["field"] for each in shown["errors"]] == ["line.3", "line.4"]
    assert "Seat 12A is given to others on this flight, too: " in shown["errors"][0]["message"]
    answer = as_organiser("POST", f"{HERE}/bookings", {"csv": file, "confirm": True})
    assert (answer.status_code, len(answer.json_body["errors"])) == (422, 2)


def test_what_is_no_file_of_rows_is_refused() -> None:
    """A quote that nothing closes makes a cell of all that follows."""
    publish(bornholm.event())
    file = 'reference;locator\n"' + "ABCDEF;X7K9PQ\n" * 12_000
    for body in ({"csv": file}, {"csv": file, "confirm": True}):
        answer = as_organiser("POST", f"{HERE}/bookings", body)
        assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (422, "csv")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/shared-rooms"), ("POST", "/shared-rooms"), ("DELETE", "/shared-rooms/x"), ("POST", "/bookings")],
)
def test_strangers_are_told_nothing(method: str, path: str) -> None:
    """401."""
    publish(bornholm.event())
    assert call(method, HERE + path, {}).status_code == 401
