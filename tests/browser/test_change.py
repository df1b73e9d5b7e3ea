"""Changing a registration in a browser, with the keyboard alone."""

from playwright.sync_api import Locator, Page, expect

from testing import builders
from testing.system import System

UNITS = [
    builders.allotment("place", 10),
    builders.allotment("bed", 10, "sleep"),
    builders.allotment("room", 1, "sleep"),
]


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the element has the focus, as a reader without a mouse does."""
    element = target.element_handle()
    for _ in range(60):
        page.keyboard.press("Tab")
        if element.evaluate("here => here === document.activeElement"):
            return
    raise AssertionError(f"no way there by keyboard: {target}")


def test_details_and_a_wish_are_changed_by_keyboard(system: System, page: Page) -> None:
    """From the page to the form, through an error, and back: they keep the bed and wait for the room."""
    system.create("by-keyboard", allotments=UNITS)
    system.register("by-keyboard", "Anna", needs=["room"])
    bo = system.register("by-keyboard", "Bo", needs=["bed"])
    page.goto(bo["links"]["self"])
    tab_to(page, page.get_by_role("link", name="Ret dine oplysninger"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Telefon"))
    page.keyboard.type("7")
    tab_to(page, page.get_by_label("Vent på det: room"))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("telefonnummer")
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, page.get_by_role("alert").get_by_role("link"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Telefon")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("20 12 34 56")
    expect(page.get_by_label("Vent på det: room")).to_be_checked()
    tab_to(page, page.get_by_role("button", name="Gem"))
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Du venter også på: room. Du er nummer 1 i køen.")
    assert system.read_registration(bo)["needs"] == ["place", "bed"]
    assert system.read_counts("by-keyboard") == {"place": (2, 0), "bed": (1, 0), "room": (1, 1)}


def test_cancelling_can_be_thought_better_of(system: System, page: Page) -> None:
    """The question leads back to the page, and only its button cancels."""
    system.create("second-thoughts", allotments=UNITS)
    bo = system.register("second-thoughts", "Bo")
    page.goto(bo["links"]["self"])
    page.get_by_role("link", name="Afmeld mig").click()
    page.get_by_role("link", name="Nej, gå tilbage").click()
    expect(page.get_by_role("heading", name="Du er tilmeldt")).to_be_visible()
    page.get_by_role("link", name="Afmeld mig").click()
    page.get_by_role("button", name="Afmeld mig").click()
    expect(page.get_by_role("heading", name="Din tilmelding er annulleret")).to_be_visible()
