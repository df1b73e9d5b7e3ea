"""Registering over HTTP: every answer in the contract's row."""

import base64
import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.aws import table
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import MailBounced
from chalicelib.registration import flows, moving_up, sealing, store
from chalicelib.registration.notes import build_note
from testing import builders
from testing.registration_links import participant
from testing.world import check_counters, publish
from tests.web.browser import JSON, PAGE, as_organiser, call, get, post, post_form

pytestmark = pytest.mark.usefixtures("aws")

EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/events/{EVENT}/registrations"


def register(**changes: Any) -> dict[str, Any]:
    answer = post(HERE, builders.person(**changes))
    assert answer.status_code == 201, answer.body
    registration: dict[str, Any] = answer.json_body["registration"]
    return registration


def test_json_is_answered_with_the_registration() -> None:
    """201 with the registration and its Location."""
    publish(builders.event())
    answer = post(HERE, builders.person())
    registration = answer.json_body["registration"]
    link = registration["links"]["self"]
    assert answer.status_code == 201
    assert answer.headers["Location"] == link
    assert registration == {
        "id": registration["id"],
        "event_id": EVENT,
        "status": "confirmed",
        "needs": ["place"],
        "waiting": None,
        "offer": None,
        "registered_at": registration["registered_at"],
        "links": {"self": link, "calendar": f"{link}/calendar.ics"},
    }
    assert registration["registered_at"].startswith("2019-11-01T08:00")
    assert get(link).json_body == {"registration": registration}


def test_who_waits_hears_position_and_for_what() -> None:
    """A full event answers 201 all the same, with the position in the line."""
    publish(builders.event(allotments=[builders.allotment("place", 1)]))
    register()
    waiting = [register(given_name=name)["waiting"] for name in ("Bo", "Carl")]
    assert waiting == [{"position": 1, "for": ["place"]}, {"position": 2, "for": ["place"]}]


def test_a_form_is_answered_with_the_participants_page() -> None:
    """A form posted from another site gets 303 to the page that says how it went."""
    publish(builders.event(allotments=[builders.allotment(n, 3) for n in ("place", "bus", "room")]))
    fields = [
        ("given_name", "Søren"),
        ("family_name", "Ågård-Özil"),
        ("email", "soeren@example.org"),
        ("needs", "bus"),
        ("needs", "room"),
        ("travel.title", "MR"),
        ("dietary.meals", "vegan"),
        ("dietary.consent", "on"),
        ("privacy_accepted", "1"),
        ("submit", "Send"),
    ]
    answer = post_form(HERE, fields, Origin="https://another.example")
    assert answer.status_code == 303
    page = get(answer.headers["Location"], **PAGE)
    assert (page.status_code, "Du er tilmeldt" in page.body.decode()) == (200, True)
    [registered] = store.list_registrations(EVENT)
    assert registered.needs == ("place", "bus", "room")
    assert sealing.unseal(registered).attendee == builders.attendee(
        email="soeren@example.org", travel={"title": "MR"}, dietary={"meals": ["vegan"], "consent": True}
    )


