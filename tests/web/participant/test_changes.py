"""Changing a registration over HTTP: a merge patch of its details, needs and wishes."""

from typing import Any

import pytest

from chalicelib.programme.model import Event
from chalicelib.registration import changing, sealing, store
from chalicelib.registration.model import Registration
from testing import builders
from testing.world import check_counters, publish
from tests.web.browser import FORM, call, get, post

pytestmark = pytest.mark.usefixtures("aws")

EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/events/{EVENT}/registrations"
UNITS = (("place", 3, None), ("single", 1, "room"), ("bed", 2, "room"), ("bus", 2, None))


def overnight(mode: str = "automatic", **units: int) -> Event:
    allotments = [builders.allotment(name, units.get(name, many), choice) for name, many, choice in UNITS]
    return publish(builders.event(allotments=allotments, waitlist={"mode": mode}))


def register(name: str = "Anna", **changes: Any) -> str:
    """The link of somebody who has just registered."""
    link: str = post(HERE, builders.person(name, "Hansen", **changes)).json_body["registration"]["links"]["self"]
    return link


def patch(link: str, body: Any, **headers: str) -> Any:
    return call("PATCH", link, body, {name.replace("_", "-"): value for name, value in headers.items()})


def changed(link: str, **wanted: Any) -> dict[str, Any]:
    """The registration as answered to a change."""
    answer = patch(link, wanted)
    assert answer.status_code == 200, answer.body
    shown: dict[str, Any] = answer.json_body["registration"]
    assert get(link).json_body["registration"] == shown
    check_counters(EVENT)
    return shown


def stored(name: str = "Anna") -> Registration:
    [found] = [each for each in store.list_registrations(EVENT) if each.attendee.given_name.startswith(name)]
    return sealing.unseal(found)


def test_only_what_is_sent_is_changed() -> None:
    """Nested fields one by one; null takes a detail away."""
    overnight()
    travel = {"title": "MS", "share_with": "Bo", "name_on_id": {"given": "Ann", "family": "H"}}
    link = register(phone="20123456", organisation="Askov", travel=travel)
    changed(link, given_name="Anna Maria", phone=None, travel={"share_with": None, "name_on_id": {"given": "A"}})
    who = stored().attendee
    assert (who.name, who.phone, who.organisation) == ("Anna Maria Hansen", None, "Askov")
    assert who.travel is not None
    assert who.travel.model_dump(exclude_none=True) == {
        "title": "MS",
        "name_on_id": {"given": "A", "family": "H"},
        "special_assistance": (),
    }
    assert stored().history[-1]["fields"] == ["given_name", "phone", "travel"]


def test_details_that_come_back_as_they_are_change_nothing() -> None:
    """The same again, also of numbers and addresses written otherwise, is no change."""
    overnight()
    link = register(phone="20123456")
    changed(link, phone="+45 20 12 34 56", email="anna.hansen@EXAMPLE.org", given_name="Anna ", needs=["place"])
    assert stored().revision == 1


def test_what_somebody_eats_is_changed_and_forgotten() -> None:
    """Added with consent, changed, and taken away: nothing of it is left, whichever way it is said."""
    overnight()
    link = register()
    for forgotten in ({"dietary": None}, {"dietary": {"allergens": [], "note": ""}}):
        changed(link, dietary={"allergens": ["nuts"], "note": "Tak", "consent": True})
        changed(link, dietary={"meals": ["vegan"]})
        who = stored().attendee.dietary
        assert who is not None
        assert (who.allergens, who.meals, who.note) == (("nuts",), ("vegan",), "Tak")
        changed(link, dietary={"meals": None})
        changed(link, **forgotten)
        assert stored().attendee.dietary is None
    assert "nuts" not in str(stored().history)


def test_needs_change_where_places_allow() -> None:
    """More that is free, less, and another kind of room in one step; null is as good as none."""
    overnight()
    link = register(needs=["bed"])
    assert changed(link, needs=["single", "bus"])["needs"] == ["place", "single", "bus"]
    assert changed(link, needs=["bus", "place"])["needs"] == ["place", "bus"]
    assert changed(link, needs=None)["needs"] == ["place"]
    assert store.read_places(EVENT).taken == {"place": 1, "single": 0, "bed": 0, "bus": 0}


def test_a_wish_waits_and_is_dropped() -> None:
    """It is answered with the place in the line, named again it stays, and with null it is over."""
    overnight(single=0, bus=0)
    first, link = register("First"), register(needs=["bed"])
    changed(first, wait_for=["single"])
    shown = changed(link, wait_for=["single"])
    assert (shown["status"], shown["needs"]) == ("confirmed", ["place", "bed"])
    assert shown["waiting"] == {"position": 2, "for": ["single"]}
    both = changed(link, wait_for=["single", "bus"])
    assert both["waiting"] == {"position": 1, "for": ["single", "bus"]}
    assert changed(link, given_name="Anna M.")["waiting"] == both["waiting"]
    assert changed(link, wait_for=None)["waiting"] is None


def test_a_wish_for_what_is_free_is_had_at_once() -> None:
    """Swapped in the answer itself."""
    overnight()
    shown = changed(register(needs=["bed"]), wait_for=["single"])
    assert (shown["needs"], shown["waiting"]) == (["place", "single"], None)


def test_two_windows_that_change_different_details_both_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that another window writes after this one has read the registration is not undone by it."""
    overnight()
    link = register()
    real, done = changing.change, list[bool]()

    def change(*arguments: Any) -> Registration:
        if not done:
            done.append(True)
            assert patch(link, {"phone": "20123456"}).status_code == 200
        return real(*arguments)

    monkeypatch.setattr(changing, "change", change)
    changed(link, organisation="Askov")
    who = stored().attendee
    assert (who.phone, who.organisation) == ("+4520123456", "Askov")


def test_a_form_may_change_details_too() -> None:
    """303 to the participant's page, as for all forms."""
    overnight()
    link = register()
    answer = patch(link, b"organisation=Askov&needs=bus", **{k.replace("-", "_"): v for k, v in FORM.items()})
    assert (answer.status_code, answer.headers["Location"]) == (303, link)
    assert (stored().attendee.organisation, stored().needs) == ("Askov", ("place", "bus"))
