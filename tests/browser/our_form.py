"""Fill in and send our own form as people do: not at once."""

from datetime import timedelta

from playwright.sync_api import Page

from testing.system import System

SEND = {"da": "Tilmeld dig", "en": "Register"}
NAMES = {
    "da": ("Fornavn", "Efternavn", "Mailadresse", "I må bruge mine oplysninger"),
    "en": ("Given name", "Family name", "Email address", "You may use my details"),
}


def show(system: System, page: Page, event_id: str, language: str = "da") -> None:
    """Show the event's page, as long ago as it takes to fill its form in."""
    page.goto(f"{system.address}/events/{event_id}?lang={language}")
    system.advance(timedelta(seconds=2))


def fill_in(page: Page, given_name: str, family_name: str, email: str, language: str = "da") -> None:
    """Fill in the fields that every participant has to."""
    given_label, family_label, address_label, accepted_label = NAMES[language]
    page.get_by_label(given_label, exact=True).first.fill(given_name)
    page.get_by_label(family_label, exact=True).first.fill(family_name)
    page.get_by_label(address_label, exact=True).first.fill(email)
    page.get_by_label(accepted_label).check()


def send(page: Page, language: str = "da") -> None:
    """Press the form's button."""
    page.get_by_role("button", name=SEND[language], exact=True).click()
