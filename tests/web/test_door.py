"""Checking in over HTTP."""

import pytest

from chalicelib.programme.model import Event
from chalicelib.registration import links
from chalicelib.registration.model import Registration
from tests import builders
from tests.registration.world import publish, register
from tests.web.browser import as_organiser, call

pytestmark = pytest.mark.usefixtures("aws")


def registered() -> tuple[Event, Registration, str]:
    event = publish(builders.event())
    anna = register(event, "Anna")
    return event, anna, f"/organiser/events/{event.id}"


def test_they_are_checked_in_and_listed_so() -> None:
    """With the time; taken back, it is null again."""
    _, anna, here = registered()
    one = f"{here}/registrations/{anna.id}"
    at = "2019-11-01T07:59:00+01:00"
    answer = as_organiser("POST", f"{one}/check-in", {"at": at})
    assert (answer.status_code, answer.json_body["registration"]["checked_in_at"]) == (200, at)
    [listed] = as_organiser("GET", f"{here}/registrations").json_body["registrations"]
    assert listed["checked_in_at"] == at
    assert as_organiser("POST", f"{one}/check-in").json_body["registration"]["checked_in_at"] == at
    assert as_organiser("DELETE", f"{one}/check-in").json_body["registration"]["checked_in_at"] is None


def test_the_code_is_the_link_or_its_token() -> None:
    """Whatever a reader makes of it; of another event it is not found, and what is no code neither."""
    event, anna, here = registered()
    other = publish(builders.event("another"))
    bo = register(other, "Bo")
    for code in (links.link(event.id, anna.id), links.token(event.id, anna.id)):
        answer = as_organiser("POST", f"{here}/check-ins", {"code": code})
        assert (answer.status_code, answer.json_body["registration"]["id"]) == (200, anna.id)
    for code in (links.link(other.id, bo.id), links.token(event.id, "nobody"), "https://example.org/x", "x"):
        assert as_organiser("POST", f"{here}/check-ins", {"code": code}).status_code == 404
    assert as_organiser("POST", f"{here}/check-ins", {"code": ""}).status_code == 422


def test_nobody_else_checks_anybody_in() -> None:
    """Without a session it is refused, and nothing is told."""
    event, anna, here = registered()
    one = f"{here}/registrations/{anna.id}/check-in"
    for method, path in (("POST", one), ("DELETE", one), ("POST", f"{here}/check-ins")):
        answer = call(method, path, {"code": links.token(event.id, anna.id)})
        assert (answer.status_code, "Anna" in answer.body.decode()) == (401, False)


def test_whoever_has_no_place_is_told_so() -> None:
    """409, in the organiser's language; whoever is not there is not found."""
    event = publish(builders.event(allotments=[builders.allotment("place", 0)]))
    anna = register(event, "Anna")
    here = f"/organiser/events/{event.id}/registrations"
    refused = as_organiser("POST", f"{here}/{anna.id}/check-in", Accept_Language="da")
    assert (refused.status_code, refused.json_body["title"]) == (409, "Ingen plads")
    assert as_organiser("POST", f"{here}/nobody/check-in").status_code == 404
    assert as_organiser("DELETE", f"{here}/nobody/check-in").status_code == 404
