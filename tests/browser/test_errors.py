"""Errors are said twice: in a summary that takes focus and leads to the field, and beside the field."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from chalicelib.language import LANGUAGES, Language
from tests.browser.states import all_pages
from tests.browser.visiting import address, visiting

#: The pages with errors of fields, and which fields are wrong there.
WRONG = {
    "form-empty": {"given_name", "email", "privacy_accepted"},
    "form-wrong": {
        "given_name",
        "family_name",
        "email",
        "phone",
        "sector",
        "travel.name_on_id.family",
        "travel.title",
        "travel.emergency_contact.name",
        "travel.emergency_contact.phone",
        "dietary.note",
        "dietary.consent",
        "privacy_accepted",
        "party.0.family_name",
        "party.0.email",
    },
    "form-need": {"needs"},
    "form-consent": {"dietary.consent"},
    "form-robot": {"homepage"},
    "change-wrong": {"given_name", "family_name", "phone"},
    "change-full": {"wait_for"},
    "change-late": {"given_name", "family_name", "travel.title"},
}
#: Fields whose error names them by itself.
SPEAKING = {"privacy_accepted", "dietary.consent", "homepage", "needs", "wait_for"}


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_error_is_in_the_summary_and_beside_its_field(chromium: Browser, language: Language) -> None:
    """Each link leads to its field, tells what the field is called, and says what the field's description says."""
    pages = all_pages(language)
    with visiting(chromium, {name: pages[name] for name in WRONG}) as page:
        for name, fields in WRONG.items():
            page.goto(address(name))
            summary = page.get_by_role("alert")
            expect(summary).to_be_focused()
            expect(page).to_have_title(re.compile("^(Fejl|Error): "))
            links = {str(link.get_attribute("href"))[1:]: link for link in summary.get_by_role("link").all()}
            assert (name, set(links)) == (name, fields)
            for field, link in links.items():
                _check(page, field, link)


def _check(page: Page, field: str, link: Locator) -> None:
    text = link.inner_text()
    link.click()
    target = page.locator(f"[id='{field}']")
    expect(target).to_be_focused()
    described = str(target.get_attribute("aria-describedby")).split()
    message = page.locator(f"[id='{described[-1]}']").inner_text()
    assert message
    assert text.endswith(message)
    if field not in SPEAKING:
        label = page.locator(f"label[for='{field}']").inner_text().partition(" (")[0]
        assert text.removesuffix(message).rstrip().endswith(f"{label}:")


@pytest.mark.usefixtures("memory")
def test_what_was_filled_in_is_kept(chromium: Browser) -> None:
    """Also what was wrong, and what was said for colleagues."""
    with visiting(chromium, {"form-wrong": all_pages("da")["form-wrong"]}) as page:
        page.goto(address("form-wrong"))
        kept = {"email": "anna@nowhere", "phone": "7", "dietary.note": "x" * 501, "party.0.email": "bo@nowhere"}
        for field, value in kept.items():
            expect(page.locator(f"[id='{field}']")).to_have_value(value)
