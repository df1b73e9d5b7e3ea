"""A broken event over HTTP: left out in public, shown to organisers with what is wrong, and put right there."""

import json
import re
from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib import clock
from chalicelib.auth.sessions import issue_token
from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete
from chalicelib.programme import store
from chalicelib.travel import store as manifests
from testing import builders, registration_links
from testing.world import break_document, publish, register
from tests.web.browser import PAGE, as_organiser, call, get, post, post_form

BROKEN, OTHER = "broken", "other"
HERE = f"/organiser/events/{BROKEN}"


@pytest.fixture
def link(aws: None) -> str:  # noqa: ARG001 - the table must be there
    """Two events, of which the first is broken; the link of a registration for that."""
    publish(builders.event(OTHER))
    registration = register(publish(builders.event(BROKEN)), "Anna")
    break_document(BROKEN)
    return registration_links.build_link(BROKEN, registration.id)


@pytest.mark.usefixtures("link")
def test_in_public_it_is_left_out() -> None:
    """It is neither listed nor found; the others are there as ever."""
    assert [event["id"] for event in get("/events").json_body["events"]] == [OTHER]
    page = get("/", **PAGE)
    assert (page.status_code, OTHER in page.body.decode(), f"/{BROKEN}" in page.body.decode()) == (
        200,
        True,
        False,
    )
    for path in (f"/events/{BROKEN}", f"/events/{BROKEN}/embed", f"/privacy?event={BROKEN}"):
        assert (path, get(path).status_code, get(path, **PAGE).status_code) == (path, 404, 404)
    registering = post(f"/events/{BROKEN}/registrations", builders.person())
    assert (registering.status_code, "errors" in registering.json_body) == (404, False)
    assert get(f"/events/{OTHER}").status_code == 200


def test_a_participant_reads_that_nothing_is_lost(link: str) -> None:
    """Their page is 404 for as long, and says to come back; cancelling needs no event."""
    page = get(link, **PAGE)
    assert (page.status_code, "Intet er gået tabt" in page.body.decode()) == (404, True)
    assert call("DELETE", link).status_code == 204


@pytest.mark.usefixtures("link")
def test_organisers_find_what_is_wrong_in_its_place() -> None:
    """In the list instead of the document; asked for itself it is a problem, with the fields and the version."""
    broken, other = as_organiser("GET", "/organiser/events", Accept_Language="en").json_body["events"]
    [error] = broken.pop("broken")
    assert broken == {"id": BROKEN, "version": 1}
    assert error == {
        "field": "ends_at",
        "code": "invalid",
        "message": "The end must be later than the beginning.",
    }
    assert (other["id"], other["version"]) == (OTHER, 1)
    answer = as_organiser("GET", HERE, Accept_Language="en")
    assert (answer.status_code, answer.headers["ETag"], answer.json_body["errors"]) == (409, '"1"', [error])
    assert answer.json_body["type"].endswith("/problems/event-broken")


@pytest.mark.usefixtures("link")
@pytest.mark.parametrize("path", ["/organiser", HERE, f"{HERE}/edit"])
def test_organisers_pages_show_what_is_wrong(path: str) -> None:
    """Overview, event page and edit page name the field in words, and lead to the form."""
    page = as_organiser("GET", f"{path}?lang=en", **PAGE)
    body = page.body.decode()
    assert (page.status_code, "The end must be later than the beginning." in body) == (200, True)
    assert "Ends (<code>ends_at</code>)" in body
    assert ("<textarea" in body) == (path != "/organiser")
    assert f'{HERE}"' in body or f"{HERE}?" in body or f"{HERE}/edit" in body


