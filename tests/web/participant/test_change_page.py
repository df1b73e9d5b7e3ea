"""The participant's page, and the form that changes a registration."""

import re
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.programme.model import Event
from chalicelib.registration import changing, flows, moving_up, store
from chalicelib.registration.access import Access
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.model import Registration
from testing import builders, registration_links
from testing.registration_links import participant
from testing.world import check_counters, publish, register
from tests.web.browser import PAGE, get, post, post_form

pytestmark = pytest.mark.usefixtures("aws")

FLIGHT = {
    "name": "bus",
    "kind": "flight",
    "title": {"da": "Ud", "en": "Out"},
    "carrier": "DAT",
    "origin": "CPH",
    "destination": "RNN",
    "departs": "2020-05-05T08:00",
    "arrives": "2020-05-05T09:00",
}


@pytest.fixture
def event() -> Event:
    """Ten places and buses, ten beds and one room, of which one person takes one."""
    units = [builders.allotment("place", 10), builders.allotment("bus", 10)]
    return publish(
        builders.event(
            allotments=[*units, builders.allotment("bed", 10, "sleep"), builders.allotment("room", 1, "sleep")]
        )
    )


def here(registered: Registration) -> str:
    return registration_links.build_link(registered.event_id, registered.id)


def now(registered: Registration) -> Registration:
    return flows.load_registration(Access(registered.event_id, registered.id))


def page_of(registered: Registration, path: str = "") -> str:
    answer = get(here(registered) + path, **PAGE)
    assert answer.status_code == 200
    return answer.body.decode()


def ticked(page: str, name: str) -> set[str]:
    return set(re.findall(rf'name="{name}" value="(\w+)" checked', page))


def offered(page: str, name: str) -> set[str]:
    return set(re.findall(rf'type="checkbox" id="[^"]+" name="{name}" value="(\w+)"', page))


def sent_as_shown(page: str, **changes: Any) -> list[tuple[str, str]]:
    """The fields that a browser sends of the form with these changes."""
    fields = re.findall(r'<input id="[^"]+" name="([^"]+)" type="\w+" value="([^"]*)"', page)
    fields += re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    fields += re.findall(r'name="([^"]+)" value="([^"]*)" checked', page)
    for name, values in changes.items():
        fields = [field for field in fields if field[0] != name]
        fields += [(name, value) for value in ([values] if isinstance(values, str) else values)]
    return fields


def send(registered: Registration, fields: list[tuple[str, str]]) -> Any:
    return post_form(f"{here(registered)}/change", fields, **PAGE)


def test_the_page_says_what_a_confirmed_person_waits_for(event: Event) -> None:
    """The wishes of the registration, each with its position."""
    register(event, "Anna", ("room",))
    for name in ("Bo", "Carl"):
        waits = register(event, name, ("bed",), language="en")
        changing.change(event, participant(event.id, waits.id), ChangeRequest(wait_for=("room",)), clock.now())
    page = page_of(waits)
    assert "You are registered" in page
    assert "You also wait for: room." in page
    assert "You are number 2 in line." in page


def test_the_form_is_filled_in_with_what_is_known(event: Event) -> None:
    """Details and needs stand in it; what is full is not to be taken but to be waited for."""
    register(event, "Anna", ("room",))
    page = page_of(register(event, "Bo", ("bed",), phone="20 12 34 56", sector="state"), "/change")
    assert 'value="Bo"' in page
    assert 'value="+4520123456"' in page
    assert '<option value="state" selected>' in page
    assert (offered(page, "needs"), ticked(page, "needs")) == ({"bus", "bed"}, {"bed"})
    assert (offered(page, "wait_for"), ticked(page, "wait_for")) == ({"room"}, set())
    assert "privacy_accepted" not in page


def test_the_form_asks_only_what_the_event_asks(event: Event) -> None:
    """An event without travel and meals asks for neither; what is stored of it stays."""
    bo = register(event, "Bo", travel={"title": "MR"}, dietary={"meals": ["vegan"], "consent": True})
    page = page_of(bo, "/change")
    assert "travel." not in page
    assert "dietary." not in page
    assert send(bo, sent_as_shown(page, given_name="Bodil")).status_code == 303
    assert now(bo).attendee == bo.attendee.model_copy(update={"given_name": "Bodil"})


