"""Registering with the keyboard alone, and what guards the form against hurry and robots."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from testing import builders
from testing.system import System, build_email_address
from tests.browser import our_form
from tests.browser.test_change import tab_to

WORDS = {
    "da": {"bus": "bus (", "title": "Du er tilmeldt", "quick": "Det gik meget stærkt", "empty": "Lad dette felt"},
    "en": {"bus": "bus (", "title": "You are registered", "quick": "very quick", "empty": "Leave this field"},
}


def type_in(page: Page, field: Locator, text: str) -> None:
    """Replace the text of a field by keyboard."""
    tab_to(page, field)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def seen(page: Page) -> bool:
    """Return True if the focus is visible."""
    outline: str = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    return outline != "none"


@pytest.mark.parametrize("language", WORDS)
def test_registering_by_keyboard(system: System, page: Page, language: str) -> None:
    """Through an error, to the confirmation: Tab, Space and Enter are enough, and one sees where one is."""
    said, event_id = WORDS[language], f"by-keys-{language}"
    given, family, email, accepted = our_form.NAMES[language]
    system.create(event_id, allotments=[builders.allotment("place", 9), builders.allotment("bus", 9)])
    our_form.show(system, page, event_id, language)
    type_in(page, page.get_by_label(given, exact=True).first, "Søren")
    type_in(page, page.get_by_label(family, exact=True).first, "Ågård")
    type_in(page, page.get_by_label(email, exact=True).first, "soeren@nowhere")
    tab_to(page, page.get_by_label(said["bus"]).first)
    assert seen(page)
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label(accepted))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name=our_form.SEND[language]))
    assert seen(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    assert seen(page)
    page.keyboard.press("Enter")
    expect(page.get_by_label(email, exact=True).first).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type(build_email_address(event_id, "soeren"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=said["title"])).to_be_visible()
    assert system.read_counts(event_id) == {"place": (1, 0), "bus": (1, 0)}


def test_a_double_click_registers_once(system: System, page: Page) -> None:
    """Both clicks lead to the one registration, and there is one mail."""
    system.create("clicked-twice")
    our_form.show(system, page, "clicked-twice")
    our_form.fill_in(page, "Anna", "Holm", build_email_address("clicked-twice", "anna"))
    page.get_by_role("button", name=our_form.SEND["da"]).dblclick()
    expect(page.get_by_role("heading", name="Du er tilmeldt")).to_be_visible()
    system.wait_until_idle()
    assert system.read_counts("clicked-twice") == {"place": (1, 0)}
    assert len(system.list_mails_to(build_email_address("clicked-twice", "anna"))) == 1


@pytest.mark.parametrize("language", WORDS)
def test_who_is_too_quick_sends_again(system: System, page: Page, language: str) -> None:
    """The form of a moment ahead of the clock stands for one that is sent at once; it comes back filled in."""
    said, event_id = WORDS[language], f"quick-{language}"
    system.create(event_id)
    our_form.show(system, page, event_id, language)
    our_form.fill_in(page, "Anna", "Holm", build_email_address(event_id, "anna"), language)
    page.locator("[name=shown_at]").evaluate("(field, now) => field.value = now", system.now().isoformat())
    our_form.send(page, language)
    expect(page.get_by_role("alert")).to_contain_text(said["quick"])
    assert system.read_counts(event_id) == {"place": (0, 0)}
    system.advance(timedelta(seconds=2))
    page.get_by_label(our_form.NAMES[language][3]).check()
    our_form.send(page, language)
    expect(page.get_by_role("heading", name=said["title"])).to_be_visible()


@pytest.mark.parametrize("language", WORDS)
def test_the_robots_field_is_seen_by_robots_alone(system: System, page: Page, language: str) -> None:
    """The keyboard passes it by; filled in all the same, it is shown, and emptied it lets one through."""
    said, event_id = WORDS[language], f"robot-{language}"
    system.create(event_id)
    our_form.show(system, page, event_id, language)
    assert page.locator("#homepage").get_attribute("tabindex") == "-1"
    box = page.locator("div", has=page.locator("#homepage")).bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (1, 1)
    our_form.fill_in(page, "Anna", "Holm", build_email_address(event_id, "anna"), language)
    page.locator("#homepage").evaluate("field => field.value = 'https://example.org'")
    our_form.send(page, language)
    expect(page.get_by_role("alert")).to_contain_text(said["empty"])
    assert system.read_counts(event_id) == {"place": (0, 0)}
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("#homepage")).to_be_focused()
    page.locator("#homepage").fill("")
    our_form.send(page, language)
    expect(page.get_by_role("heading", name=said["title"])).to_be_visible()
