"""The versions of an event's document over HTTP, the question before a deletion, and the page that undoes it."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib import clock
from chalicelib.audit import lasting
from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete
from chalicelib.programme import store as programme_store
from chalicelib.registration import store
from testing import builders
from testing.world import publish, register
from tests.web.browser import as_organiser
from tests.web.desk import EVENT, EVENT_URL, build_expected_redirect, extract_text, get_page, read_redirect, send
from tests.web.organiser.test_event_form import filled_in

pytestmark = pytest.mark.usefixtures("memory")

EDIT = f"{EVENT_URL}/edit"
PAST: dict[str, Any] = {
    "starts_at": "2019-05-05T15:00",
    "ends_at": "2019-05-05T18:00",
    "registration": {"opens_at": "2019-01-01T08:00", "closes_at": "2019-05-04T12:00"},
}
PAST_BY_FORM = {
    "starts_at": "2019-05-05T15:00",
    "ends_at": "2019-05-05T18:00",
    "registration.opens_at": "2019-01-01T08:00",
    "registration.closes_at": "2019-05-04T12:00",
}


def put(version: int, query: str = "", **changes: Any) -> HTTPResponse:
    return as_organiser("PUT", EVENT_URL + query, builders.event_document(**changes), If_Match=f'"{version}"')


def kind(answer: HTTPResponse) -> tuple[int, str]:
    return answer.status_code, answer.json_body["type"].rpartition("/")[2]


def test_every_version_is_kept_with_what_it_changed() -> None:
    """Who saved it, when, and each field before and after; the documents are as they were saved."""
    assert as_organiser("PUT", EVENT_URL, builders.event_document()).status_code == 201
    first = as_organiser("GET", EVENT_URL).json_body
    put(1, summary={"da": "Nyt", "en": "New"})
    as_organiser("PUT", f"{EVENT_URL}/allotments/place", {"capacity": 31})
    listed = as_organiser("GET", f"{EVENT_URL}/versions").json_body["versions"]
    assert [(each["n"], each["by"]) for each in listed] == [
        (number, "organiser@network.example") for number in (3, 2, 1)
    ]
    assert listed[0]["changes"] == [{"what": "allotments.place.capacity", "before": "30", "after": "31"}]
    assert {each["what"] for each in listed[1]["changes"]} == {"summary.da", "summary.en"}
    assert as_organiser("GET", f"{EVENT_URL}/versions/1").json_body == first
    assert as_organiser("GET", f"{EVENT_URL}/versions/3").json_body == as_organiser("GET", EVENT_URL).json_body


def test_versions_are_listed_page_by_page() -> None:
    """As many as are asked for; the cursor leads on, and is null on the last page."""
    publish(builders.event())
    for version in range(1, 12):
        put(version, summary={"da": f"Nyt {version}", "en": "New"})
    seen, query = [], "?limit=4"
    while query:
        page = as_organiser("GET", f"{EVENT_URL}/versions{query}").json_body
        seen.append([each["n"] for each in page["versions"]])
        query = f"?limit=4&cursor={page['cursor']}" if page["cursor"] else ""
    assert seen == [[12, 11, 10, 9], [8, 7, 6, 5], [4, 3, 2, 1]]
    assert as_organiser("GET", f"{EVENT_URL}/versions?cursor=1").json_body == {"versions": [], "cursor": None}
    for wrong in ("limit=0", "limit=501", "limit=x", "cursor=x", "cursor=0", "cursor=1234567", "cursor=%C2%B9"):
        assert as_organiser("GET", f"{EVENT_URL}/versions?{wrong}").status_code == 422


def test_a_version_is_brought_back_as_a_new_one() -> None:
    """With the version that it replaces; a lost update is refused, and no version is 428."""
    publish(builders.event())
    put(1, summary={"da": "Nyt", "en": "New"})
    path = f"{EVENT_URL}/versions/1/restoration"
    assert as_organiser("POST", path).status_code == 428
    assert as_organiser("POST", path, If_Match='"1"').status_code == 412
    restored = as_organiser("POST", path, If_Match='"2"')
    assert (restored.status_code, restored.headers["ETag"]) == (200, '"3"')
    assert restored.json_body == as_organiser("GET", f"{EVENT_URL}/versions/1").json_body
    assert (
        as_organiser("GET", f"{EVENT_URL}/journal?lang=en")
        .json_body["entries"][0]["text"]
        .endswith("brought version 1 of the event back.")
    )


def test_a_second_click_brings_a_version_back_no_second_time() -> None:
    """It leads to the event as the first does, also once confirmed; a lost update and a script are told."""
    event = publish(builders.event())
    put(1, summary={"da": "Nyt", "en": "New"})
    back = f"{EVENT_URL}/versions/1/restoration"
    done = build_expected_redirect(EVENT_URL, "restored")
    for _ in range(3):
        assert read_redirect(send(back, {"version": "2"})) == done
    assert programme_store.read_current(EVENT).version == 3
    assert as_organiser("POST", back, If_Match='"2"').status_code == 412
    put(3, summary={"da": "Nyere", "en": "Newer"})
    assert send(back, {"version": "2"}).status_code == 412
    register(event, "Anna")
    put(4, "?confirm=true", **PAST)
    put(5)
    for _ in range(2):
        confirmed = send(f"{EVENT_URL}/versions/5/restoration", {"version": "6", "confirm": "true"})
        assert read_redirect(confirmed) == done
    assert programme_store.read_current(EVENT).version == 7


@pytest.mark.parametrize("number", ["9", "0", "x", "-1", "1" * 40, "¹"])
def test_a_version_that_never_was_is_not_found(number: str) -> None:
    """Neither to read nor to bring back."""
    publish(builders.event())
    assert as_organiser("GET", f"{EVENT_URL}/versions/{number}").status_code == 404
    assert as_organiser("POST", f"{EVENT_URL}/versions/{number}/restoration", If_Match='"1"').status_code == 404
    assert as_organiser("GET", "/organiser/events/no-such/versions").status_code == 404


def test_the_version_of_an_earlier_release_is_kept_once_it_changes() -> None:
    """It was written without a version of its own beside it."""
    publish(builders.event())
    table.transact(Delete(keys.version_key(EVENT, 1)))
    put(1, summary={"da": "Nyt", "en": "New"})
    listed = as_organiser("GET", f"{EVENT_URL}/versions").json_body["versions"]
    assert [(each["n"], each["at"] is None) for each in listed] == [(2, False), (1, True)]
    assert as_organiser("GET", f"{EVENT_URL}/versions/1").json_body["summary"]["en"] == "What suppliers wish for."


def read_version(number: int) -> Any:
    return table.get(keys.version_key(EVENT, number))


def list_numbers() -> list[int]:
    return [each["n"] for each in as_organiser("GET", f"{EVENT_URL}/versions").json_body["versions"]]


def test_a_version_names_its_organiser_for_five_years() -> None:
    """As the audit log does; then it expires, the event stays, and its next change can be undone all the same."""
    assert as_organiser("PUT", EVENT_URL, builders.event_document()).status_code == 201
    put(1, summary={"da": "Nyt", "en": "New"})
    saved_at = clock.now()
    assert read_version(2)["expires_at"] == int((saved_at + lasting.LIFETIME).timestamp())
    clock.start_at(saved_at + lasting.LIFETIME - timedelta(days=1))
    assert list_numbers() == [2, 1]
    clock.start_at(saved_at + lasting.LIFETIME + timedelta(seconds=1))
    assert list_numbers() == []
    assert as_organiser("GET", f"{EVENT_URL}/versions/2").status_code == 404
    assert as_organiser("GET", EVENT_URL).status_code == 200
    assert put(2, summary={"da": "Nyere", "en": "Newer"}).status_code == 200
    assert list_numbers() == [3, 2]
    assert (read_version(2)["by"], "expires_at" in read_version(2)) == ("", False)
    assert as_organiser("POST", f"{EVENT_URL}/versions/2/restoration", If_Match='"3"').status_code == 200


def test_a_version_that_expires_soon_is_there_to_undo_the_next_change() -> None:
    """It is kept anew, without the organiser."""
    publish(builders.event())
    saved_at = clock.now()
    clock.start_at(saved_at + lasting.LIFETIME - timedelta(days=3))
    assert put(1, summary={"da": "Nyt", "en": "New"}).status_code == 200
    clock.start_at(saved_at + lasting.LIFETIME + timedelta(days=3))
    assert list_numbers() == [2, 1]
    assert as_organiser("POST", f"{EVENT_URL}/versions/1/restoration", If_Match='"2"').status_code == 200


def test_what_would_delete_is_asked_first() -> None:
    """409 with each stage, for how many and when; confirmed it is saved; so for a version that is brought back."""
    event = publish(builders.event())
    put(1, **PAST)
    put(2)
    register(event, "Anna")
    refused = put(3, **PAST)
    assert kind(refused) == (409, "would-delete")
    [stage] = refused.json_body["would_delete"]
    assert (stage["stage"], stage["people"]) == ("people", 1)
    back = f"{EVENT_URL}/versions/2/restoration"
    assert kind(as_organiser("POST", back, If_Match='"3"')) == (409, "would-delete")
    assert programme_store.read_current(EVENT).version == 3
    assert as_organiser("POST", f"{back}?confirm=true", If_Match='"3"').status_code == 200
    assert put(4, "?confirm=true", **PAST).status_code == 200


def test_the_form_asks_in_words_and_the_page_offers_to_undo() -> None:
    """A mistyped year: what goes, of how many, on which day; nothing is saved until it is confirmed."""
    event = publish(builders.event())
    register(event, "Anna")
    fields = filled_in() | PAST_BY_FORM
    asked = send(EDIT, fields)
    assert asked.status_code == 409
    text = extract_text(asked.body.decode())
    assert "everything about all participants, for good (people: 1)" in text
    assert programme_store.read_current(EVENT).version == 1
    confirmed = {
        name: unescape(value)
        for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', asked.body.decode())
    }
    assert read_redirect(send(EDIT, confirmed)) == build_expected_redirect(EVENT_URL, "saved")
    page = get_page(EVENT_URL)
    due = clock.now() + timedelta(days=7)
    assert f"{due.day} {due:%B %Y}" in extract_text(page)
    undone = send(f"{EVENT_URL}/versions/1/restoration", {"version": "2"})
    assert read_redirect(undone) == build_expected_redirect(EVENT_URL, "restored")
    assert programme_store.read_current(EVENT).event == event
    assert "What is held about people will be deleted" not in get_page(EVENT_URL)
    assert len(list(store.list_registrations(EVENT))) == 1


def test_the_form_that_brings_a_version_back_asks_too() -> None:
    """What was saved before anyone had registered would delete them now."""
    event = publish(builders.event())
    put(1, **PAST)
    put(2)
    register(event, "Anna")
    asked = send(f"{EVENT_URL}/versions/2/restoration", {"version": "3"})
    assert asked.status_code == 409
    confirmed = send(f"{EVENT_URL}/versions/2/restoration", {"version": "3", "confirm": "true"})
    assert read_redirect(confirmed) == build_expected_redirect(EVENT_URL, "restored")
    assert programme_store.read_current(EVENT).version == 4


def test_the_numbers_name_no_one() -> None:
    """Live and as frozen; fewer than five are left out."""
    event = publish(builders.event())
    for name in ("Anna", "Bo", "Carl", "Dorte", "Eva", "Finn"):
        register(event, name, sector="municipality")
    numbers = as_organiser("GET", f"{EVENT_URL}/numbers").json_body
    assert numbers["frozen"] == []
    live = numbers["live"]
    assert (live["registered"], live["cancelled"], live["by_allotment"]) == (6, None, {"place": 6})
    assert live["by_sector"]["municipality"] == 6
    assert as_organiser("GET", "/organiser/events/no-such/numbers").status_code == 404


def test_a_large_document_whose_every_word_changes_is_saved() -> None:
    """What a version changed is cut short where it is long, as in the log: an item holds 400 KB."""
    publish(builders.event())
    speakers = [[f"{letter} {number:0190d}" for number in range(600)] for letter in "AB"]
    for version, names in enumerate(speakers, start=1):
        session = {"title": {"da": "Oplæg", "en": "Talks"}, "speakers": names}
        assert put(version, sessions=[session]).status_code == 200
