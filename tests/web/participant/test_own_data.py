"""Personal data and erasure over HTTP and by the participant's page."""

import pytest

from chalicelib import clock
from chalicelib.programme.model import Event
from chalicelib.registration import flows, store
from testing import builders, registration_links
from testing.registration_links import participant
from testing.world import publish, publish_with_places, register
from tests.mail.samples import overnight_meeting
from tests.web.browser import PAGE, as_organiser, call, get, post_form
from tests.web.desk import extract_text
from tests.web.markup import find_errors

pytestmark = pytest.mark.usefixtures("aws")


def registered() -> tuple[Event, str, str]:
    """An event with Anna, her id and her link."""
    event = publish(builders.event())
    anna = register(event, "Anna")
    return event, anna.id, registration_links.build_link(event.id, anna.id)


def test_everything_held_is_downloaded() -> None:
    """As a file, kept by nobody on the way; the same for whoever answers a request for access."""
    event, anna, link = registered()
    own = get(f"{link}/personal-data")
    assert own.json_body["event"] == event.id
    assert own.json_body["registration"]["attendee"]["email"] == "anna@example.org"
    assert own.json_body["history"][0]["fact"] == "confirmed"
    assert own.headers["Cache-Control"] == "no-store"
    assert own.headers["Content-Disposition"].startswith("attachment;")
    path = f"/organiser/events/{event.id}/registrations/{anna}"
    assert as_organiser("GET", f"{path}/personal-data").json_body == own.json_body


def test_erased_once_and_then_unknown() -> None:
    """204, and from then on the link is as good as any other that is not valid."""
    event, _, link = registered()
    assert call("DELETE", link).status_code == 204
    for method, path in (
        ("GET", link),
        ("DELETE", link),
        ("GET", f"{link}/personal-data"),
        ("GET", f"{link}/erase"),
    ):
        answer = call(method, path)
        assert (answer.status_code, answer.json_body["type"].rpartition("/")[2]) == (404, "link-not-valid")
    assert list(store.list_registrations(event.id)) == []


def test_an_organiser_erases_for_somebody() -> None:
    """Whoever asked by letter is erased too; nobody else may, and who is gone is not found."""
    event, anna, _ = registered()
    path = f"/organiser/events/{event.id}/registrations/{anna}"
    for method, address in (("DELETE", path), ("GET", f"{path}/personal-data")):
        assert call(method, address).status_code == 401
    assert as_organiser("DELETE", path).status_code == 204
    assert as_organiser("DELETE", path).status_code == 404
    assert as_organiser("GET", f"{path}/personal-data").status_code == 404


@pytest.mark.parametrize(
    ("language", "asks", "done"),
    [
        ("da", "Vil du slette alt om dig?", "Alt om dig er slettet"),
        ("en", "Delete everything about you?", "Everything about you is deleted"),
    ],
)
def test_the_page_asks_once(language: str, asks: str, done: str) -> None:
    """The participant's page leads to what it means, and a button does it."""
    event = publish(builders.event())
    anna = register(event, "Anna", language=language)
    link = registration_links.build_link(event.id, anna.id)
    page = get(link, **PAGE).body.decode()
    assert all(
        f"{registration_links.build_token(event.id, anna.id)}/{address}" in page
        for address in ("erase", "personal-data")
    )
    assert asks in get(f"{link}/erase", **PAGE).body.decode()
    answer = post_form(f"{link}/erasure", {}, **PAGE)
    assert (answer.status_code, done in answer.body.decode()) == (200, True)
    assert get(link).status_code == 404


def test_a_site_of_ones_own_may_erase_by_form_without_a_page() -> None:
    """A JSON call of the form's address answers 204."""
    _, _, link = registered()
    assert call("POST", f"{link}/erasure", {}).status_code == 204


@pytest.mark.parametrize(("places", "before", "after"), [
    (1, "Your place goes too. Your registration is cancelled, and what you have goes to the next in line: place.",
     "Your place is cancelled, and has gone to the next in line."),
    (0, "Your place on the waiting list goes too. Those behind you move up.",
     "You are no longer on the waiting list."),
])  # fmt: skip
def test_the_place_goes_too(places: int, before: str, after: str) -> None:
    """The pages before and after say what goes, and that the place does; cancelling alone is offered."""
    event = publish_with_places(places)
    link = registration_links.build_link(event.id, register(event, "Anna", language="en").id)
    page = get(f"{link}/erase", **PAGE).body.decode()
    assert before in extract_text(page)
    assert "our notes of the mails that we have sent you" in page
    assert '/cancel">I only want to cancel' in page
    assert find_errors(page) == []
    done = post_form(f"{link}/erasure", {}, **PAGE).body.decode()
    assert after in extract_text(done)
    assert "we no longer have your address" in done
    assert find_errors(done) == []


def test_a_cancelled_registration_has_no_place_to_lose() -> None:
    """Neither page speaks of one."""
    event, anna, link = registered()
    flows.cancel(participant(event.id, anna), clock.now())
    page, done = get(f"{link}/erase", **PAGE), post_form(f"{link}/erasure", {}, **PAGE)
    for answer in (page, done):
        assert "næste på ventelisten" not in answer.body.decode()
    assert "/cancel" not in page.body.decode()


def test_it_names_what_the_event_asks_for() -> None:
    """Journey, food and assistance only where there are such."""
    plain = get(f"{registered()[2]}/erase", **PAGE).body.decode()
    who = register(publish(overnight_meeting()), "Anna")
    travels = get(f"{registration_links.build_link(who.event_id, who.id)}/erase", **PAGE).body.decode()
    for words in ("om mad og hjælp", "til rejsen"):
        assert (words in plain, words in travels) == (False, True)
