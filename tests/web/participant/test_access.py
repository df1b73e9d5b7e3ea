"""Whoever asks what is held about them is told everything, and nothing about anybody else."""

import json
import re
from collections import Counter
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
from chalicelib.web.records import personal_data
from testing import registration_links
from testing.bornholm import EVENT_ID
from testing.registration_links import participant
from testing.world import register, register_party, settle
from tests.retention.marked import ALL, build, found, meeting, told
from tests.web.browser import PAGE, get
from tests.web.desk import extract_text
from tests.web.markup import find_errors

pytestmark = pytest.mark.usefixtures("quick_aws")

#: What the items of one participant are called in the file, one record for each.
OWN = {
    "MAIL": "mails",
    "LINK": "link_requests",
    "PROBLEM": "tasks",
    "WAIT": "waitlist",
    "JOURNAL": "organisers_actions",
}
#: What the shared items are called in the file, part by part.
SHARED = {"LISTS": "shared_rooms", "BOOKED": "bookings", "MANIFEST": "lists"}
#: Attributes of the stored registration that the file tells under another name.
NAMED_OTHERWISE = {"sealed", "in_line", "rank", "party", "brought"}
#: Attributes that say nothing of the person: keys, timers, the numbers of requests, and what links are signed for.
TECHNICAL = {"PK", "SK", "due_shard", "due_at", "requests", "made_by", "links", "closed", "proven", "recent"}
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
    held = Counter(item["SK"].partition("#")[0] for item in items() if about(item, mark))
    text = json.dumps(file, ensure_ascii=False)
    assert {"REG", *OWN} <= held.keys() <= {"REG", *OWN, *SHARED}
    assert {kind: len(file[section]) for kind, section in OWN.items()} == {kind: held[kind] for kind in OWN}
    assert [section for section in SHARED.values() if not file[section]] == []
    words = set.union(*found(ALL).values())
    assert words == set(ALL)
    assert {word for word in words if word not in text} == set()


def test_each_value_of_the_registration_is_in_the_file() -> None:
    """Field by field, what is under seal with the rest of the attendee; what is left out says nothing of them."""
    _, mark = everything_happens()
    file = given_to(mark)
    told = file["registration"]
    [item] = [item for item in items() if item["SK"] == f"REG#{mark.id}"]
    assert item.keys() <= {"history", *told, *NAMED_OTHERWISE, *TECHNICAL}
    assert told["needs"] == item["needs"]
    happened = [entry["fact"] for entry in file["history"] if entry["fact"] != "passed"]
    assert happened == [entry["fact"] for entry in item["history"]]
    who = sealing.unseal(store.deserialize_registration(item)).attendee
    assert told["attendee"] == who.model_dump(mode="json", exclude_defaults=True)
    assert told["attendee"]["dietary"]["note"] == "MARKDIET"
    assert file["history"][-1]["fact"] == "checked-in"


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
    assert (entry["for"], entry["people"]) == (["place", "single_room"], 2)
    assert ida.id not in json.dumps(given_to(ole))
    assert ida.status == "waiting"


def test_whoever_got_in_ahead_reads_that_too() -> None:
    """The record of it is about them."""
    event, _ = everything_happens()
    late = next(each for each in store.list_registrations(event.id) if each.attendee.given_name == "Late")
    told(late)
    [record] = given_to(late)["got_in_ahead"]
    assert record["text"].startswith("Kom ind før andre")


def test_no_internal_key_is_in_it() -> None:
    """Neither a key of the store nor a stored attribute's name, at any depth."""
    _, mark = everything_happens()

    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(names, value.values()))
        return set().union(*map(names, value)) if isinstance(value, list) else set()

    assert names(given_to(mark)) & {"entries", "expires_at", *TECHNICAL, *NAMED_OTHERWISE} == set()
    assert "REG#" not in json.dumps(given_to(mark))


@pytest.mark.parametrize(("language", "expected"), [
    ("da", ("Det ved vi om dig", "Vegansk", "Tilmeldt", "Bekræftelse: kom retur", "Værelser: ")),
    ("en", ("What we know about you", "Vegan", "Registered", "Confirmation: came back")),
])  # fmt: skip
def test_a_browser_reads_it_as_a_page(language: str, expected: tuple[str, ...]) -> None:
    """Labels and sentences in their language, moments in words, and every word of theirs."""
    event = meeting()
    mark = next(each for each in store.list_registrations(EVENT_ID) if each.attendee.given_name == "MARKANNA")
    if language == "en":
        changing.change(event, participant(event.id, mark.id), ChangeRequest({"language": "en"}), clock.now())
    page = get(f"{registration_links.build_link(mark.event_id, mark.id)}/personal-data", **PAGE)
    text = page.body.decode()
    assert page.headers["Content-Type"].startswith("text/html")
    assert find_errors(text) == []
    shown = extract_text(text)
    assert [word for word in expected if word not in shown] == []
    phones = {"+4521222324": "+45 21 22 23 24", "+4520123456": "+45 20 12 34 56"}
    codes = {"lupin", "WCHS"}
    assert [word for word in ALL if phones.get(word, word) not in shown and word not in codes] == []
    assert not re.search(r"\\d{4}-\\d\\d-\\d\\dT", shown)
    file = get(f"{registration_links.build_link(mark.event_id, mark.id)}/personal-data?format=json", **PAGE)
    assert file.json_body["event"] == EVENT_ID
    assert file.headers["Content-Disposition"].startswith("attachment;")


def test_each_part_can_be_left_out() -> None:
    """What belongs to the registration alone has nothing of history, mails, and what organisers wrote."""
    event, mark = everything_happens()
    own = personal_data.build_own_part(store.find(event.id, mark.id) or mark)
    assert own.keys() == {"event", "registration"}
    assert "MARKREASON" not in json.dumps(own)
    further = personal_data.build_further_part(mark, event, "en")
    assert own.keys().isdisjoint(further)
    assert "MARKDIET" not in json.dumps({**further, "lists": []})
