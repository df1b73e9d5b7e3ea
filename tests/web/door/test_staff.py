"""The pages of check-in staff and caterers: the door, the kitchen's counts, and their start page."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.auth.sessions import issue_token
from chalicelib.programme.model import Event
from chalicelib.registration import store
from testing import builders, registration_links
from testing.world import break_seal, publish, register
from tests.web.browser import PAGE, as_organiser, call
from tests.web.credentials import DOOR, KITCHEN, ORIGIN

pytestmark = pytest.mark.usefixtures("memory")

EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/organiser/events/{EVENT}"
DINNER = {"name": "dinner", "title": {"da": "Middag", "en": "Dinner"}, "starts_at": "2020-05-05T18:30"}
TALK = {"title": {"da": "Oplæg", "en": "Talk"}, "starts_at": "2020-05-05T15:00"}


def as_(address: str, method: str, path: str, body: Any = b"", **headers: str) -> Any:
    bearer = {"Authorization": f"Bearer {issue_token(address, clock.now())}"}
    return call(method, path, body, bearer | {name.replace("_", "-"): value for name, value in headers.items()})


def eaters() -> Event:
    """Three who come, two of whom have agreed to tell the kitchen, and one who does not come."""
    event = publish(builders.event(meals=[DINNER], sessions=[TALK], allotments=[builders.allotment("place", 3)]))
    both = {"meals": ["vegan"], "allergens": ["nuts", "gluten"], "consent": True}
    register(event, "Anna", phone="20 12 34 56", dietary=both)
    register(event, "Bo", dietary={"meals": ["vegan"], "note": "Ingen koriander", "consent": True})
    register(event, "Carl")
    register(event, "Dorte", dietary={"meals": ["kosher"], "consent": True})
    return event


COUNTED = {
    "event_id": EVENT,
    "expected": 3,
    "sessions": [{"title": "Talk", "starts_at": "2020-05-05T15:00:00+02:00", "expected": 3}],
    "meals": [{"name": "dinner", "title": "Dinner", "starts_at": "2020-05-05T18:30:00+02:00", "expected": 3}],
    "dietary": {"meals": {"vegan": 2}, "allergens": {"gluten": 1, "nuts": 1}, "notes": 1, "unreadable": 0},
}


def test_the_kitchen_gets_numbers_and_nothing_else() -> None:
    """Of those who come, and of what they agreed to tell; the same for caterers and organisers."""
    eaters()
    counted = [as_(KITCHEN, "GET", f"{HERE}/catering?lang=en"), as_organiser("GET", f"{HERE}/catering?lang=en")]
    assert [answer.json_body | {"as_of": ""} for answer in counted] == [COUNTED | {"as_of": ""}] * 2


@pytest.mark.parametrize(
    ("language", "said"),
    [("da", ["3 personer ventes", "Vegansk", "Gluten", "Middag"]), ("en", ["3 people are expected", "Vegan"])],
)
def test_the_kitchen_has_a_page_of_it(language: str, said: list[str]) -> None:
    """The page is in both languages and has no participant's name, address, phone or words."""
    eaters()
    page = as_(KITCHEN, "GET", f"{HERE}/catering?lang={language}", **PAGE).body.decode()
    assert [word for word in said if word not in page] == []
    secret = ("Anna", "Hansen", "example.org", "20 12 34 56", "koriander", "Kosher")
    assert [word for word in secret if word in page] == []
    assert f'href="{HERE}?' not in page


def test_what_cannot_be_opened_is_counted_and_said() -> None:
    """One broken seal, and the others' wishes are there all the same."""
    event = eaters()
    break_seal(next(each for each in store.list_registrations(event.id) if each.attendee.given_name == "Bo"))
    counted = as_(KITCHEN, "GET", f"{HERE}/catering").json_body["dietary"]
    assert counted == {"meals": {"vegan": 1}, "allergens": {"gluten": 1, "nuts": 1}, "notes": 0, "unreadable": 1}
    page = as_(KITCHEN, "GET", f"{HERE}/catering?lang=en", **PAGE).body.decode()
    assert "What 1 person has told of food or assistance cannot be read: ask the organiser." in page


def test_without_meals_and_wishes_the_page_says_so() -> None:
    """An afternoon at which nothing is served."""
    publish(builders.event())
    page = as_(KITCHEN, "GET", f"{HERE}/catering?lang=en", **PAGE).body.decode()
    assert "0 people are expected." in page
    assert "Nobody has told of a wish or an allergy." in page


def test_whoever_minds_the_door_sees_names() -> None:
    """Checking in by name and by code and taking it back answer with the name and the time, no more."""
    event = publish(builders.event())
    anna = register(event, "Anna", phone="20 12 34 56", organisation="Askovfonden")
    guest = {"id": anna.id, "name": "Anna Hansen", "checked_in_at": "2019-11-01T07:59:00+01:00"}
    at = {"at": guest["checked_in_at"]}
    one = f"{HERE}/registrations/{anna.id}/check-in"
    came = {"registration": guest}
    assert as_(DOOR, "POST", one, at).json_body == came
    code = at | {"code": registration_links.build_token(event.id, anna.id, "code")}
    assert as_(DOOR, "POST", f"{HERE}/check-ins", code).json_body == came
    assert as_(DOOR, "GET", f"{HERE}/door").json_body["guests"] == [guest]
    assert as_(DOOR, "DELETE", one).json_body == {"registration": guest | {"checked_in_at": None}}
    page = as_(DOOR, "GET", f"{HERE}/door", **PAGE).body.decode()
    secret = ("anna@example.org", "20 12 34 56", "Askovfonden", f'href="{HERE}?')
    assert ("Anna Hansen" in page, [word for word in secret if word in page]) == (True, [])


@pytest.mark.parametrize(("address", "part"), [(DOOR, "door"), (KITCHEN, "catering")])
def test_they_begin_with_the_events_and_what_is_theirs_there(address: str, part: str) -> None:
    """As JSON and as a page, with no way to what is not theirs."""
    register(publish(builders.event()), "Anna")
    [shown] = as_(address, "GET", "/organiser?lang=en").json_body["events"]
    assert shown == {
        "id": EVENT,
        "title": "The suppliers' wish list",
        "starts_at": "2020-05-05T15:00:00+02:00",
        "ends_at": "2020-05-05T18:00:00+02:00",
        "venue": {"name": "Ubbes Vinbar", "address": "Ny Vestergade 1, 1471 København K"},
        "expected": 1,
        "links": {part: f"{ORIGIN}{HERE}/{part}"},
    }
    page = as_(address, "GET", "/organiser?lang=en", **PAGE).body.decode()
    ways = [way for way in (HERE, f"{HERE}/door", f"{HERE}/catering") if f'href="{way}?lang=en"' in page]
    assert ways == [f"{HERE}/{part}"]
