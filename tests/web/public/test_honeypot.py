"""Bots that fill in the honeypot or send our form at once are rejected; all others get through."""

import re
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.registration import store
from testing import builders
from testing.world import publish
from tests.web.browser import PAGE, get, post, post_form

EVENT = "leverandoerernes-oenskeseddel"
WHO = {"given_name": "Anna", "family_name": "Holm", "email": "anna@example.org", "privacy_accepted": "true"}


@pytest.fixture(autouse=True)
def _event(aws: None) -> None:  # noqa: ARG001 - what it is published in
    publish(builders.event())


def shown_at(page: str) -> str:
    [moment] = re.findall(r'name="shown_at" value="([^"]+)"', page)
    return str(moment)


def send(**changes: str) -> Any:
    return post_form(f"/events/{EVENT}/registrations", WHO | {"language": "en"} | changes, **PAGE)


def test_a_form_sent_at_once_comes_back_and_goes_through_later() -> None:
    """Nothing is registered; what was filled in stands there, and two seconds after the first look it is taken."""
    shown = shown_at(get(f"/events/{EVENT}", **PAGE).body.decode())
    early = send(shown_at=shown)
    again = early.body.decode()
    assert (early.status_code, "Nothing is sent yet" in again, 'value="Anna"' in again) == (422, True, True)
    assert (shown_at(again), [*store.list_registrations(EVENT)]) == (shown, [])
    clock.advance(timedelta(seconds=2))
    assert send(shown_at=shown).status_code == 303


@pytest.mark.parametrize("moment", ["yesterday", "2019-11-01T08:00", "2030-01-01T00:00:00+00:00"])
def test_a_moment_that_our_form_never_says_is_refused(moment: str) -> None:
    """No moment, no zone, or not yet."""
    assert send(shown_at=moment).status_code == 422


def test_the_field_that_nobody_sees_must_stay_empty() -> None:
    """The honeypot comes back visible, with its error, for a person whose browser has filled it in."""
    assert '<div class="aside">' in get(f"/events/{EVENT}", **PAGE).body.decode()
    page = send(homepage="https://example.org").body.decode()
    assert 'href="#homepage"' in page
    assert "Leave this field empty." in page
    assert '<div class="aside">' not in page
    assert [*store.list_registrations(EVENT)] == []


def test_a_form_of_another_site_is_taken_as_it_is() -> None:
    """It has neither field."""
    assert send().status_code == 303


def test_programs_have_no_such_fields() -> None:
    """In JSON they are unknown, as any other is."""
    answer = post(f"/events/{EVENT}/registrations", builders.person(homepage="x", shown_at="y"))
    assert {error["field"]: error["code"] for error in answer.json_body["errors"]} == {
        "homepage": "unknown_field",
        "shown_at": "unknown_field",
    }