@pytest.mark.usefixtures("link")
def test_the_activity_log_can_be_read() -> None:
    """It says who did what, with names of allotments, as these have no titles."""
    event = builders.event(BROKEN)
    break_document(BROKEN, text=event.model_dump_json())
    for path, body in (
        ("allotments/place", {"capacity": 3, "reason": "Mindre sal"}),
        ("holds/Talere", {"units": {"place": 2}}),
    ):
        assert as_organiser("PUT", f"{HERE}/{path}", body).status_code == 200
    registration_id = register(event, "Bo").id
    priority = {"priority": 1, "reason": "Taler"}
    assert as_organiser("PUT", f"{HERE}/registrations/{registration_id}/priority", priority).status_code == 200
    manifests.create(BROKEN, 1, source_revision="", requested_by="organiser@network.example", now=clock.now())
    break_document(BROKEN)
    entries = as_organiser("GET", f"{HERE}/journal", Accept_Language="en").json_body["entries"]
    assert {
        (change["what"], change["before"], change["after"]) for each in entries for change in each["changes"]
    } == {
        ("capacity", "30", "3"),
        ("place", "0", "2"),
    }
    assert {each["name"] for each in entries} == {"Bo Hansen", None}
    page = as_organiser("GET", f"{HERE}/journal?lang=en", **PAGE)
    text = page.body.decode()
    assert (page.status_code, "Mindre sal" in text, "version 1 of the lists" in text) == (200, True, True)
    assert f"{HERE}/registrations/{registration_id}" in text
    assert f"{HERE}/journal" in as_organiser("GET", HERE, **PAGE).body.decode()
    assert as_organiser("GET", "/organiser/events/no-such/journal").status_code == 404


@pytest.mark.usefixtures("link")
def test_other_pages_and_calls_say_that_it_is_broken() -> None:
    """None fails: each says what is wrong, as a page or as a problem."""
    for path in ("registrations", "manifests", "journal", "problems", "catering", "door", "badges"):
        for accept in ({}, PAGE):
            answer = as_organiser("GET", f"{HERE}/{path}", **accept)
            assert (path, answer.status_code) in ((path, 409), (path, 200))
    assert as_organiser("PUT", f"{HERE}/allotments/place", {"capacity": 3}).status_code == 409
    assert as_organiser("POST", f"{HERE}/recount", {}).status_code == 409


def put(document: dict[str, Any], version: str) -> HTTPResponse:
    return as_organiser("PUT", HERE, document, If_Match=version)


@pytest.mark.usefixtures("link")
def test_a_right_document_is_put_in_its_place() -> None:
    """By its version alone; then it is in public again, and the audit log has what it was."""
    right = builders.event_document(BROKEN)
    assert [as_organiser("PUT", HERE, right).status_code, put(right, '"7"').status_code] == [428, 412]
    assert put(right | {"starts_at": "2020-03-29T02:30"}, '"1"').status_code == 422
    answer = put(right, '"1"')
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    [count] = get(f"/events/{BROKEN}").json_body["allotments"]
    assert (count["name"], count["left"]) == ("place", 29)
    [entry] = [each for each in as_organiser("GET", f"{HERE}/journal").json_body["entries"] if each["changes"]]
    assert [change["before"] for change in entry["changes"]] == [
        "søndag den 29. marts 2020 kl. 3.30",
        "søndag den 29. marts 2020 kl. 3.15",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"text": "{"},
        {"text": '{"id": "\\ud800"}'},
        {"text": "[" * 9000},
        {"starts_at": "soon", "sessions": 7, "legs": [[1]]},
        {"starts_at": 1e300, "notes": []},
    ],
)
@pytest.mark.usefixtures("link")
def test_whatever_was_stored_the_audit_log_shows_what_was_changed(change: dict[str, Any]) -> None:
    """It is read by no model, so it stands there as it is."""
    break_document(BROKEN, **change)
    assert as_organiser("GET", "/organiser", **PAGE).status_code == 200
    assert as_organiser("GET", f"{HERE}/edit", **PAGE).status_code == 200
    assert put(builders.event_document(BROKEN), '"1"').status_code == 200
    assert as_organiser("GET", f"{HERE}/journal", **PAGE).status_code == 200


