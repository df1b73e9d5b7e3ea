"""Pages that keep themselves as things stand, in a browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from testing import builders
from testing.system import System
from tests.browser.usable import wrong_here

SOON = 15_000  # milliseconds: longer than a page waits to look again


@pytest.fixture
def desk(system: System, chromium: Browser) -> Iterator[Page]:
    """Yield a signed-in organiser's browser, with scripts."""
    context = chromium.new_context(locale="en-GB")
    token = system.get("/_local/organiser-token").document["token"]
    context.add_cookies([{"name": "organiser", "value": token, "url": system.address}])
    yield context.new_page()
    context.close()


def published(system: System, event_id: str, units: int) -> str:
    """Create an event, and return its address on the organiser's pages."""
    system.create(event_id, allotments=[builders.allotment("place", units)])
    return f"{system.address}/organiser/events/{event_id}"


def look_now(page: Page) -> None:
    """Make the page look for changes, as when its reader comes back to it."""
    with page.expect_response(lambda answer: answer.url.startswith(page.url.partition("?")[0])):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_counts_change_without_reload(system: System, desk: Page) -> None:
    """One participant registers and another waits: the event's page and the overview show it by themselves."""
    here = published(system, "live-counts", 1)
    desk.goto(here)
    count, waitlist = desk.locator("#count-place"), desk.locator("#waitlist")
    expect(count).to_contain_text("0 of 1 taken")
    system.register("live-counts", "Anna")
    expect(count).to_contain_text("1 of 1 taken", timeout=SOON)
    overview = desk.context.new_page()
    overview.goto(f"{system.address}/organiser")
    expect(overview.locator("#event-live-counts")).to_contain_text("1 of 1 taken")
    system.register("live-counts", "Bo")
    expect(waitlist).to_contain_text("1 person waits.", timeout=SOON)
    expect(waitlist).to_contain_text("Bo Hansen")
    expect(overview.locator("#event-live-counts")).to_contain_text("1 waiting", timeout=SOON)


def test_what_is_being_written_is_left_alone(system: System, desk: Page) -> None:
    """The counts change around an open form, which keeps its focus and what stands in it; a link keeps its focus
    in a part that changes."""
    desk.goto(published(system, "live-form", 1))
    desk.get_by_text("Change the capacity").click()
    field = desk.get_by_label("How many there are in all")
    field.fill("7")
    for name in ("Anna", "Bo"):
        system.register("live-form", name)
    look_now(desk)
    expect(desk.locator("#count-place")).to_contain_text("1 of 1 taken · 0 free · 1 waiting")
    expect(field).to_have_value("7")
    expect(field).to_be_focused()
    who = desk.get_by_role("link", name="Bo Hansen")
    who.focus()
    system.register("live-form", "Carl")
    look_now(desk)
    expect(desk.locator("#waitlist")).to_contain_text("2 people wait.")
    expect(who).to_be_focused()


def test_what_is_chosen_in_a_form_that_would_change_is_kept(system: System, desk: Page) -> None:
    """A newer version comes while one says to whom the last one went: the page waits with it."""
    lists = published(system, "live-choice", 9) + "/manifests"
    system.register("live-choice", "Anna")
    system.as_organiser("POST", "/organiser/events/live-choice/manifests")
    system.wait_until_idle()
    desk.goto(lists)
    desk.get_by_label("I have sent version 1 to").select_option("hotel")
    system.register("live-choice", "Bo")
    system.as_organiser("POST", "/organiser/events/live-choice/manifests")
    system.wait_until_idle()
    look_now(desk)
    expect(desk.get_by_label("I have sent version 1 to")).to_have_value("hotel")
    desk.get_by_role("button", name="Note it").click()
    expect(desk.get_by_role("status").filter(has_text="noted")).to_be_visible()


def test_lists_become_ready_without_reload(system: System, desk: Page) -> None:
    """Asked for, built, and there to be downloaded; a screen reader is told once."""
    desk.goto(published(system, "live-lists", 9) + "/manifests")
    system.register("live-lists", "Anna")
    desk.get_by_role("button", name="Build the lists").click()
    expect(desk.get_by_role("link", name="manifest.xlsx")).to_be_visible(timeout=SOON)
    expect(desk.locator("#lists")).to_contain_text("ready, as of")
    expect(desk.locator("progress")).to_have_count(0)
    assert wrong_here(desk) == []


def test_a_participants_place_in_line_moves_without_reload(system: System, desk: Page) -> None:
    """The number, then the place; a screen reader is told of each."""
    published(system, "live-line", 1)
    anna, bo, carl = (system.register("live-line", name) for name in ("Anna", "Bo", "Carl"))
    desk.goto(carl["links"]["self"])
    expect(desk.locator("#now")).to_contain_text("nummer 2")
    system.cancel(bo)
    system.wait_until_idle()
    look_now(desk)
    expect(desk.locator("#now")).to_contain_text("nummer 1")
    expect(desk.locator("[role=status].aside")).to_contain_text("nummer 1")
    system.cancel(anna)
    system.wait_until_idle()
    look_now(desk)
    expect(desk.locator("[role=status].aside")).to_contain_text("Du er tilmeldt")
    expect(desk.get_by_role("img", name=re.compile("kode"))).to_be_visible()
    assert wrong_here(desk) == []


def test_a_page_that_cannot_look_says_so(system: System, desk: Page) -> None:
    """After the second failure; once it can look again, it shows how things stand and says no more."""
    desk.goto(published(system, "live-offline", 9))
    desk.context.set_offline(True)
    for _ in range(2):
        desk.evaluate("refresh()")
    stale = desk.get_by_role("status").filter(has_text="out of date")
    expect(stale).to_be_visible()
    assert wrong_here(desk) == []
    desk.context.set_offline(False)
    system.register("live-offline", "Anna")
    look_now(desk)
    expect(stale).to_have_count(0)
    expect(desk.locator("#count-place")).to_contain_text("1 of 9 taken")


def test_a_hidden_page_asks_for_nothing(system: System, desk: Page) -> None:
    """It looks when it is seen again."""
    desk.goto(published(system, "live-hidden", 9))
    desk.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    desk.evaluate("refresh()")
    assert asked == []
    desk.evaluate("Object.defineProperty(document, 'hidden', {value: false})")
    look_now(desk)
    assert len(asked) == 1


def test_without_javascript_lists_are_looked_at_by_hand(system: System, page: Page) -> None:
    """A link leads to how they stand; counts are as of when the page was asked for."""
    lists = published(system, "plain-lists", 9) + "/manifests"
    token = system.get("/_local/organiser-token").document["token"]
    page.context.add_cookies([{"name": "organiser", "value": token, "url": system.address}])
    system.register("plain-lists", "Anna")
    page.goto(f"{lists}?lang=en")
    page.get_by_role("button", name="Build the lists").click()
    if page.get_by_role("link", name="Look again").count():  # it may be ready before we are back
        system.wait_until_idle()
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("link", name="manifest.xlsx")).to_be_visible()
