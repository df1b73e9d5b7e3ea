"""Changes over HTTP that are refused: nothing of them is made."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.programme.model import Event
from chalicelib.registration import flows, moving_up
from chalicelib.registration.access import Access
from tests.web.browser import get, post
from tests.web.participant.test_changes import EVENT, changed, overnight, patch, register, stored

pytestmark = pytest.mark.usefixtures("aws")


BAD = [
    ({"email": "another@example.org"}, "email", "not_changeable"),
    ({"email": None}, "email", "required"),
    ({"given_name": None}, "given_name", "required"),
    ({"phone": "1"}, "phone", "not_a_phone_number"),
    ({"travel": {"title": "X"}}, "travel.title", "not_a_choice"),
    ({"travel": {"emergency_contact": {"name": "Bo"}}}, "travel.emergency_contact.phone", "required"),
    ({"dietary": {"allergens": ["nuts"]}}, "dietary.consent", "consent_needed"),
    ({"needs": ["yacht"]}, "needs.0", "unknown_need"),
    ({"needs": ["bed", "single"]}, "needs", "choose_one"),
    ({"needs": "bed"}, "needs", "wrong_type"),
    ({"wait_for": ["bus", "yacht"]}, "wait_for.1", "unknown_need"),
    ({"wait_for": ["bed", "single"]}, "wait_for", "choose_one"),
    ({"wait_for": ["place"]}, "wait_for", "has_it"),
    ({"status": "confirmed"}, "status", "unknown_field"),
    ({"privacy_accepted": True}, "privacy_accepted", "unknown_field"),
]


@pytest.mark.parametrize(("body", "field", "code"), BAD)
def test_bad_fields_are_named(body: dict[str, Any], field: str, code: str) -> None:
    """422 with the field, its code and a message in either language; nothing is changed, also not the rest."""
    overnight()
    link, messages = register(), set()
    before = stored()
    for language in ("da", "en"):
        answer = patch(link, {"organisation": "Askov"} | body, Accept_Language=language)
        [error] = answer.json_body["errors"]
        assert (answer.status_code, error["field"], error["code"]) == (422, field, code)
        messages.add(error["message"])
    assert len(messages) == 2
    assert stored() == before


def refusal(link: str, body: dict[str, Any]) -> str:
    """The problem of a change that is refused, said in either language."""
    answers = [patch(link, body, Accept_Language=language) for language in ("da", "en")]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0].json_body["detail"] != answers[1].json_body["detail"]
    problem: str = answers[0].json_body["type"].rpartition("/")[2]
    return problem


def give_back(event: Event, link: str) -> None:
    post(f"{link}/cancellation")
    moving_up.settle(event.id, clock.now())


def test_what_is_not_free_is_refused_and_named() -> None:
    """Nothing of the change is made, and what is short is said."""
    overnight(single=0)
    link = register()
    assert refusal(link, {"given_name": "Anne", "needs": ["single", "bus"]}) == "not-free"
    assert "single" in patch(link, {"needs": ["single", "bus"]}).json_body["detail"]
    assert (stored().attendee.given_name, stored().needs) == ("Anna", ("place",))


def test_whoever_waits_for_all_has_no_wishes() -> None:
    """They change what they need instead, and stand where they stood."""
    overnight(place=0)
    link = register(needs=["bus"])
    behind = register("Bo")
    assert refusal(link, {"wait_for": ["single"]}) == "waits-already"
    assert changed(link, needs=[])["waiting"] == {"position": 1, "for": ["place"]}
    assert get(behind).json_body["registration"]["waiting"]["position"] == 2


def test_an_offer_is_answered_first() -> None:
    """Needs and wishes wait; details do not."""
    event = overnight("offer", place=1)
    first, link = register("First"), register(needs=["bus"])
    give_back(event, first)
    assert refusal(link, {"needs": []}) == "answer-first"
    assert refusal(link, {"wait_for": ["single"]}) == "answer-first"
    assert changed(link, given_name="Anna M.")["status"] == "offered"


def test_nothing_of_what_is_cancelled_changes() -> None:
    """409, also for details."""
    overnight()
    link = register()
    post(f"{link}/cancellation")
    assert refusal(link, {"given_name": "Anne"}) == "registration-cancelled"


def test_bodies_and_links_that_are_none_are_refused() -> None:
    """Not JSON, no object, of another type; a forged link changes nothing."""
    overnight()
    link = register()
    assert [patch(link, body, Content_Type="application/json").status_code for body in (b"{", b"[]")] == [400, 400]
    assert patch(link, b"x", Content_Type="text/plain").status_code == 415
    assert patch("/registrations/WyJhIiwiYiJd.forged", {"given_name": "Anne"}).status_code == 404
    assert flows.load_registration(Access(EVENT, stored().id)).revision == 1
