"""After the end of the event, and once checked in: no cancelling by link, form or organiser, but erasing."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.attendance import check_in
from chalicelib.programme.model import Event
from chalicelib.registration import flows, store
from chalicelib.registration.access import Access
from testing import builders, registration_links
from testing.registration_links import participant
from testing.world import publish, register
from tests.web.browser import PAGE, as_organiser, call, get, post, post_form
from tests.web.desk import EVENT_URL, get_page, send

pytestmark = pytest.mark.usefixtures("memory")

OVER, CAME = "event-over", "checked-in"


def build_case(reason: str) -> tuple[Event, str, str]:
    """An event with Anna, her id and her link: the event is over, or she is checked in while it goes on."""
    event = publish(builders.event())
    anna = register(event, "Anna", language="en")
    clock.start_at(event.ends_at if reason == OVER else event.starts_at)
    if reason == CAME:
        check_in.check_in(Access(event.id, anna.id), clock.now(), clock.now())
    return event, anna.id, registration_links.build_link(event.id, anna.id)


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json_body["type"].rpartition("/")[2]


@pytest.mark.parametrize("reason", [OVER, CAME])
def test_the_calls_are_refused(reason: str) -> None:
    """The participant's and the organiser's; the registration stays confirmed."""
    event, anna, link = build_case(reason)
    assert problem(post(f"{link}/cancellation")) == (409, reason)
    path = f"{EVENT_URL}/registrations/{anna}/cancellation"
    assert problem(as_organiser("POST", path, {"reason": "ill"})) == (409, reason)
    found = store.find(event.id, anna)
    assert found is not None
    assert found.status == "confirmed"


@pytest.mark.parametrize(("reason", "said"), [(OVER, "nothing left to cancel"), (CAME, "You are checked in")])
def test_the_page_explains_instead_of_a_button(reason: str, said: str) -> None:
    """The own page has no way to cancel, and one to delete everything; an old form gets a page that says why."""
    _, _, link = build_case(reason)
    page = get(link, **PAGE).body.decode()
    assert said in page
    assert ("/cancel" in page, "/erase" in page) == (False, True)
    leading_back = get(f"{link}/cancel", **PAGE)
    assert (leading_back.status_code, leading_back.headers["Location"]) == (303, link)
    old_form = post_form(f"{link}/cancellation", {}, **PAGE)
    assert (old_form.status_code, "<h1>" in old_form.body.decode()) == (409, True)
    assert "goes to the next in line" not in get(f"{link}/erase", **PAGE).body.decode()


@pytest.mark.parametrize("reason", [OVER, CAME])
def test_the_organisers_page_explains_it(reason: str) -> None:
    """No form to cancel; one that was open before is shown again with the problem."""
    _, anna, _ = build_case(reason)
    path = f"{EVENT_URL}/registrations/{anna}"
    page = get_page(path)
    said = "The event is over" if reason == OVER else "cannot be cancelled"
    assert (f"{path}/cancellation" in page, said in page) == (False, True)
    rejected = send(f"{path}/cancellation", {"reason": "ill"})
    assert (rejected.status_code, said in rejected.body.decode()) == (409, True)


@pytest.mark.parametrize("reason", [OVER, CAME])
def test_everything_can_be_deleted(reason: str) -> None:
    """By the participant's page or call, and by an organiser."""
    event, _, link = build_case(reason)
    assert post_form(f"{link}/erasure", {}, **PAGE).status_code == 200
    assert list(store.list_registrations(event.id)) == []


def test_an_organiser_deletes_a_guest_who_came() -> None:
    """Asked by letter, years later or the next day."""
    event, anna, _ = build_case(CAME)
    assert as_organiser("DELETE", f"{EVENT_URL}/registrations/{anna}").status_code == 204
    assert list(store.list_registrations(event.id)) == []


def test_a_cancelled_registration_is_answered_as_before() -> None:
    """Cancelled in time, and asked for again after the end: 200, and its page is as ever."""
    event = publish(builders.event())
    anna = register(event, "Anna")
    flows.cancel(participant(event.id, anna.id), clock.now())
    clock.start_at(event.ends_at)
    link = registration_links.build_link(event.id, anna.id)
    assert post(f"{link}/cancellation").status_code == 200
    assert call("GET", link, headers=PAGE).status_code == 200
