"""A party registered by the form on the event's page."""

import re
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.programme.model import Event
from chalicelib.registration import flows, store
from testing import builders, registration_links
from testing.registration_links import participant
from testing.world import check_counters, publish, register
from tests.web.browser import PAGE, call, get, post, post_form

pytestmark = pytest.mark.usefixtures("aws")

LEADER = {
    "given_name": "Anna",
    "family_name": "Holm",
    "email": "anna@example.org",
    "language": "en",
    "privacy_accepted": "true",
}


def colleague(place: int, name: str, **changes: str) -> dict[str, str]:
    fields = {"given_name": name, "family_name": "Holm", "email": f"{name.lower()}@example.org"} | changes
    return {f"party.{place}.{field}": value for field, value in fields.items()}


def empty(place: int) -> dict[str, str]:
    return colleague(place, "", family_name="", email="")


def event_with(places: int, **changes: Any) -> Event:
    units = [builders.allotment("place", places), builders.allotment("bus", 9)]
    return publish(builders.event(allotments=units, **changes))


def send(event: Event, *parts: dict[str, str]) -> Any:
    fields = [field for part in parts for field in part.items()]
    return post_form(f"/events/{event.id}/registrations", fields, **PAGE)


def stands(event: Event) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {each.attendee.given_name: (each.status, each.needs) for each in store.list_registrations(event.id)}


def test_the_form_has_room_for_four_colleagues() -> None:
    """Closed until it is wanted, with names, address and the event's choices for each, and nothing about food."""
    event = event_with(9)
    page = get(f"/events/{event.id}?lang=en", **PAGE).body.decode()
    assert "<details>" in page
    assert "Register colleagues together with you" in page
    names = set(re.findall(r'name="party\.3\.([\w.]+)"', page))
    assert names == {"given_name", "family_name", "email", "needs"}
    assert "party.4" not in page
    assert "we ask each of them in their own mail" not in page


def test_the_form_says_who_tells_food_and_assistance() -> None:
    """Where there are meals or flights it asks the sender alone, and says that the others are asked by mail."""
    lunch = {"name": "lunch", "title": {"da": "Frokost", "en": "Lunch"}, "starts_at": "2020-05-05T16:00"}
    event = event_with(9, meals=[lunch])
    page = get(f"/events/{event.id}?lang=en", **PAGE).body.decode()
    assert "we ask each of them in their own mail" in page
    assert re.findall(r'name="party[\w.]+(?:dietary|assistance)', page) == []


def test_a_party_comes_in_and_its_page_names_the_others() -> None:
    """Each with needs of their own; empty blocks are ignored; who registered them sees how each stands."""
    event = event_with(9)
    answer = send(event, LEADER, empty(0), colleague(1, "Bo", needs="bus"), empty(2), colleague(3, "Carl"))
    assert answer.status_code == 303
    assert stands(event) == {
        "Anna": ("confirmed", ("place",)),
        "Bo": ("confirmed", ("place", "bus")),
        "Carl": ("confirmed", ("place",)),
    }
    assert {each.attendee.language for each in store.list_registrations(event.id)} == {"en"}
    page = get(answer.headers["Location"], **PAGE).body.decode()
    assert "Registered together with you" in page
    assert re.findall(r"<li>(\w+ Holm):\s+(\w+)", page) == [("Bo Holm", "registered"), ("Carl Holm", "registered")]


def test_with_fewer_accepted_each_stands_for_themselves() -> None:
    """Two places for three: the third waits, and the page says at which place."""
    event = event_with(2)
    answer = send(event, LEADER, {"accept_fewer": "true"}, colleague(0, "Bo"), colleague(1, "Carl"))
    page = get(answer.headers["Location"], **PAGE).body.decode()
    assert re.findall(r"<li>(\w+) Holm:\s+([^<]+?)\s*<", page) == [
        ("Bo", "registered"),
        ("Carl", "on the waitlist, number 1 in line"),
    ]
    assert {name: status for name, (status, _) in stands(event).items()}["Carl"] == "waiting"
    check_counters(event.id)


def test_without_it_all_wait_together() -> None:
    """Two places left for three: nobody gets in alone."""
    event = event_with(3)
    register(event, "First")
    send(event, LEADER, colleague(0, "Bo"), colleague(1, "Carl"))
    assert [status for status, _ in stands(event).values()].count("waiting") == 3


