"""The order in which people see events."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.auth.sessions import issue_token
from chalicelib.programme.listing import split_by_end
from chalicelib.programme.model import Event
from testing import builders
from testing.world import publish
from tests.web.browser import PAGE, call, get
from tests.web.credentials import DOOR
from tests.web.desk import extract_text, get_page

pytestmark = pytest.mark.usefixtures("memory")

DAYS = {"spring": "2020-03-03", "summer": "2020-06-06", "autumn": "2020-09-09", "advent": "2020-12-12"}


def build(name: str) -> Event:
    """An event of that season, with its name as its title."""
    day = DAYS[name]
    window = {"opens_at": "2019-10-01T08:00", "closes_at": f"{day}T12:00"}
    title = {"da": name, "en": name}
    return builders.event(name, title=title, starts_at=f"{day}T15:00", ends_at=f"{day}T18:00", registration=window)


def test_the_next_event_stands_first_and_of_the_past_the_latest() -> None:
    """In any order that they are read in; an event is past from the moment of its end on."""
    events = [build(name) for name in ("autumn", "spring", "advent", "summer")]
    end = build("summer").ends_at
    upcoming, past = split_by_end(events, end)
    assert ([each.id for each in upcoming], [each.id for each in past]) == (
        ["autumn", "advent"],
        ["summer", "spring"],
    )
    upcoming, past = split_by_end(events, end - timedelta(seconds=1))
    assert ([each.id for each in upcoming], [each.id for each in past]) == (
        ["summer", "autumn", "advent"],
        ["spring"],
    )


def test_the_json_has_what_is_not_over_and_on_request_the_rest() -> None:
    """A program that lists events wants those to come; only `past=true` gets the others."""
    for name in DAYS:
        publish(build(name))
    clock.start_at(build("summer").starts_at)
    assert list_ids("/events") == list_ids("/events?past=false") == ["summer", "autumn", "advent"]
    assert list_ids("/events?past=true") == ["spring"]
    clock.start_at(build("summer").ends_at)
    assert list_ids("/events") == ["autumn", "advent"]
    assert list_ids("/events?past=true") == ["summer", "spring"]


def list_ids(path: str) -> list[str]:
    return [event["id"] for event in get(path).json_body["events"]]


@pytest.mark.parametrize("path", ["/", "/events"])
def test_past_events_stand_below_under_a_heading_of_their_own(path: str) -> None:
    """On the programme's page; while nothing is over there is no such heading, and nothing planned is said."""
    for name in DAYS:
        publish(build(name))
    assert "Past events" not in get(f"{path}?lang=en", **PAGE).body.decode()
    clock.start_at(build("summer").ends_at)
    page = extract_text(get(f"{path}?lang=en", **PAGE).body.decode())
    assert find_order(page, *DAYS) == ["autumn", "advent", "Past events", "summer", "spring"]
    clock.start_at(build("advent").ends_at)
    page = extract_text(get(f"{path}?lang=en", **PAGE).body.decode())
    assert find_order(page, *DAYS) == ["Past events", "advent", "autumn", "summer", "spring"]
    assert "No events are planned just now." in page


def find_order(page: str, *titles: str) -> list[str]:
    found = [(page.index(text), text) for text in (*titles, "Past events") if text in page]
    return [text for _, text in sorted(found)]


def test_the_organisers_overview_has_the_same_order() -> None:
    """And so has the page of those who check in, and what their programs get."""
    for name in DAYS:
        publish(build(name))
    clock.start_at(build("summer").ends_at)
    expected = ["autumn", "advent", "Past events", "summer", "spring"]
    assert find_order(extract_text(get_page("/organiser")), *DAYS) == expected
    door = {"Authorization": f"Bearer {issue_token(DOOR, clock.now())}"}
    staff = extract_text(call("GET", "/organiser?lang=en", headers=door | PAGE).body.decode())
    assert find_order(staff, *DAYS) == expected
    listed = call("GET", "/organiser", headers=door).json_body["events"]
    assert [event["id"] for event in listed] == ["autumn", "advent", "summer", "spring"]
