"""The organiser's hand on registrations over HTTP: promotion, priority, cancellation, each with a reason."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.registration import flows, moving_up, offer_responses, store
from chalicelib.registration.access import Access
from chalicelib.registration.model import Registration
from testing.registration_links import participant
from testing.world import (
    cancel_and_settle,
    check_counters,
    publish_with_places,
    read_statuses,
    register,
    register_party,
)
from tests.web.browser import as_organiser

pytestmark = pytest.mark.usefixtures("aws")

EVENT = "leverandoerernes-oenskeseddel"
WHY = {"reason": "Holder oplæg"}


def act(what: str, who: Registration, body: Any = b"", method: str = "POST") -> Any:
    return as_organiser(method, f"/organiser/events/{EVENT}/registrations/{who.id}/{what}", body)


def texts(who: Registration, language: str = "en") -> list[str]:
    """Somebody's history in words."""
    path = f"/organiser/events/{EVENT}/registrations/{who.id}"
    shown = as_organiser("GET", path, Accept_Language=language).json_body["registration"]["history"]
    return [each["text"] for each in shown]


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json_body["type"].rpartition("/")[2]


def test_a_promotion_says_who_did_it_and_why() -> None:
    """Beyond capacity only with `confirm`; both histories tell it, in either language."""
    event = publish_with_places(1)
    _, anna, bo = (register(event, name) for name in ("First", "Anna", "Bo"))
    assert problem(act("promotion", bo, WHY)) == (409, "not-free")
    answer = act("promotion", bo, WHY | {"confirm": True})
    assert (answer.status_code, answer.json_body["registration"]["status"]) == (200, "confirmed")
    assert texts(bo)[1] == "Promoted out of turn by organiser@network.example, because: Holder oplæg"
    assert texts(bo, "da")[1] == "Rykket op uden for tur af organiser@network.example, fordi: Holder oplæg"
    assert texts(anna)[1] == "Skipped: an organiser let somebody else go first."
    assert texts(anna, "da")[1] == "Sprunget over: en arrangør lod en anden komme først."
    check_counters(EVENT, overbooked=True)


def test_a_promotion_out_of_a_hold() -> None:
    """The hold is named; one that has too little is refused, and nothing is given."""
    event = publish_with_places(2)
    as_organiser("PUT", f"/organiser/events/{EVENT}/holds/speakers", {"units": {"place": 1}})
    register(event, "First")
    people = register_party(event, "Anna", "Bo")
    carl = register(event, "Carl")
    assert problem(act("promotion", people[0], WHY | {"hold": "speakers"})) == (409, "not-held")
    assert act("promotion", carl, WHY | {"hold": "speakers"}).json_body["registration"]["status"] == "confirmed"
    assert read_statuses(*people, carl) == ["waiting", "waiting", "confirmed"]
    assert store.read_places(EVENT).holds == {"speakers": {"place": 0}}


def test_a_priority_moves_somebody_in_the_line() -> None:
    """The answer has the new place; the history says it in either language."""
    event = publish_with_places(0)
    anna, bo = register(event, "Anna"), register(event, "Bo")
    answer = act("priority", bo, WHY | {"priority": 1}, "PUT")
    assert answer.json_body["registration"]["waiting"] == {"position": 1, "for": ["place"]}
    assert flows.load_standing(flows.load_registration(Access(EVENT, anna.id))).position == 2
    assert texts(bo)[1] == "Given priority 1 in the line by organiser@network.example, because: Holder oplæg"
    assert texts(bo, "da")[1] == "Fik prioritet 1 i køen af organiser@network.example, fordi: Holder oplæg"
    cancel_and_settle(event, anna)
    assert problem(act("priority", anna, WHY | {"priority": 1}, "PUT")) == (409, "not-waiting")


def test_a_cancellation_may_say_why() -> None:
    """With a reason or without; the next one gets in, and cancelling again changes nothing."""
    event = publish_with_places(2)
    anna, bo, carl = (register(event, name) for name in ("Anna", "Bo", "Carl"))
    assert act("cancellation", anna, {"reason": "  Syg  "}).json_body["registration"]["status"] == "cancelled"
    assert act("cancellation", anna, {"reason": "Rask"}).json_body["registration"]["status"] == "cancelled"
    assert texts(anna)[1:] == ["Cancelled by organiser@network.example, because: Syg"]
    assert texts(anna, "da")[1:] == ["Afmeldt af organiser@network.example, fordi: Syg"]
    act("cancellation", bo)
    assert texts(bo)[1:] == ["Cancelled by organiser@network.example."]
    moving_up.settle(event.id, clock.now())
    assert read_statuses(anna, bo, carl) == ["cancelled", "cancelled", "confirmed"]


