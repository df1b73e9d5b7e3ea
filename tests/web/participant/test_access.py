"""Whoever asks what is held about them is told everything, and nothing about anybody else."""

import json
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.attendance import check_in
from chalicelib.aws import table
from chalicelib.aws.items import Item
from chalicelib.programme.model import Event
from chalicelib.registration import changing, sealing, store
from chalicelib.registration.access import Access
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.model import Registration
from testing import registration_links
from testing.bornholm import EVENT_ID
from testing.registration_links import participant
from testing.world import register, register_party, settle
from tests.retention.marked import ALL, build, found, meeting, told
from tests.web.browser import get

pytestmark = pytest.mark.usefixtures("quick_aws")

#: What the shared items are called in the file, part by part.
SHARED = {"LISTS": "shared_rooms", "BOOKED": "bookings", "MANIFEST": "lists"}
OTHER = ("Bo", "Hansen", "bo@", "ZZZZZZ", "9E")


def given_to(who: Registration) -> dict[str, Any]:
    answer = get(f"{registration_links.build_link(who.event_id, who.id)}/personal-data")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json_body
    return body


def everything_happens() -> tuple[Event, Registration]:
    """The marked person travels, wishes for something else, has come, and has had mails; others wait."""
    event = meeting()
    mark = next(each for each in store.list_registrations(EVENT_ID) if each.attendee.given_name == "MARKANNA")
    for number in range(14):
        register(event, f"P{number}", ("single_room",))
    changing.change(event, participant(event.id, mark.id), ChangeRequest(wait_for=("single_room",)), clock.now())
    passed(event)
    check_in.check_in(Access(event.id, mark.id), clock.now(), clock.now())
    build()
    return event, mark


def passed(event: Event) -> None:
    """Somebody else got in ahead of those who wait for a room."""
    register(event, "Late")
    settle(event)


def about(item: Item, who: Registration) -> bool:
    """Whether the item says anything of the person, by id or by a word."""
    text = json.dumps(item, default=str, ensure_ascii=False)
    return who.id in text or any(word in text for word in ALL)


def items() -> list[Item]:
    return list(table.query(EVENT_ID, "A", up_to="Z~"))


def test_everything_held_is_in_the_file() -> None:
    """Each item of the table that says anything of them, and each word of theirs, also those in the lists."""
    _, mark = everything_happens()
    file = given_to(mark)
    held = [item["SK"] for item in items() if about(item, mark)]
    text = json.dumps(file, ensure_ascii=False)
    own = [sort_key for sort_key in held if sort_key.partition("#")[0] not in SHARED]
    assert [sort_key for sort_key in own if f'"{sort_key}"' not in text] == []
    assert {sort_key.partition("#")[0] for sort_key in own} == {
        "REG",
        "MAIL",
        "LINK",
        "PROBLEM",
        "WAIT",
        "JOURNAL",
    }
    assert [sort_key for sort_key in held if not file.get(SHARED.get(sort_key.partition("#")[0], "event"))] == []
    words = set.union(*found(ALL).values())
    assert words == set(ALL)
    assert {word for word in words if word not in text} == set()


def test_each_value_of_the_registration_is_in_the_file() -> None:
    """Field by field, as it is stored, what is under seal with the rest of the attendee."""
    _, mark = everything_happens()
    file = given_to(mark)["registration"]
    [item] = [item for item in items() if item["SK"] == f"REG#{mark.id}"]
    left_out = {name for name in item if name not in file}
    assert left_out <= {"PK", "due_shard", "due_at", "sealed"}
    assert {name: file[name] for name in ("history", "needs")} == {
        name: item[name] for name in ("history", "needs")
    }
    who = sealing.unseal(store.deserialize_registration(item)).attendee
    assert file["attendee"] == who.model_dump(mode="json", exclude_defaults=True)
    assert file["attendee"]["dietary"]["note"] == "MARKDIET"
    assert [entry["fact"] for entry in file["history"]][-1] == "checked-in"


def test_what_the_lists_say_is_told_version_by_version() -> None:
    """The name as the airline types it, our locator and theirs, the room and the checks; to whom it was sent."""
    _, mark = everything_happens()
    newest, first = given_to(mark)["lists"]
    assert (newest["version"], first["version"]) == (2, 1)
    flight = next(row for row in first["says"]["passengers"] if row["leg"] == "flight_out")
    assert (flight["surname"], flight["airline_locator"], flight["seat"]) == ("MARKFAMILYID", "MARKPNR", "9F")
    assert {"passengers", "transfers", "rooming", "dietary_by_name", "contacts"} <= set(first["says"])


def test_nobody_elses_is_in_it() -> None:
    """No name, booking or address of those they share a room, a flight or a line with."""
    _, mark = everything_happens()
    text = json.dumps(given_to(mark), ensure_ascii=False)
    other = next(each for each in store.list_registrations(EVENT_ID) if each.attendee.given_name == "Bo")
    assert [word for word in (*OTHER, other.id) if f'"{word}' in text] == []
    theirs = json.dumps(given_to(other), ensure_ascii=False)
    assert [word for word in ALL if word in theirs and word != "MARKREASON"] == []


def test_of_a_party_that_waits_each_gets_their_own() -> None:
    """The line is one entry for all of them; the file has one of them."""
    event = meeting()
    for number in range(13):
        register(event, f"P{number}", ("single_room",))
    ida, ole = register_party(event, "Ida", "Ole", needs={"Ida": ("single_room",)})
    [entry] = given_to(ole)["waitlist"]
    assert [member["id"] for member in entry["members"]] == [ole.id]
    assert ida.status == "waiting"


def test_whoever_got_in_ahead_reads_that_too() -> None:
    """The record of it is about them."""
    event, _ = everything_happens()
    late = next(each for each in store.list_registrations(event.id) if each.attendee.given_name == "Late")
    told(late)
    assert [record["SK"].rpartition("#")[2] for record in given_to(late)["got_in"]] == [late.id]