def test_the_same_idempotency_key_gets_the_same_answer() -> None:
    """As header or as a form's field, the repeated request answers as the first did."""
    publish(builders.event())
    key = JSON | {"Idempotency-Key": builders.request_key("5f0c")}
    body = json.dumps(builders.person()).encode()
    answers = [post(HERE, body, key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json_body == answers[1].json_body
    fields = {"given_name": "Bo", "family_name": "Hansen", "email": "bo@example.org", "privacy_accepted": "on"}
    locations = [
        post_form(HERE, {**fields, "idempotency_key": builders.request_key("8a1")}).headers["Location"]
        for _ in range(2)
    ]
    assert locations[0] == locations[1]
    assert store.read_places(EVENT).taken == {"place": 2}


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": builders.request_key("another")}])
def test_already_registered_says_so_and_tells_no_link(headers: dict[str, str]) -> None:
    """409, and the link goes to the address, not to the caller."""
    publish(builders.event())
    link = register()["links"]["self"]
    answer = post(HERE, json.dumps(builders.person()).encode(), JSON | headers)
    assert (answer.status_code, answer.json_body["type"]) == (
        409,
        "https://tilmelding.example/problems/already-registered",
    )
    assert link.rpartition("/")[2] not in answer.body.decode()
    assert len(list(table.query(EVENT, "LINK#"))) == 1


def test_closed_is_409() -> None:
    """Before it opens and after it closes, registration is refused."""
    publish(builders.event(registration={"opens_at": "2019-12-01T08:00", "closes_at": "2020-01-01T08:00"}))
    answer = post(HERE, builders.person())
    assert (answer.status_code, answer.json_body["type"].rpartition("/")[2]) == (409, "registration-closed")


BAD_FIELDS = [
    ({"email": "no-address"}, "email", "not_an_address"),
    ({"email": "jørgen@example.org"}, "email", "not_an_address"),
    ({"email": None}, "email", "wrong_type"),
    ({"given_name": "  "}, "given_name", "required"),
    ({"given_name": "x" * 301}, "given_name", "too_long"),
    ({"given_name": "A\r\nBcc: x@example.org"}, "given_name", "control_characters"),
    ({"family_name": "A\u0000"}, "family_name", "control_characters"),
    ({"phone": "12345678"}, "phone", "not_a_phone_number"),
    ({"privacy_accepted": False}, "privacy_accepted", "privacy_not_accepted"),
    ({"sector": "moon"}, "sector", "not_a_choice"),
    ({"language": "sv"}, "language", "not_a_choice"),
    ({"needs": ["yacht"]}, "needs.0", "unknown_need"),
    ({"needs": "place"}, "needs", "wrong_type"),
    ({"needs": ["room", "bed"]}, "needs", "choose_one"),
    ({"dietary": {"allergens": ["nuts"]}}, "dietary.consent", "consent_needed"),
    ({"dietary": {"allergens": ["moon"], "consent": True}}, "dietary.allergens.0", "not_a_choice"),
    ({"travel": {"name_on_id": {"given": "A"}}}, "travel.name_on_id.family", "required"),
    ({"travel": 7}, "travel", "wrong_type"),
    ({"nickname": "Bo"}, "nickname", "unknown_field"),
]


@pytest.mark.parametrize(("changes", "field", "code"), BAD_FIELDS)
def test_bad_fields_are_named(changes: dict[str, Any], field: str, code: str) -> None:
    """422 names the field, a code, and a message in the language asked for; nothing is written."""
    room_or_bed = [builders.allotment("room", 1, "room"), builders.allotment("bed", 1, "room")]
    publish(builders.event(allotments=[builders.allotment("place", 1), *room_or_bed]))
    messages = []
    for language in ("da", "en"):
        answer = post(HERE, builders.person() | changes, {"Accept-Language": language})
        [error] = answer.json_body["errors"]
        assert (answer.status_code, error["field"], error["code"]) == (422, field, code)
        messages.append(error["message"])
    assert messages[0] != messages[1]
    assert list(store.list_registrations(EVENT)) == []


def test_every_bad_field_is_named_at_once() -> None:
    """All that is wrong is said in one answer."""
    publish(builders.event())
    answer = post(HERE, {})
    assert sorted(error["field"] for error in answer.json_body["errors"]) == [
        "email",
        "given_name",
        "privacy_accepted",
    ]
    assert {error["message"] for error in answer.json_body["errors"]} == {"Udfyld dette felt."}


BAD_BODIES = [
    (b"{", JSON, 400, "not-json"),
    (b"[]", JSON, 400, "not-json"),
    (b"", JSON, 400, "not-json"),
    (b'{"email": "a@example.org", "email": "b@example.org"}', JSON, 400, "not-json"),
    (b"\xff\xfe", JSON, 400, "not-json"),
    (b"[" * 8000, JSON, 400, "not-json"),
    (b'{"a": ' + b"9" * 5000 + b"}", JSON, 400, "not-json"),
    (b'{"given_name": "\\ud800"}', JSON | PAGE, 400, "not-json"),
    (b"email=%ff", {"Content-Type": "application/x-www-form-urlencoded"}, 400, "not-a-form"),
    (b"a=1&" * 300, {"Content-Type": "application/x-www-form-urlencoded"}, 400, "not-a-form"),
    (b"x" * 16385, JSON, 413, "too-large"),
    (b"hello", {"Content-Type": "text/plain"}, 415, "unsupported-media-type"),
    (b"--x", {"Content-Type": "multipart/form-data; boundary=x"}, 415, "unsupported-media-type"),
]


@pytest.mark.parametrize(("body", "headers", "status", "problem"), BAD_BODIES)
def test_bad_bodies_are_refused(body: bytes, headers: dict[str, str], status: int, problem: str) -> None:
    """What cannot be read gets its own problem, in Danish and in English."""
    publish(builders.event())
    titles = set()
    for language in ("da", "en"):
        answer = post(HERE, body, headers | {"Accept-Language": language, "Accept": "application/json"})
        assert (answer.status_code, answer.json_body["status"]) == (status, status)
        assert answer.json_body["type"] == f"https://tilmelding.example/problems/{problem}"
        assert answer.headers["Content-Type"] == "application/problem+json"
        titles.add(answer.json_body["title"])
    assert len(titles) == 2


def test_an_unknown_event_is_404() -> None:
    """No such event, in both languages."""
    answers = [
        post("/events/moon/registrations", builders.person(), {"Accept-Language": each}) for each in ("da", "en")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json_body["title"] != answers[1].json_body["title"]


def test_too_busy_is_503_and_says_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """When others keep writing the same items through all attempts: 503 with Retry-After, nothing written."""
    publish(builders.event())
    conflicts = _conflicting(monkeypatch, for_ever=True)
    answer = post(HERE, builders.person())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert len(conflicts) == table.MAX_ATTEMPTS
    monkeypatch.undo()


def test_a_conflict_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction that met another one is repeated and then holds."""
    publish(builders.event())
    conflicts = _conflicting(monkeypatch, for_ever=False)
    assert post(HERE, builders.person()).status_code == 201
    assert len(conflicts) == 1
    check_counters(EVENT)


def _conflicting(monkeypatch: pytest.MonkeyPatch, *, for_ever: bool) -> list[None]:
    """Let transactions be cancelled by a conflict, as DynamoDB cancels them: always, or the first time."""
    from botocore.exceptions import ClientError

    client, met = table.client(), list[None]()
    real = client.transact_write_items

    def conflicted(**request: Any) -> Any:
        if not for_ever and met:
            return real(**request)
        met.append(None)
        reasons = [{"Code": "TransactionConflict"}, {"Code": "None"}]
        error: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
        raise ClientError(error, "TransactWriteItems")

    monkeypatch.setattr(client, "transact_write_items", conflicted)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    return met


def test_a_repeated_request_is_answered_after_closing_too() -> None:
    """What was taken in time stays answered; a new request is refused."""
    publish(builders.event())
    key = JSON | {"Idempotency-Key": builders.request_key("5f0c")}
    body = json.dumps(builders.person()).encode()
    first = post(HERE, body, key)
    clock.start_at(builders.event().registration.closes_at)
    assert post(HERE, body, key).json_body == first.json_body
    assert post(HERE, body, key | {"Idempotency-Key": builders.request_key("another")}).status_code == 409


def test_the_key_may_stand_in_header_and_body() -> None:
    """The header counts; the field is no unknown one."""
    publish(builders.event())
    header = {"Idempotency-Key": builders.request_key("header")}
    for in_body in (builders.request_key("body"), "too-short", None):
        assert post(HERE, builders.person(idempotency_key=in_body), header).status_code == 201
    too_long = post(HERE, builders.person(idempotency_key="a" * 300))
    assert [error["field"] for error in too_long.json_body["errors"]] == ["idempotency_key"]


KEY_ERRORS = [(1, "too_short"), (15, "too_short"), (16, ""), (255, ""), (256, "too_long")]


@pytest.mark.parametrize(("length", "code"), KEY_ERRORS)
def test_a_key_has_16_to_255_characters(length: int, code: str) -> None:
    """In the header and in the body, of one person, a party and a form, also after closing; nothing is written."""
    publish(builders.event())
    key, one = "é" * length, builders.person("Bo", "Hansen")
    header = {"Idempotency-Key": "k" * length}
    form = {"given_name": "Bo", "family_name": "Hansen", "email": "bo@example.org", "privacy_accepted": "on"}
    party = {"party": [builders.person("Carl"), builders.person("Dora")]}
    sent: list[Callable[[], Any]] = [
        lambda: post(HERE, one, header),
        lambda: post(HERE, {**one, "idempotency_key": key}),
        lambda: post(HERE, {**party, "idempotency_key": key}),
        lambda: post_form(HERE, {**form, "idempotency_key": key}),
    ]
    if code:
        for _ in range(2):
            errors = [send().json_body["errors"] for send in sent]
            assert [(each["field"], each["code"]) for found in errors for each in found] == [
                ("idempotency_key", code)
            ] * len(sent)
            clock.start_at(builders.event().registration.closes_at)
        assert list(store.list_registrations(EVENT)) == []
    else:
        assert sent[0]().status_code == 201


@pytest.mark.parametrize("nothing", ["", None])
def test_without_a_key_a_request_counts_by_itself(nothing: str | None) -> None:
    """An empty one is none, and the same again is another request."""
    publish(builders.event())
    body = builders.person(idempotency_key=nothing)
    assert [post(HERE, body, {"Idempotency-Key": ""}).status_code for _ in range(2)] == [201, 409]


def test_the_forms_own_key_is_random_and_long_enough() -> None:
    """128 bits, another for each page that is shown."""
    publish(builders.event())
    pages = [get(f"/events/{EVENT}", Accept="text/html").body.decode() for _ in range(2)]
    keys = [re.findall(r'name="idempotency_key" value="([\w-]+)"', page) for page in pages]
    assert [len(base64.urlsafe_b64decode(key + "==")) for found in keys for key in found] == [16, 16]
    assert keys[0] != keys[1]


def test_ids_that_no_key_could_hold_are_not_found() -> None:
    """Over-long ids in an address are no event and no registration."""
    long = "x" * 3000
    assert get(f"/events/{long}").status_code == 404
    assert post(f"/events/{long}/registrations", builders.person()).status_code == 404
    assert as_organiser("GET", f"/organiser/events/{EVENT}/registrations/{long}").status_code == 404


def test_a_note_may_have_lines() -> None:
    """Browsers send line breaks as CR LF."""
    publish(builders.event())
    note = [("dietary.note", "a\r\nb"), ("dietary.consent", "on")]
    fields = [(k, str(v)) for k, v in builders.person().items() if k != "privacy_accepted"]
    assert post_form(HERE, [*fields, ("privacy_accepted", "on"), *note]).status_code == 303
    [registered] = map(sealing.unseal, store.list_registrations(EVENT))
    assert registered.attendee.dietary is not None
    assert registered.attendee.dietary.note == "a\nb"


def test_a_browser_gets_the_form_back_with_what_was_wrong() -> None:
    """With a page asked for, the form comes back with its errors and what was filled in."""
    publish(builders.event())
    answer = post_form(HERE, {"given_name": "Søren", "family_name": "evil.dk", "email": "x"}, **PAGE)
    page = answer.body.decode()
    assert answer.status_code == 422
    assert 'value="Søren"' in page
    assert 'href="#family_name"' in page
    assert 'id="email-error"' in page


def test_cancelling_gives_the_place_back() -> None:
    """Cancelled by the link; again, it stays cancelled."""
    publish(builders.event())
    link = register()["links"]["self"]
    answers = [post(f"{link}/cancellation") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert {answer.json_body["registration"]["status"] for answer in answers} == {"cancelled"}
    assert post_form(f"{link}/cancellation", {}).headers["Location"] == link
    assert register()["status"] == "confirmed"
    check_counters(EVENT)


@pytest.mark.parametrize("token", ["x", "WyJhIiwiYiJd.forged", "%2e%2e", "a" * 300])
def test_a_forged_link_is_404(token: str) -> None:
    """Whatever was not signed by us leads nowhere."""
    for answer in (get(f"/registrations/{token}"), post(f"/registrations/{token}/cancellation")):
        assert (answer.status_code, answer.json_body["type"].rpartition("/")[2]) == (404, "link-not-valid")


def test_the_calendar_file_follows_the_registration() -> None:
    """A confirmed registration has a calendar file at its link; one that waits has none."""
    publish(builders.event(allotments=[builders.allotment("place", 1)]))
    confirmed, waiting = register(), register(given_name="Bo")
    answer = get(confirmed["links"]["calendar"])
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"DTSTART:20200505T130000Z" in answer.body
    assert get(waiting["links"]["calendar"]).status_code == 404


def test_a_method_that_an_address_does_not_take_is_405() -> None:
    """Chalice's own refusal is a problem document as well."""
    answer = call("DELETE", "/health")
    assert (answer.status_code, answer.json_body["type"].rpartition("/")[2]) == (405, "method-not-allowed")


def test_an_organiser_sees_the_line() -> None:
    """The list shows who waits, at which position."""
    publish(builders.event(allotments=[builders.allotment("place", 1)]))
    for name in ("Anna", "Bo", "Carl"):
        register(given_name=name)
    answer = as_organiser("GET", f"/organiser/events/{EVENT}/registrations?status=waiting")
    found = {each["given_name"]: each["waiting"]["position"] for each in answer.json_body["registrations"]}
    assert found == {"Bo": 1, "Carl": 2}
    assert clock.now().year == 2019


def test_a_form_that_comes_back_keeps_its_language() -> None:
    """Filled in in English by a Danish browser, it comes back in English."""
    publish(builders.event())
    page = post_form(HERE, {"language": "en", "email": "x"}, **PAGE, Accept_Language="da").body.decode()
    assert '<html lang="en">' in page
    assert "<title>Error:" in page


def test_the_page_says_that_the_offer_ended_also_when_its_mail_came_back() -> None:
    """What is noted afterwards does not change what became of the registration."""
    event = publish(builders.event(allotments=[builders.allotment("place", 1)], waitlist={"mode": "offer"}))
    anna, bo = register(), register(given_name="Bo")
    flows.cancel(participant(EVENT, anna["id"]), clock.now())
    moving_up.settle(event.id, clock.now())
    clock.advance(timedelta(days=2))
    flows.expire(EVENT, bo["id"], clock.now())
    about = {"event_id": EVENT, "registration_id": bo["id"], "revision": 0, "at": format_timestamp(clock.now())}
    table.write(build_note(MailBounced(**about, mail=f"{bo['id']}.0003.expired", reason="General")))
    page = get(bo["links"]["self"], **PAGE).body.decode()
    assert "Tilbuddet om en plads udløb, før du havde svaret" in page


@pytest.mark.parametrize("left", [{}, {"family_name": ""}])
def test_a_person_with_a_single_name_registers(left: dict[str, str]) -> None:
    """By JSON and by form; a form may take the family name back."""
    publish(builders.event())
    fields = {"given_name": "Sukarno", "email": "s@example.org", "language": "da"}
    link = post(HERE, fields | left | {"privacy_accepted": True}).json_body["registration"]["links"]["self"]
    by_form = fields | left | {"email": "t@example.org", "privacy_accepted": "on"}
    assert post_form(HERE, by_form).status_code == 303
    assert [each.attendee.name for each in store.list_registrations(EVENT)] == ["Sukarno", "Sukarno"]
    for family_name, name in (("Hansen", "Sukarno Hansen"), ("", "Sukarno")):
        assert call("PATCH", link, {"family_name": family_name}).status_code == 200
        assert name in {each.attendee.name for each in store.list_registrations(EVENT)}


def test_a_phone_extension_is_kept_and_shown() -> None:
    """To organisers as people write it."""
    publish(builders.event())
    contact: dict[str, Any] = {"travel": {"emergency_contact": {"name": "Bo", "phone": "33123457 lok. 3"}}}
    post(HERE, builders.person("Anna", phone="33123456 x12", **contact))
    [registered] = store.list_registrations(EVENT)
    assert registered.attendee.phone == "+4533123456;ext=12"
    page = as_organiser("GET", f"/organiser/events/{EVENT}/registrations/{registered.id}", **PAGE).body.decode()
    assert ["+45 33 12 34 56 ext. 12" in page, "Bo, +45 33 12 34 57 ext. 3" in page] == [True, True]


def test_the_form_says_who_leaves_the_family_name_out() -> None:
    """Beside its label, also where something is wrong with it."""
    publish(builders.event())
    page = get(f"/events/{EVENT}", **PAGE).body.decode()
    assert '<label for="family_name">Efternavn</label>' in page
    assert (
        'name="family_name" type="text" value="" autocomplete="family-name" aria-describedby="family_name-hint">'
        in (page)
    )
    rejected = post_form(HERE, {"family_name": "evil.dk"}, **PAGE).body.decode()
    assert 'aria-invalid="true" aria-describedby="family_name-hint family_name-error">' in rejected
