"""A form that was open while the registration changed: both values are shown, and nothing is lost."""

import re
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.language import Language
from chalicelib.problems import ChangedMeanwhile
from chalicelib.programme.model import Event
from chalicelib.registration import changing, flows, moving_up
from chalicelib.registration.access import Access
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.model import Registration
from testing import builders, registration_links
from testing.registration_links import participant
from testing.world import publish, register
from tests.web.browser import PAGE, as_organiser, get, post_form
from tests.web.desk import EVENT_URL

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def event() -> Event:
    """A place, a bus, and one room."""
    units = [("place", 9), ("bus", 9), ("room", 1)]
    return publish(builders.event(allotments=[builders.allotment(name, count) for name, count in units]))


def link(registration: Registration) -> str:
    return registration_links.build_link(registration.event_id, registration.id)


def open_form(registration: Registration) -> dict[str, str]:
    """The fields that a browser sends back from the form as it is now."""
    page = get(f"{link(registration)}/change", **PAGE).body.decode()
    fields = dict(re.findall(r'name="([\w.]+)"[^>]* value="([^"]*)"', page.partition("<form")[2]))
    return {name: value for name, value in fields.items() if "needs" not in name and "wait_for" not in name}


def send(registration: Registration, fields: dict[str, str]) -> Any:
    return post_form(f"{link(registration)}/change", fields, **PAGE)


def current(registration: Registration) -> Registration:
    return flows.load_registration(Access(registration.event_id, registration.id))


def test_the_form_carries_the_revision(event: Event) -> None:
    """That of the registration which it is filled in from."""
    anna = register(event, "Anna")
    assert open_form(anna)["revision"] == "1"


@pytest.mark.parametrize(("language", "title"), [("en", "Changed in the meantime"), ("da", "Ændret")])
def test_a_stale_tab_is_answered_with_both_values(event: Event, language: Language, title: str) -> None:
    """409: what was sent stands in the fields, and beside them what stands there now; nothing is written."""
    anna = register(event, "Anna", language=language, phone="+4520123456")
    here, there = open_form(anna), open_form(anna)
    assert send(anna, there | {"phone": "20 99 99 99", "sector": "supplier"}).status_code == 303
    answer = send(anna, here | {"organisation": "Ny By"})
    page = answer.body.decode()
    assert (answer.status_code, title in page) == (409, True)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "“+4520123456”" in page
    assert "“+4520999999”" in page
    assert {"en": "Supplier", "da": "Leverandør"}[language] in page
    assert 'value="Ny By"' in page
    assert current(anna).attendee.organisation is None


def test_sent_once_more_it_stands(event: Event) -> None:
    """The page that shows both carries the new revision, so what is sent from it is a decision."""
    anna = register(event, "Anna")
    here, there = open_form(anna), open_form(anna)
    send(anna, there | {"organisation": "One"})
    page = send(anna, here | {"organisation": "Two"}).body.decode()
    revision = re.findall(r'name="revision" value="(\d+)"', page)[0]
    assert send(anna, here | {"organisation": "Two", "revision": revision}).status_code == 303
    assert current(anna).attendee.organisation == "Two"


def test_a_second_click_is_no_conflict(event: Event) -> None:
    """The same form sent twice, and one that changes nothing any more."""
    anna = register(event, "Anna")
    fields = open_form(anna) | {"organisation": "One"}
    assert [send(anna, fields).status_code for _ in range(2)] == [303, 303]


def test_an_organisers_change_counts(event: Event) -> None:
    """A program gets the problem with each field; both values are in its message."""
    anna = register(event, "Anna", language="en")
    fields = open_form(anna)
    path = f"{EVENT_URL}/registrations/{anna.id}"
    assert as_organiser("PATCH", path, {"given_name": "Anne"}).status_code == 200
    answer = post_form(f"{link(anna)}/change", fields, Accept_Language="en")
    assert (answer.status_code, answer.json_body["type"].rpartition("/")[2]) == (409, "changed-meanwhile")
    assert answer.json_body["errors"] == [
        {
            "field": "given_name",
            "code": "changed_meanwhile",
            "message": "You sent “Anna”; now it says “Anne”.",
        }
    ]


def test_moving_up_is_no_conflict(event: Event) -> None:
    """The waitlist's own doings change nothing that the form asks for."""
    first, anna = register(event, "First", ("room",)), register(event, "Anna", ("room",))
    fields = open_form(anna)
    flows.cancel(participant(event.id, first.id), clock.now())
    moving_up.settle(event.id, clock.now())
    assert current(anna).status == "confirmed"
    assert send(anna, fields | {"organisation": "One"}).status_code == 303


@pytest.mark.parametrize("revision", ["", "0", "999", "-1", "x", "1" * 5000, "１"])
def test_a_revision_that_is_none_writes_nothing_over_a_change(event: Event, revision: str) -> None:
    """A form without any is another site's, and taken as it is."""
    anna = register(event, "Anna")
    fields = open_form(anna)
    send(anna, fields | {"organisation": "One"})
    answer = send(anna, fields | {"organisation": "Two", "revision": revision})
    assert answer.status_code == (303 if revision == "" else 409)


def test_needs_that_changed_count_too(event: Event) -> None:
    """The same rule below the page: what is based on an earlier revision changes nothing."""
    anna = register(event, "Anna")
    changing.change(event, participant(event.id, anna.id), ChangeRequest(needs=("bus",)), clock.now())
    for revision in (0, 1):
        with pytest.raises(ChangedMeanwhile):
            changing.change(
                event,
                participant(event.id, anna.id),
                ChangeRequest(needs=("room",), based_on=revision),
                clock.now(),
            )
    now = current(anna)
    assert (
        changing.change(
            event, participant(event.id, anna.id), ChangeRequest(needs=("bus",), based_on=1), clock.now()
        )
        == now
    )
    changed = changing.change(
        event, participant(event.id, anna.id), ChangeRequest(needs=("room",), based_on=now.revision), clock.now()
    )
    assert changed.needs == ("place", "room")