def test_a_reason_may_have_any_signs() -> None:
    """Per cent signs and braces are nobody's placeholders."""
    event = publish_with_places(1)
    anna = register(event, "Anna")
    act("cancellation", anna, {"reason": "100 % sikker: %(needs)s {x}"})
    assert texts(anna)[1].endswith("because: 100 % sikker: %(needs)s {x}")


BAD = [
    ("promotion", "POST", {}, "reason"),
    ("promotion", "POST", {"reason": " "}, "reason"),
    ("promotion", "POST", {"reason": "x" * 501}, "reason"),
    ("promotion", "POST", WHY | {"hold": "x" * 61}, "hold"),
    ("promotion", "POST", WHY | {"by": "me"}, "by"),
    ("priority", "PUT", {"priority": 1}, "reason"),
    ("priority", "PUT", WHY, "priority"),
    ("priority", "PUT", WHY | {"priority": 0}, "priority"),
    ("priority", "PUT", WHY | {"priority": 10}, "priority"),
    ("cancellation", "POST", {"reason": ""}, "reason"),
    ("cancellation", "POST", {"why": "x"}, "why"),
]


@pytest.mark.parametrize(("what", "method", "body", "field"), BAD)
def test_bad_fields_are_named(what: str, method: str, body: dict[str, Any], field: str) -> None:
    """422, and nothing is done."""
    event = publish_with_places(0)
    anna = register(event, "Anna")
    answer = act(what, anna, body, method)
    assert (answer.status_code, [each["field"] for each in answer.json_body["errors"]]) == (422, [field])
    assert flows.load_registration(Access(EVENT, anna.id)).revision == 1


@pytest.mark.parametrize(
    ("what", "method"), [("promotion", "POST"), ("priority", "PUT"), ("cancellation", "POST")]
)
def test_nobody_is_not_found(what: str, method: str) -> None:
    """Neither at this event nor at one that is not there."""
    publish_with_places(0)
    body = WHY | ({"priority": 1} if what == "priority" else {})
    for event_id in (EVENT, "moon"):
        path = f"/organiser/events/{event_id}/registrations/nobody/{what}"
        assert as_organiser(method, path, body).status_code == 404


def test_whoever_is_cancelled_is_not_promoted() -> None:
    """They register again; whoever is confirmed stays so."""
    event = publish_with_places(1)
    anna = register(event, "Anna")
    assert act("promotion", anna, WHY).json_body["registration"]["status"] == "confirmed"
    act("cancellation", anna)
    assert problem(act("promotion", anna, WHY)) == (409, "not-waiting")
    assert len(texts(anna)) == 2


def test_an_offer_is_taken_for_somebody() -> None:
    """Who did it, and why, stands in the history; whoever kept their place before was not skipped for it."""
    event = publish_with_places(1, mode="offer")
    first, anna, bo = (register(event, name) for name in ("First", "Anna", "Bo"))
    cancel_and_settle(event, first)
    offer_responses.keep_place(participant(EVENT, anna.id), clock.now())
    moving_up.settle(event.id, clock.now())
    act("promotion", bo, WHY)
    assert texts(bo)[2] == "Confirmed by organiser@network.example while the offer stood, because: Holder oplæg"
    assert read_statuses(anna, bo) == ["waiting", "confirmed"]
    assert texts(anna)[-1] == "Passed the offer on and kept the place in the line."


def test_the_list_says_who_came_together() -> None:
    """A party's members have its id; who came alone has none."""
    event = publish_with_places(9)
    people, alone = register_party(event, "Anna", "Bo"), register(event, "Carl")
    listed = as_organiser("GET", f"/organiser/events/{EVENT}/registrations").json_body["registrations"]
    parties = {each["id"]: each["party"] for each in listed}
    assert parties == {alone.id: None, **{who.id: people[0].id for who in people}}
