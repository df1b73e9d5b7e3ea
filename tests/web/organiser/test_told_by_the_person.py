"""An organiser writes down about health only what the person told them."""

from typing import Any

import pytest

from chalicelib.registration import sealing
from chalicelib.registration.model import Registration
from testing.world import publish, register, reload
from tests.mail.samples import overnight_meeting
from tests.web.browser import as_organiser
from tests.web.desk import extract_text, get_page

pytestmark = pytest.mark.usefixtures("aws")

FOOD = {"meals": ["vegan"], "consent": True}
HELP = {"special_assistance": ["WCHR"]}
TOLD = {"told_by_the_person": True}
SENTENCE = "What it says about food or assistance, the person had told them."


def traveller(**details: Any) -> Registration:
    return register(publish(overnight_meeting()), "Anna", ("flight_out",), language="en", **details)


def path_of(who: Registration) -> str:
    return f"/organiser/events/{who.event_id}/registrations/{who.id}"


def patch(who: Registration, **body: Any) -> Any:
    return as_organiser("PATCH", path_of(who), body)


@pytest.mark.parametrize(("body", "bad"), [
    ({"dietary": FOOD}, {"dietary"}),
    ({"dietary": FOOD, "told_by_the_person": False}, {"dietary"}),
    ({"travel": HELP | {"title": "MS"}, "dietary": FOOD}, {"dietary", "travel.special_assistance"}),
    ({"travel": HELP, "phone": "1"}, {"travel.special_assistance", "phone"}),
    ({"dietary": {"note": "x" * 501, "consent": True}}, {"dietary", "dietary.note"}),
])  # fmt: skip
def test_health_is_not_an_organisers_to_tell(body: dict[str, Any], bad: set[str]) -> None:
    """Each field is named, with all else that is wrong; nothing is written."""
    anna = traveller()
    answer = patch(anna, **body)
    assert (answer.status_code, answer.json_body["type"].rpartition("/")[2]) == (422, "only-the-person")
    assert {error["field"] for error in answer.json_body["errors"]} == bad
    assert reload(anna) == anna


@pytest.mark.parametrize("flag", ["true", 1, None, []])
def test_the_flag_is_true_or_false(flag: Any) -> None:
    """A word or a number says nothing of the person."""
    answer = patch(traveller(), dietary=FOOD, told_by_the_person=flag)
    assert {error["field"] for error in answer.json_body["errors"]} == {"dietary", "told_by_the_person"}


def test_what_the_person_told_is_written_down_and_noted() -> None:
    """In the history, for people and in words, and on the page; not what it was."""
    anna = traveller()
    assert patch(anna, dietary=FOOD, travel=HELP, **TOLD).status_code == 200
    assert sealing.unseal(reload(anna)).attendee.dietary is not None
    [*_, noted] = reload(anna).history
    assert noted["told_by_the_person"] is True
    [*_, last] = as_organiser("GET", path_of(anna), Accept_Language="en").json_body["registration"]["history"]
    assert last["text"].endswith(SENTENCE)
    assert SENTENCE in extract_text(get_page(path_of(anna)))
    assert "vegan" not in str(reload(anna).history)


@pytest.mark.parametrize("body", [
    {"phone": "20123458"}, {"travel": {"title": "MS"}}, {"dietary": None}, {"travel": {"special_assistance": []}},
    {"dietary": {"note": None}}, {"phone": "20123458", "told_by_the_person": True},
])  # fmt: skip
def test_what_tells_nothing_about_health_needs_no_such_word(body: dict[str, Any]) -> None:
    """Other details, and taking health data away; nothing is noted of it then."""
    anna = traveller(dietary=FOOD, travel=HELP)
    assert patch(anna, **body).status_code == 200
    assert [entry for entry in reload(anna).history if "told_by_the_person" in entry] == []


def test_what_was_known_already_is_not_noted() -> None:
    """The same food again beside a new number was not told by this change."""
    anna = traveller(dietary=FOOD)
    assert patch(anna, dietary=FOOD, phone="20123458", **TOLD).status_code == 200
    assert "told_by_the_person" not in reload(anna).history[-1]