def test_a_form_left_as_it_is_changes_nothing(event: Event) -> None:
    """No fact is written; the answer is the way back to the page."""
    bo = register(event, "Bo", ("bed",), phone="20 12 34 56")
    answer = send(bo, sent_as_shown(page_of(bo, "/change")))
    assert (answer.status_code, answer.headers["Location"]) == (303, here(bo))
    assert now(bo) == bo


def test_what_is_emptied_is_taken_away(event: Event) -> None:
    """A field left empty is no longer known, and a need that is unticked is given back."""
    bo = register(event, "Bo", ("bed", "bus"), phone="20 12 34 56", organisation="Kommunen")
    send(bo, sent_as_shown(page_of(bo, "/change"), phone="", needs="bus"))
    changed = now(bo)
    assert (changed.attendee.phone, changed.attendee.organisation) == (None, "Kommunen")
    assert changed.needs == ("place", "bus")
    check_counters(event.id)


def test_food_and_travel_are_changed_whole() -> None:
    """A name as on the card can be taken away; food that is no longer said takes its consent with it."""
    legs = [builders.allotment("place", 10), builders.allotment("bus", 10)]
    meal = {"name": "lunch", "title": {"da": "Frokost", "en": "Lunch"}, "starts_at": "2020-05-05T12:00"}
    flight = publish(builders.event(allotments=legs, legs=[FLIGHT], meals=[meal]))
    card = {"title": "MR", "name_on_id": {"given": "Bo", "family": "Hansen"}, "special_assistance": ["WCHR"]}
    bo = register(flight, "Bo", travel=card, dietary={"allergens": ["nuts"], "consent": True})
    page = page_of(bo, "/change")
    assert ticked(page, "dietary.allergens") == {"nuts"}
    fields = [("given_name", "Bo"), ("family_name", "Hansen"), ("travel.title", "MX"), ("dietary.consent", "true")]
    assert send(bo, fields).status_code == 303
    assert now(bo).attendee == builders.attendee(
        "Bo", "Hansen", email="bo@example.org", travel={"title": "MX"}, dietary=None
    )


def test_errors_come_back_with_what_was_filled_in(event: Event) -> None:
    """422: a summary that links to the fields, each with its error, and what was sent kept."""
    register(event, "Anna", ("room",))
    bo = register(event, "Bo", ("bed",), language="en")
    fields = sent_as_shown(page_of(bo, "/change"), given_name="Bodil", phone="7", needs="bus", wait_for="room")
    answer = send(bo, fields)
    page = answer.body.decode()
    assert answer.status_code == 422
    assert 'href="#phone"' in page
    assert 'aria-describedby="phone-error"' in page
    assert ('value="Bodil"' in page, 'value="7"' in page) == (True, True)
    assert (ticked(page, "needs"), ticked(page, "wait_for")) == ({"bus"}, {"room"})
    assert now(bo) == bo


def test_a_wish_is_made_and_dropped(event: Event) -> None:
    """Ticked, they wait with their bed in hand; shown as ticked; unticked, they wait no more."""
    register(event, "Anna", ("room",))
    bo = register(event, "Bo", ("bed",))
    send(bo, sent_as_shown(page_of(bo, "/change"), wait_for="room"))
    assert (now(bo).needs, now(bo).wishes) == (("place", "bed"), ("room",))
    page = page_of(bo, "/change")
    assert ticked(page, "wait_for") == {"room"}
    send(bo, sent_as_shown(page, wait_for=[]))
    assert (now(bo).needs, now(bo).wishes) == (("place", "bed"), ())
    check_counters(event.id)


def test_what_was_taken_meanwhile_is_said_with_what_to_do(event: Event) -> None:
    """409: it is full now, and the form that comes back has the checkbox to wait for it."""
    bo = register(event, "Bo", ("bed",), language="en")
    shown = page_of(bo, "/change")
    register(event, "Anna", ("room",))
    answer = send(bo, sent_as_shown(shown, needs=["room", "bus"]))
    page = answer.body.decode()
    assert answer.status_code == 409
    assert 'href="#wait_for"' in page
    assert "Leave it out of what you need, and wait for it" in page
    assert (ticked(page, "needs"), offered(page, "wait_for")) == ({"bus"}, {"room"})
    assert now(bo) == bo


