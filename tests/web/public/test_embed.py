"""The form for another site: what our own page's form asks, and nothing of our page."""

import re

import pytest

from chalicelib.language import LANGUAGES, Language
from chalicelib.web.public import embed
from testing import builders
from testing.world import publish
from tests.web.browser import PAGE, get
from tests.web.participant.test_change_page import FLIGHT

pytestmark = pytest.mark.usefixtures("memory")

MEAL = {"name": "lunch", "title": {"da": "Frokost", "en": "Lunch"}, "starts_at": "2020-05-05T12:00"}


def names(written: str) -> set[str]:
    return set(re.findall(r' name="([^"]+)"', written))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_asks_what_our_own_form_asks(language: Language) -> None:
    """The same fields but for colleagues and what only our page can have; nothing that changes by the hour."""
    units = [builders.allotment("place", 10), builders.allotment("bus", 10)]
    event = publish(builders.event(allotments=units, legs=[FLIGHT], meals=[MEAL]))
    written = embed.render_form(event, language)
    page = get(f"/events/{event.id}?lang={language}", **PAGE).body.decode()
    ours = {name for name in names(page.partition("<form")[2]) if not name.startswith("party.")}
    assert names(written) == ours - {"idempotency_key", "shown_at", "homepage", "accept_fewer"}
    assert f'name="language" value="{language}"' in written
    assert "10" not in written


def test_it_stands_on_any_page() -> None:
    """Its action is an absolute address, its ids are nobody else's, and it brings no class, style or script."""
    written = embed.render_form(publish(builders.event()), "da")
    [action] = re.findall(r'action="([^"]+)"', written)
    assert action == "https://tilmelding.example/events/leverandoerernes-oenskeseddel/registrations"
    assert all(each.startswith("tilmelding-") for each in re.findall(r' (?:id|for)="([^"]+)"', written))
    assert re.findall(r"<script|<style|style=|src=", written) == []


def test_the_page_shows_both_as_text() -> None:
    """Markup to be copied is shown, not run."""
    event = publish(builders.event())
    page = get(f"/events/{event.id}/embed", **PAGE).body.decode()
    assert "&lt;form method=" in page
    assert "&lt;script&gt;" in page
    assert re.findall(r"<form|<script", page) == []


def test_of_no_event_there_is_none() -> None:
    """404, as for the event's page."""
    assert get("/events/moon/embed", **PAGE).status_code == 404
