"""Checking in at the door in a browser, also with the network cut."""

from datetime import datetime

from playwright.sync_api import Browser, Locator, Page, expect

from testing import builders
from testing.system import System

EVENT = "at-the-door"


def come_in(system: System, page: Page) -> None:
    """Give the page an organiser's session."""
    token = system.get("/_local/organiser-token").document["token"]
    page.context.add_cookies([{"name": "organiser", "value": token, "url": system.address}])


def button(page: Page, name: str) -> Locator:
    """Return the button that checks the guest in."""
    return page.get_by_role("listitem").filter(has_text=name).get_by_role("button", name="Er kommet")


def guests(system: System, event_id: str, *names: str) -> list[str]:
    """Register people for a new event, and return their links."""
    system.create(event_id, allotments=[builders.allotment("place", 9)])
    return [system.register(event_id, name)["links"]["self"] for name in names]


def came(system: System, event_id: str) -> dict[str, bool]:
    """Return for each guest whether they are checked in."""
    listed = system.as_organiser("GET", f"/organiser/events/{event_id}/registrations").document["registrations"]
    return {each["given_name"]: each["checked_in_at"] is not None for each in listed}


def test_without_javascript_a_name_is_searched_and_ticked(system: System, page: Page) -> None:
    """One search, one button; then they are here."""
    guests(system, "door-plain", "Anna", "Bo")
    come_in(system, page)
    page.goto(f"{system.address}/organiser/events/door-plain/door")
    page.get_by_label("Navn").fill("anna")
    page.get_by_role("button", name="Søg").click()
    button(page, "Anna").click()
    expect(page.get_by_role("status").first).to_contain_text("De er her.")
    assert came(system, "door-plain") == {"Anna": True, "Bo": False}


def test_what_is_told_without_network_is_sent_when_there_is_one(system: System, chromium: Browser) -> None:
    """Two come while the network is cut: they are here at once, and at the server later, as of then."""
    guests(system, EVENT, "Anna", "Bo", "Carl")
    context = chromium.new_context(locale="da-DK")
    page = context.new_page()
    come_in(system, page)
    page.goto(f"{system.address}/organiser/events/{EVENT}/door")
    expect(page.locator("#door")).to_have_attribute("data-known", "3")
    page.get_by_label("Navn").fill("car")
    button(page, "Carl").click()
    expect(page.get_by_role("listitem").filter(has_text="Carl")).to_contain_text("er her.")
    context.set_offline(True)
    for name in ("Anna", "Bo"):
        page.get_by_label("Navn").fill(name.lower())
        button(page, name).click()
        expect(page.get_by_role("listitem").filter(has_text=name)).to_contain_text("er her.")
    expect(page.locator("#came")).to_have_text("3")
    expect(page.locator("#state")).to_contain_text("2 bliver gemt her")
    assert came(system, EVENT) == {"Anna": False, "Bo": False, "Carl": True}
    cut_until: datetime = system.now()
    context.set_offline(False)
    expect(page.locator("#state")).to_have_text("Alt er sendt.", timeout=20_000)
    expect(page.locator("#door")).to_have_attribute("data-unsent", "0", timeout=20_000)
    context.close()
    assert came(system, EVENT) == {"Anna": True, "Bo": True, "Carl": True}
    listed = system.as_organiser("GET", f"/organiser/events/{EVENT}/registrations").document["registrations"]
    assert all(datetime.fromisoformat(each["checked_in_at"]) <= cut_until for each in listed)


def test_a_scanned_code_is_understood_without_network(system: System, chromium: Browser) -> None:
    """The reader gives the link, and the link names the registration.

    A code of another event is said to be unknown.
    """
    [anna] = guests(system, "door-scanned", "Anna")
    [stranger] = guests(system, "door-elsewhere", "Bo")
    context = chromium.new_context(locale="da-DK")
    page = context.new_page()
    come_in(system, page)
    page.goto(f"{system.address}/organiser/events/door-scanned/door")
    expect(page.locator("#door")).to_have_attribute("data-known", "1")
    context.set_offline(True)
    for code in (stranger, "https://example.org/", "x"):
        page.evaluate("code => checkInByCode(code)", code)
        expect(page.locator("#state")).to_contain_text("hører ikke til nogen")
    page.evaluate("code => checkInByCode(code)", anna)
    expect(page.locator("#came")).to_have_text("1")
    context.set_offline(False)
    expect(page.locator("#door")).to_have_attribute("data-unsent", "0", timeout=20_000)
    context.close()
    assert came(system, "door-scanned") == {"Anna": True}