def test_a_form_shown_before_somebody_moved_up_takes_nothing_back(event: Event) -> None:
    """They got the room while the form stood open: what they did not touch stays as it is now."""
    anna = register(event, "Anna", ("room",))
    bo = register(event, "Bo", ("bed",))
    changing.change(event, participant(event.id, bo.id), ChangeRequest(wait_for=("room",)), clock.now())
    shown = page_of(bo, "/change")
    flows.cancel(participant(event.id, anna.id), clock.now())
    moving_up.settle(event.id, clock.now())
    assert send(bo, sent_as_shown(shown, needs=["bed", "bus"])).status_code == 303
    assert now(bo).needs == ("place", "bus", "room")


def test_who_waits_changes_needs_and_is_offered_no_wish() -> None:
    """On the waitlist one chooses other needs; nothing else is waited for besides."""
    units = [builders.allotment("place", 1), builders.allotment("bus", 5), builders.allotment("room", 0)]
    event = publish(builders.event(allotments=units))
    register(event, "Anna")
    bo = register(event, "Bo")
    page = page_of(bo, "/change")
    assert (offered(page, "needs"), offered(page, "wait_for")) == ({"bus"}, set())
    assert "room: ikke flere ledige lige nu" in page
    send(bo, sent_as_shown(page, needs="bus"))
    assert (now(bo).status, now(bo).needs) == ("waiting", ("place", "bus"))


def test_with_an_offer_only_details_change() -> None:
    """The offer is to be answered first; the rest of the form is there, and saved."""
    units = [builders.allotment("place", 1), builders.allotment("bus", 5)]
    event = publish(builders.event(allotments=units, waitlist={"mode": "offer"}))
    anna, bo = register(event, "Anna"), register(event, "Bo", language="en")
    flows.cancel(participant(event.id, anna.id), clock.now())
    moving_up.settle(event.id, clock.now())
    page = page_of(bo, "/change")
    assert "Answer the offer first" in page
    assert offered(page, "needs") == set()
    assert send(bo, sent_as_shown(page, given_name="Bodil")).status_code == 303
    assert (now(bo).status, now(bo).attendee.given_name) == ("offered", "Bodil")


def test_a_program_may_post_there_too(event: Event) -> None:
    """JSON is taken as a PATCH is, and its problems are documents."""
    bo = register(event, "Bo", ("bed",), phone="20 12 34 56")
    answer = post(f"{here(bo)}/change", {"given_name": "Bodil"})
    assert (answer.status_code, now(bo).attendee.phone) == (200, "+4520123456")
    refused = post(f"{here(bo)}/change", {"phone": "7"})
    assert (refused.status_code, refused.json_body["errors"][0]["field"]) == (422, "phone")


def test_a_cancelled_registration_has_only_its_page(event: Event) -> None:
    """Both forms lead back to it."""
    bo = register(event, "Bo")
    flows.cancel(participant(event.id, bo.id), clock.now())
    for path in ("/change", "/cancel"):
        answer = get(here(bo) + path, **PAGE)
        assert (answer.status_code, answer.headers["Location"]) == (303, here(bo))


def test_cancelling_asks_once(event: Event) -> None:
    """The page leads to a question that says what it means; asking changes nothing, its button cancels."""
    bo = register(event, "Bo", language="en")
    assert f"/registrations/{registration_links.build_token(event.id, bo.id)}/cancel" in page_of(bo)
    page = page_of(bo, "/cancel")
    assert "goes to the next in line" in page
    assert "you stand at the end of the line" in page
    assert now(bo).status == "confirmed"
    [action] = re.findall(r'<form method="post" action="([^"]+)"', page)
    assert post_form(action, {}).headers["Location"] == here(bo)
    assert now(bo).status == "cancelled"


def test_leaving_the_waitlist_asks_in_its_own_words(event: Event) -> None:
    """A waiting participant leaves the waitlist and gives up no place."""
    register(event, "Anna", ("room",))
    page = page_of(register(event, "Bo", ("room",), language="en"), "/cancel")
    assert "Leave the waitlist?" in page
    assert "those behind you move up" in page
    assert store.read_places(event.id).line_length == 1