@pytest.mark.usefixtures("link")
def test_the_page_puts_it_right() -> None:
    """The stored text is in the form; a wrong one is shown again as it was typed, a right one is saved."""
    page = as_organiser("GET", f"{HERE}/edit", **PAGE).body.decode()
    assert "&#34;starts_at&#34;: &#34;2020-03-29T02:30:00+01:00&#34;" in page
    for text, reason in (
        ("{", "This could not be read as a JSON object."),
        ("[]", "This could not be read as a JSON object."),
        ("[" * 50_000, "This could not be read as a JSON object."),
        ('{"id": "\\ud800"}', "This could not be read as a JSON object."),
        (json.dumps(builders.event_document(BROKEN, ends_at="soon")), "Write a date and a time."),
        (json.dumps(builders.event_document(OTHER)), "This must be the id in the address."),
    ):
        again = submit(text, "1")
        assert (again.status_code, reason in again.body.decode()) == (422, True)
        assert text[:20].replace('"', "&#34;") in again.body.decode()
    right = json.dumps(builders.event_document(BROKEN))
    assert submit(right, "2").status_code == 412
    assert submit(right, "1").status_code == 303
    assert store.read_current(BROKEN) == store.StoredEvent(builders.event(BROKEN), 2)
    assert submit(right, "1").status_code == 412


def submit(text: str, version: str) -> HTTPResponse:
    return submit_form(f"{HERE}/edit", {"document": text, "version": version})


def submit_form(path: str, fields: dict[str, str]) -> HTTPResponse:
    bearer = f"Bearer {issue_token('organiser@network.example', clock.now())}"
    return post_form(f"{path}?lang=en", fields, Authorization=bearer, **PAGE)


@pytest.mark.usefixtures("link")
def test_the_page_goes_back_to_a_version_that_can_be_read() -> None:
    """Each stands there with a button: also the current one, as it was saved before a hand broke it."""
    page = as_organiser("GET", f"{HERE}?lang=en", **PAGE).body.decode()
    [action] = re.findall(r'action="([^"]+/versions/\d+/restoration)', page)
    assert action.endswith(f"{HERE}/versions/1/restoration")
    restored = submit_form(f"{HERE}/versions/1/restoration", {"version": "1"})
    assert restored.status_code == 303
    assert store.read_current(BROKEN) == store.StoredEvent(builders.event(BROKEN), 2)


@pytest.mark.usefixtures("link")
def test_a_version_that_cannot_be_read_is_kept_and_not_brought_back() -> None:
    """It can be looked at, its restoration is refused with what is wrong, and the page does not offer it."""
    table.transact(Delete(keys.version_key(BROKEN, 1)))
    assert put(builders.event_document(BROKEN), '"1"').status_code == 200
    assert as_organiser("GET", f"{HERE}/versions/1").json_body["starts_at"] == "2020-03-29T02:30:00+01:00"
    restoration = as_organiser("POST", f"{HERE}/versions/1/restoration", If_Match='"2"')
    assert (restoration.status_code, restoration.json_body["errors"][0]["field"]) == (422, "ends_at")
    break_document(BROKEN, "{")
    page = as_organiser("GET", f"{HERE}?lang=en", **PAGE).body.decode()
    assert re.findall(r"/versions/(\d+)/restoration", page) == ["2"]


@pytest.mark.usefixtures("link")
def test_what_was_not_even_json_is_kept_as_a_version() -> None:
    """Put right, the broken text is among the versions, as an empty document."""
    table.transact(Delete(keys.version_key(BROKEN, 1)))
    break_document(BROKEN, "{")
    assert put(builders.event_document(BROKEN), '"1"').status_code == 200
    assert as_organiser("GET", f"{HERE}/versions/1").json_body == {}


@pytest.mark.usefixtures("link")
def test_putting_it_right_asks_before_people_are_deleted() -> None:
    """A date by which personal data would soon go is a question here as well, by call and by page."""
    gone = builders.event_document(
        BROKEN,
        starts_at="2019-05-05T15:00",
        ends_at="2019-05-05T18:00",
        registration={"opens_at": "2019-01-01T08:00", "closes_at": "2019-05-04T12:00"},
    )
    refused = put(gone, '"1"')
    assert (refused.status_code, refused.json_body["type"].rpartition("/")[2]) == (409, "would-delete")
    assert submit(json.dumps(gone), "1").status_code == 409
    assert store.read_document(BROKEN).version == 1
    confirmed = {"document": json.dumps(gone), "version": "1", "confirm": "true"}
    assert submit_form(f"{HERE}/edit", confirmed).status_code == 303
    assert store.read_current(BROKEN).version == 2
