"""No-shows: the confirmed who have not come, once check-in has begun."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.programme.model import Event
from chalicelib.web.organiser.event_page import CHECK_IN_LEAD_TIME
from testing.world import publish_with_places, register
from tests.web.browser import as_organiser
from tests.web.desk import EVENT_URL, extract_text, get_page

pytestmark = pytest.mark.usefixtures("memory")

LIST = f"{EVENT_URL}/registrations"


def arrivals() -> Event:
    """Anna has come; Bo and Åse have not; Carl waits, and Dorte has cancelled."""
    event = publish_with_places(4)
    people = enumerate(("Anna", "Bo", "Åse", "Dorte", "Carl"))
    ids = {name: register(event, name, email=f"{number}@example.org").id for number, name in people}
    as_organiser("POST", f"{LIST}/{ids['Anna']}/check-in", {"at": "2019-11-01T07:59:00+01:00"})
    as_organiser("POST", f"{LIST}/{ids['Dorte']}/cancellation")
    return event


def given_names(query: str) -> list[str]:
    listed = as_organiser("GET", f"{LIST}?{query}").json_body["registrations"]
    return sorted(each["given_name"] for each in listed)


def test_registrations_are_narrowed_to_who_has_come_and_who_has_not() -> None:
    """Of those who have a place; as JSON, as a page and as a spreadsheet, with the time."""
    arrivals()
    assert [given_names(query) for query in ("came=no", "came=yes", "came=no&q=bo")] == [
        ["Bo", "Åse"],
        ["Anna"],
        ["Bo"],
    ]
    assert as_organiser("GET", f"{LIST}?came=perhaps").status_code == 422
    page = extract_text(get_page(f"{LIST}?came=no"))
    assert [name in page for name in ("Hansen, Bo", "Hansen, Åse", "Hansen, Anna", "Hansen, Carl")] == [
        True,
        True,
        False,
        False,
    ]
    sheet = as_organiser("GET", f"{LIST}?came=no&format=csv").body.decode("utf-8-sig").splitlines()
    assert [row.split(";")[1] for row in sheet[1:]] == ["Bo", "Åse"]
    [_, row] = as_organiser("GET", f"{LIST}?came=yes&format=csv").body.decode("utf-8-sig").splitlines()
    assert row.endswith(";01-11-2019 07:59")


def test_the_events_page_names_them_once_the_door_is_open() -> None:
    """An hour before it begins, and not earlier; with the way to all of them."""
    event = arrivals()
    clock.start_at(event.starts_at - CHECK_IN_LEAD_TIME - timedelta(minutes=1))
    assert "Who has not come" not in get_page(EVENT_URL)
    clock.advance(timedelta(minutes=1))
    page = get_page(EVENT_URL)
    assert "2 people have not come. Their names Hansen, Bo Hansen, Åse" in extract_text(page)
    for kind in ("", "&amp;format=xlsx", "&amp;format=csv"):
        assert f'href="{LIST}?lang=en&amp;came=no{kind}"' in page


def test_when_everybody_is_here_the_page_says_so() -> None:
    """Without no-shows the page says that all are here."""
    event = publish_with_places(1)
    anna = register(event, "Anna")
    clock.start_at(event.starts_at)
    as_organiser("POST", f"{LIST}/{anna.id}/check-in")
    assert "Everybody who is expected is here." in get_page(EVENT_URL)


def test_who_came_is_said_where_they_are_listed() -> None:
    """With the moment."""
    arrivals()
    assert "registered came Friday 1 November 2019, 7:59" in extract_text(get_page(LIST))
