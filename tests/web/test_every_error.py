"""Errors come all at once: one answer names every field of a form or a call that is wrong."""

import json
import re
from typing import Any

import pytest

from testing import builders, registration_links
from testing.world import break_document, publish_with_places, register
from tests.web.browser import PAGE, as_organiser, call, post_form
from tests.web.desk import EVENT, EVENT_URL, send

LONG = "x" * 501
TWO_ROOMS = (builders.allotment("room", 1), builders.allotment("bed", 1))
BAD_DOCUMENT = builders.event_document(EVENT, ends_at="soon", waitlist={"offer_hours": 0})


@pytest.fixture
def places(quick_aws: None) -> dict[str, str]:  # noqa: ARG001 - what it is published in
    """An event with one who came and one who waits: the addresses of their registrations, by name."""
    event = publish_with_places(1, *TWO_ROOMS)
    people = {name: register(event, name) for name in ("Anna", "Bo")}
    return {name: registration_links.build_link(EVENT, each.id) for name, each in people.items()} | {
        f"{name}_id": each.id for name, each in people.items()
    }


FORMS: dict[str, tuple[str, dict[str, str], set[str]]] = {
    "a hold": (
        "/holds",
        {"form": "f", "name": LONG, "units.place": "y", "units.room": "-1", "reason": LONG},
        {"name", "units.place", "units.room", "reason"},
    ),
    "a hold without a name": (
        "/holds",
        {"form": "f", "units.bed": "1.5", "reason": "ok"},
        {"name", "units.bed"},
    ),
    "an event": (
        "/edit",
        {"version": "1", "starts_at": "soon", "ends_at": "later", "sessions.0.title.en": "Talk", "reason": LONG},
        {"title.da", "starts_at", "ends_at", "sessions.0.title.da", "reason"},
    ),
    "a capacity": ("/allotments/place", {"capacity": "many", "reason": LONG}, {"capacity", "reason"}),
    "a move": (
        "/allotments/room/moves",
        {"version": "1", "units": "0", "allotment": "room", "reason": " "},
        {"units", "allotment", "reason"},
    ),
    "a promotion": (
        "/registrations/{Bo_id}/promotion",
        {"wait_for": LONG, "hold": LONG},
        {"wait_for", "hold", "reason"},
    ),
    "a priority": (
        "/registrations/{Bo_id}/priority",
        {"wait_for": LONG, "priority": "0"},
        {"wait_for", "priority", "reason"},
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_an_organisers_form_comes_back_with_every_error(name: str, places: dict[str, str]) -> None:
    """The summary leads to each field that is wrong."""
    path, fields, wrong = FORMS[name]
    answer = send(EVENT_URL + path.format(**places), fields)
    page = answer.body.decode()
    [problem] = re.findall(r'<div class="problem".*?</div>', page, re.DOTALL)
    named = set(re.findall(r'<li><a href="#[^"]*?-([a-z][\w.]*)">', problem))
    assert (answer.status_code, wrong - named) == (422, set())


CALLS: dict[str, tuple[str, str, dict[str, Any], set[str]]] = {
    "an event of another id": (
        "PUT",
        "",
        BAD_DOCUMENT | {"id": "other"},
        {"id", "ends_at", "waitlist.offer_hours"},
    ),
    "a hold": (
        "PUT",
        "/holds/x",
        {"units": {"place": -1, "bed": "y"}, "reason": "", "odd": 1},
        {"units.place", "units.bed", "reason", "odd"},
    ),
    "a capacity": (
        "PUT",
        "/allotments/place",
        {"capacity": -1, "reason": LONG, "confirm": "yes"},
        {"capacity", "reason", "confirm"},
    ),
    "a move": (
        "POST",
        "/allotments/room/moves",
        {"to": "room", "units": 0, "reason": LONG, "confirm": 1},
        {"to", "units", "reason", "confirm"},
    ),
    "a cancellation": (
        "POST",
        "/registrations/{Anna_id}/cancellation",
        {"reason": LONG, "odd": 1},
        {"reason", "odd"},
    ),
    "a change": (
        "PATCH",
        "/registrations/{Anna_id}",
        {"given_name": "", "email": "b@example.org", "needs": ["yacht"], "wait_for": ["place"], "sector": "x"},
        {"given_name", "email", "needs.0", "wait_for", "sector"},
    ),
    "a shared room": ("POST", "/shared-rooms", {"guests": ["x", "y"]}, {"guests.0", "guests.1", "reason"}),
    "bookings": ("POST", "/bookings", {"csv": "", "confirm": "yes"}, {"csv", "confirm"}),
    "a recount": ("POST", "/recount", {"repair": "yes", "reason": LONG}, {"repair", "reason"}),
    "a check-in": ("POST", "/check-ins", {"code": "", "at": "soon", "odd": 1}, {"code", "at", "odd"}),
}


@pytest.mark.parametrize("name", CALLS)
def test_an_organisers_call_is_answered_with_every_error(name: str, places: dict[str, str]) -> None:
    """So that a program has one round of mending, too."""
    method, path, body, wrong = CALLS[name]
    answer = as_organiser(method, EVENT_URL + path.format(**places), body)
    named = {error["field"] for error in answer.json_body["errors"]}
    assert (answer.status_code, named) == (422, wrong)


BROKEN: list[tuple[str, set[str]]] = [
    ("{", {"could not be read as a JSON object", "Use at most 500 characters"}),
    (json.dumps(BAD_DOCUMENT), {"Write a date and a time", "must be at least 1", "Use at most 500 characters"}),
    (
        json.dumps(BAD_DOCUMENT | {"id": "other"}),
        {"must be the id in the address", "Write a date and a time", "Use at most 500 characters"},
    ),
    (
        json.dumps(builders.event_document("other")),
        {"must be the id in the address", "Use at most 500 characters"},
    ),
]


@pytest.mark.parametrize(("document", "messages"), BROKEN)
@pytest.mark.usefixtures("places")
def test_a_broken_events_form_comes_back_with_every_error(document: str, messages: set[str]) -> None:
    """What is wrong with the document, its id and the reason."""
    break_document(EVENT)
    answer = send(f"{EVENT_URL}/edit", {"document": document, "version": "1", "reason": LONG})
    page = answer.body.decode()
    assert (answer.status_code, {each for each in messages if each not in page}) == (422, set())


def test_a_participants_call_is_answered_with_every_error(places: dict[str, str]) -> None:
    """The answer to an offer, and a change, by the holder of the link."""
    refused = call("POST", f"{places['Bo']}/refusal", {"offer": "soon", "keep_place": "yes", "odd": 1})
    changed = call(
        "PATCH", places["Anna"], {"given_name": "", "phone": "x", "needs": ["yacht"], "wait_for": ["place"]}
    )
    assert [{error["field"] for error in each.json_body["errors"]} for each in (refused, changed)] == [
        {"offer", "keep_place", "odd"},
        {"given_name", "phone", "needs.0", "wait_for"},
    ]


@pytest.mark.usefixtures("places")
def test_the_registration_form_comes_back_with_every_error() -> None:
    """Also with that of the field which only bots are meant to fill in."""
    fields = {
        "homepage": "https://example.org",
        "given_name": "",
        "email": "x",
        "needs": "yacht",
        "language": "en",
    }
    answer = post_form(f"/events/{EVENT}/registrations", fields, **PAGE)
    named = set(re.findall(r'href="#([\w.]+)"', answer.body.decode()))
    wrong = {"homepage", "given_name", "email", "privacy_accepted"}
    assert (answer.status_code, wrong - named) == (422, set())