def test_the_colleague_sees_only_their_own() -> None:
    """Who was registered by somebody else reads nothing about the others, nor does who comes alone."""
    event = event_with(9)
    send(event, LEADER, colleague(0, "Bo"))
    [bo] = [each for each in store.list_registrations(event.id) if each.attendee.given_name == "Bo"]
    page = get(registration_links.build_link(event.id, bo.id), **PAGE).body.decode()
    assert "Anna" not in page
    assert "Registered together" not in page


def test_nothing_of_what_a_colleague_says_about_food_is_shown() -> None:
    """Whoever registered them sees how they stand, and once they have told something not even the name."""
    event = event_with(9)
    food = {"dietary": {"allergens": ["nuts"], "note": "epipen", "consent": True}}
    people = builders.person("Anna", "Holm") | {"party": [builders.person("Bo", "Holm")]}
    answer = post(f"/events/{event.id}/registrations", people)
    [bo] = [each for each in store.list_registrations(event.id) if each.attendee.given_name == "Bo"]
    assert call("PATCH", registration_links.build_link(event.id, bo.id), food).status_code == 200
    page = get(answer.headers["Location"], **PAGE).body.decode()
    assert "Registered together" in page or "Tilmeldt sammen" in page
    assert "Bo Holm" not in page
    assert "epipen" not in page
    assert "nuts" not in page.lower()


def test_errors_are_tied_to_the_colleagues_fields() -> None:
    """The form comes back open, with the summary leading to the very field, and everything that was filled in."""
    event = event_with(9)
    answer = send(event, LEADER, {"accept_fewer": "true"}, colleague(0, "Bo", email="bo@", needs="bus"))
    page = answer.body.decode()
    assert answer.status_code == 422
    assert "<details open>" in page
    assert 'href="#party.0.email"' in page
    assert "Colleague 1: Email address: Write a mail address" in page
    assert 'id="party.0.email-error"' in page
    assert 'aria-describedby="party.0.email-error"' in page
    for kept in ('value="Anna"', 'value="Bo"', 'value="bo@"', 'name="party.0.needs" value="bus" checked'):
        assert kept in page
    assert stands(event) == {}


def test_what_is_missing_for_all_is_asked_once() -> None:
    """The one checkbox that is said for all is named once, and every link leads to a field that is there."""
    event = event_with(9)
    answer = send(event, LEADER | {"privacy_accepted": ""}, colleague(0, "Bo"), colleague(1, "Carl", email=""))
    page = answer.body.decode()
    targets = re.findall(r'<li><a href="#([^"]+)"', page)
    assert targets == ["privacy_accepted", "party.1.email"]
    assert all(f'id="{target}"' in page for target in targets)


def test_a_colleague_who_is_registered_already_is_named() -> None:
    """409 with the form as it was filled in: who is it, and nobody else was registered."""
    event = event_with(9)
    register(event, "Bo")
    answer = send(event, LEADER, colleague(0, "Bo"), colleague(1, "Carl"))
    page = answer.body.decode()
    assert answer.status_code == 409
    assert 'href="#party.0.email"' in page
    assert 'value="Carl"' in page
    assert set(stands(event)) == {"Bo"}


def test_accepting_fewer_of_nobody_is_registering_alone() -> None:
    """The checkbox without any colleague means nothing."""
    event = event_with(9)
    assert send(event, LEADER, {"accept_fewer": "true"}, empty(0)).status_code == 303
    assert set(stands(event)) == {"Anna"}


def test_who_cancels_and_comes_back_alone_is_no_longer_shown() -> None:
    """They have registered by themselves since: it is theirs alone."""
    event = event_with(9)
    leader = send(event, LEADER, colleague(0, "Bo")).headers["Location"]
    [bo] = [each for each in store.list_registrations(event.id) if each.attendee.given_name == "Bo"]
    flows.cancel(participant(event.id, bo.id), clock.now())
    assert re.search(r"looks after it themselves now:\s+cancelled", get(leader, **PAGE).body.decode())
    register(event, "Bo")
    assert "Registered together" not in get(leader, **PAGE).body.decode()
