"""Registering several people in one call over HTTP."""

import json
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.aws import table
from chalicelib.programme.model import Event
from chalicelib.registration import store
from testing import builders
from testing.world import check_counters, publish
from tests.web.browser import JSON, PAGE, get, post, post_form

pytestmark = pytest.mark.usefixtures("aws")

EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/events/{EVENT}/registrations"


def open_event(places: int = 9) -> Event:
    rooms = [builders.allotment("room", 1, "room"), builders.allotment("bed", 1, "room")]
    return publish(builders.event(allotments=[builders.allotment("place", places), *rooms]))


def member(name: str, **changes: Any) -> dict[str, Any]:
    """A member as written down in a party: the privacy is accepted beside it."""
    who = builders.person(name, "Hansen")
    del who["privacy_accepted"]
    return who | changes


def party(*names: str, **beside: Any) -> dict[str, Any]:
    return {"privacy_accepted": True, "party": [member(name) for name in names], **beside}


def test_a_party_is_answered_with_no_link_but_the_first_ones() -> None:
    """201 with each in the order posted, by name and status; the first is the answer's registration."""
    open_event()
    answer = post(HERE, party("Anna", "Bo", "Carl"))
    shown, first = answer.json_body["party"], answer.json_body["registration"]
    assert (answer.status_code, first["id"]) == (201, shown[0]["id"])
    assert answer.headers["Location"] == first["links"]["self"]
    assert get(first["links"]["self"]).json_body["registration"] == first
    assert [set(each) for each in shown] == [{"id", "name", "status", "waiting"}] * 3
    assert [each["name"] for each in shown] == ["Anna Hansen", "Bo Hansen", "Carl Hansen"]
    names = {each.id: each.attendee.given_name for each in store.list_registrations(EVENT)}
    assert [names[each["id"]] for each in shown] == ["Anna", "Bo", "Carl"]
    assert [each["status"] for each in shown] == ["confirmed"] * 3
    check_counters(EVENT)


def test_whoever_posts_may_come_along() -> None:
    """With fields of their own beside the party they are the first of it."""
    open_event()
    posted = builders.person("Anna", needs=["room"]) | {"party": [member("Bo", needs=["bed"]), member("Carl")]}
    shown = post(HERE, posted).json_body["party"]
    needs = {each.id: each.needs for each in store.list_registrations(EVENT)}
    assert [needs[each["id"]] for each in shown] == [("place", "room"), ("place", "bed"), ("place",)]
    assert {each.leader_id for each in store.list_registrations(EVENT)} == {shown[0]["id"]}


def test_one_alone_is_answered_without_a_party() -> None:
    """A registration without `party` reads as ever; a party of one is a party."""
    open_event()
    assert set(post(HERE, builders.person("Anna")).json_body) == {"registration"}
    assert len(post(HERE, party("Bo")).json_body["party"]) == 1


def test_they_wait_together_unless_they_accept_fewer() -> None:
    """Two places left: three wait; who accepts fewer is in with two, and one waits behind the three."""
    open_event(3)
    post(HERE, builders.person("First"))
    together = post(HERE, party("Anna", "Bo", "Carl")).json_body["party"]
    assert [each["waiting"] for each in together] == [{"position": 1, "for": ["place"]}] * 3
    fewer = post(HERE, party("Dorte", "Emil", "Finn", accept_fewer=True)).json_body["party"]
    assert [each["status"] for each in fewer] == ["confirmed", "confirmed", "waiting"]
    assert fewer[2]["waiting"] == {"position": 4, "for": ["place"]}
    check_counters(EVENT)


@pytest.mark.parametrize("own", [True, False])
def test_a_form_registers_a_party(own: bool) -> None:
    """`party.0.given_name` and so on; 303 to the page of the first. An empty row of the form is nobody."""
    open_event(2)
    fields = [("privacy_accepted", "on"), ("accept_fewer", "on")]
    fields += [("given_name", "Anna"), ("family_name", "H"), ("email", "anna@example.org")] if own else []
    for place, name in enumerate(("Bo", "Carl", "")):
        here = f"party.{place}."
        fields += [(f"{here}given_name", name), (f"{here}family_name", name and "Hansen")]
        fields += [(f"{here}email", name and f"{name.lower()}@example.org")]
    fields += [("party.1.needs", "room"), ("party.1.travel.title", "MR"), ("party.0.button", "x")]
    answer = post_form(HERE, fields)
    assert answer.status_code == 303
    people = {each.attendee.given_name: each for each in store.list_registrations(EVENT)}
    assert set(people) == {"Bo", "Carl"} | ({"Anna"} if own else set())
    assert people["Carl"].needs == ("place", "room")
    assert people["Carl"].attendee.travel is not None
    assert people["Carl"].status == ("waiting" if own else "confirmed")
    page = get(answer.headers["Location"], **PAGE).body.decode()
    assert ("Anna" if own else "Bo") in page


def test_who_is_registered_already_is_named() -> None:
    """409 with the field, in both languages, and the link goes to the address alone; the rest may register."""
    open_event()
    link = post(HERE, builders.person("Bo", "Hansen")).json_body["registration"]["links"]["self"]
    messages = set()
    for language in ("da", "en"):
        answer = post(HERE, party("Anna", "Bo"), {"Accept-Language": language})
        assert (answer.status_code, answer.json_body["type"].rpartition("/")[2]) == (409, "already-registered")
        [error] = answer.json_body["errors"]
        assert (error["field"], error["code"]) == ("party.1.email", "already-registered")
        assert link.rpartition("/")[2] not in answer.body.decode()
        messages.add(error["message"])
    assert len(messages) == 2
    assert len(list(table.query(EVENT, "LINK#"))) == 1
    assert post(HERE, party("Anna")).status_code == 201
    check_counters(EVENT)


def test_the_same_key_gets_the_same_party() -> None:
    """Repeated it is answered as before, also after closing; with another member it is another request."""
    open_event(3)
    key = JSON | {"Idempotency-Key": builders.request_key("5f0c")}
    body = json.dumps(party("Anna", "Bo", "Carl")).encode()
    first = post(HERE, body, key)
    assert post(HERE, body, key).json_body == first.json_body
    another = post(HERE, json.dumps(party("Anna", "Bo", "Dorte")).encode(), key)
    assert [error["field"] for error in another.json_body["errors"]] == ["party.0.email", "party.1.email"]
    clock.start_at(builders.event().registration.closes_at)
    assert post(HERE, body, key).json_body == first.json_body
    assert post(HERE, json.dumps(party("Emil")).encode(), key).status_code == 409
    assert len(list(store.list_registrations(EVENT))) == 3


def test_the_description_knows_of_parties() -> None:
    """What is posted, and that all of a party are answered where there is one."""
    description = get("/openapi.json").json_body
    post_one = description["paths"]["/events/{event_id}/registrations"]["post"]
    reference = post_one["responses"]["201"]["content"]["application/json"]["schema"]["$ref"]
    answer = description["components"]["schemas"][reference.rpartition("/")[2]]
    assert (answer["required"], set(answer["properties"])) == (["registration"], {"registration", "party"})
    posted = post_one["requestBody"]["content"]["application/json"]["schema"]
    assert {"$ref": "#/components/schemas/NewParty"} in posted["anyOf"]
