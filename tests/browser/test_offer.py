"""An offer answered in a browser, without JavaScript, in both languages."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from testing import builders
from testing.system import System

SAID: dict[str, dict[str, Any]] = {
    "da": {
        "accept": ("Ja tak, jeg tager pladsen", "Du er tilmeldt"),
        "keep": ("Behold min plads i køen", "Du står på venteliste"),
        "decline": ("Nej tak", "Din tilmelding er annulleret"),
        "offered": "Der er en plads til dig",
        "waits": "Du står på venteliste",
    },
    "en": {
        "accept": ("Yes, I take the place", "You are registered"),
        "keep": ("Keep my place in the line", "You are on the waitlist"),
        "decline": ("No, thank you", "Your registration is cancelled"),
        "offered": "There is a place for you",
        "waits": "You are on the waitlist",
    },
}
STATUS = {"accept": "confirmed", "keep": "waiting", "decline": "cancelled"}


def offered(system: System, page: Page, event_id: str, language: str) -> dict[str, Any]:
    """Return a registration with an offer, on whose page a participant waited until then."""
    system.create(event_id, allotments=[builders.allotment("place", 1)], waitlist={"mode": "offer"})
    anna = system.register(event_id, "Anna")
    bo = system.register(event_id, "Bo", language=language)
    page.goto(bo["links"]["self"])
    expect(page.get_by_role("heading", name=SAID[language]["waits"])).to_be_visible()
    system.cancel(anna)
    system.wait_until_idle()
    page.reload()
    expect(page.get_by_role("heading", name=SAID[language]["offered"])).to_be_visible()
    return bo


@pytest.mark.parametrize("answer", STATUS)
@pytest.mark.parametrize("language", SAID)
def test_an_offer_is_answered(system: System, page: Page, language: str, answer: str) -> None:
    """One button for each answer; the page says what became of it, and going back there is nothing to press."""
    bo = offered(system, page, f"offer-{answer}-{language}", language)
    button, heading = SAID[language][answer]
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    assert system.read_registration(bo)["status"] == STATUS[answer]
    page.go_back()
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_role("button", name=button)).to_have_count(0)
