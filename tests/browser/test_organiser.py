"""The organiser's desk in a browser."""

import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from testing import builders
from testing.system import System, build_email_address
from tests.browser.usable import wrong, wrong_here
from tests.web.organiser.test_event_form import WHOLE

ORGANISER = "organiser@example.org"
WORDS = {
    "da": {
        "email": "Din mailadresse", "send": "Send mig et link", "events": "Alle arrangementer",
        "open": "Ændr kapaciteten: Plads", "units": "Hvor mange der er i alt", "change": "Ændr: Plads",
        "one waits": "1 person venter.", "no one waits": "Ingen venter.", "lists": "Lister (manifest)",
        "build": "Lav lister",
        "out": "Log ud", "in": "Log ind", "event": "Leverandørernes ønskeseddel",
    },
    "en": {
        "email": "Your email address", "send": "Send me a sign-in link", "events": "All events",
        "open": "Change the capacity: Place", "units": "How many there are in all", "change": "Change: Place",
        "one waits": "1 person waits.", "no one waits": "Nobody waits.", "lists": "Lists (manifest)",
        "build": "Build the lists",
        "out": "Sign out", "in": "Sign in", "event": "The suppliers' wish list",
    },
}  # fmt: skip


def sign_in(system: System, page: Page, language: str) -> None:
    """Ask for a link, find it among the mails, follow it, press the button."""
    said, before = WORDS[language], len(system.list_mails_to(ORGANISER))
    page.goto(f"{system.address}/organiser?lang={language}")
    page.get_by_label(said["email"]).fill(ORGANISER)
    page.get_by_role("button", name=said["send"]).click()
    system.wait_until_idle()
    [mail] = system.list_mails_to(ORGANISER)[before:]
    text = mail.get_body(("plain",))
    assert text is not None
    [link] = re.findall(r"http://\S+/organiser/sign-in\?token=\S+", text.get_content())
    page.goto(link)
    page.get_by_role("button", name=re.compile("^(Log ind|Sign in)$")).click()
    page.goto(f"{system.address}/organiser?lang={language}")
    expect(page.get_by_role("heading", level=1, name=said["events"])).to_be_visible()


@pytest.mark.parametrize("language", ["da", "en"])
def test_an_organiser_runs_an_event_without_javascript(
    system: System, page: Page, language: str, tmp_path: Path
) -> None:
    """Signs in by mail, raises the capacity, sees the waitlist move, opens the manifest, signs out."""
    said, event_id = WORDS[language], f"my-desk-{language}"
    place = {"name": "place", "title": {"da": "Plads", "en": "Place"}, "capacity": 1}
    system.create(event_id, allotments=[place])
    system.register(event_id, "Anna")
    system.register(event_id, "Åse", email=build_email_address(event_id, "aase"))
    sign_in(system, page, language)
    page.locator("article", has=page.locator(f'[href*="/{event_id}?"]')).get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text(said["one waits"])
    page.get_by_text(said["open"]).click()
    page.get_by_label(said["units"]).fill("2")
    page.get_by_role("button", name=said["change"]).click()
    expect(page.get_by_role("status")).to_be_visible()
    system.wait_until_idle()
    page.reload()
    expect(page.locator("main")).to_contain_text(said["no one waits"])
    page.get_by_role("link", name=said["lists"], exact=True).click()
    page.get_by_role("button", name=said["build"]).click()
    system.wait_until_idle()
    page.reload()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="manifest.xlsx").click()
    downloading.value.save_as(tmp_path / "manifest.xlsx")
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "manifest.xlsx").read_bytes()))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"Anna Hansen", "Åse Hansen"} <= cells or {"Anna", "Åse"} <= cells
    page.get_by_role("button", name=said["out"]).click()
    expect(page.get_by_role("heading", level=1, name=said["in"])).to_be_visible()
    page.goto(f"{system.address}/organiser/events/{event_id}")
    expect(page.locator("main")).not_to_contain_text(said["event"])


@pytest.fixture(scope="module")
def desk(system: System) -> list[str]:
    """Return the paths of the pages of an event with everything on them: arrivals, a waitlist, holds, lists."""
    units = [builders.allotment(name, count) for name, count in (("place", 3), ("fly", 3), ("room", 1))]
    system.create("full-desk", **WHOLE | {"allotments": units}, waitlist={"mode": "offer"})
    here = "/organiser/events/full-desk"
    came = system.register("full-desk", "Anna", needs=["room"])["id"]
    system.as_organiser("PUT", f"{here}/holds/Speakers", {"units": {"place": 1}})
    system.as_organiser("PUT", f"{here}/allotments/fly", {"capacity": 4, "reason": "A larger plane"})
    waits = [system.register("full-desk", name, needs=["room"])["id"] for name in ("Bo", "Carl")][-1]
    system.as_organiser("PUT", f"{here}/registrations/{waits}/priority", {"priority": 1, "reason": "Far away"})
    system.as_organiser("POST", f"{here}/manifests")
    system.wait_until_idle()
    people = f"{here}/registrations"
    more = [f"{here}/{page}" for page in ("manifests", "problems", "edit", "journal")]
    return ["/organiser", here, people, f"{people}/{came}", f"{people}/{waits}", *more]


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_pages_are_accessible(system: System, chromium: Browser, desk: list[str], language: str) -> None:
    """axe finds nothing against WCAG 2.2 AA, with everything unfolded, and nothing is wider than the window."""
    context = chromium.new_context()
    page = context.new_page()
    assert wrong(page, f"{system.address}/organiser?lang={language}") == []
    token = system.get("/_local/organiser-token").document["token"]
    context.add_cookies([{"name": "organiser", "value": token, "url": system.address}])
    assert [wrong(page, f"{system.address}{path}?lang={language}") for path in desk] == [[]] * len(desk)
    whole = f"{system.address}{desk[1]}?lang={language}"
    assert [refused(page, whole, units) for units in ("0", "-1")] == [[], []]
    context.close()


def refused(page: Page, url: str, units: str) -> list[str]:
    """Return the violations on the page that asks whether to lower a capacity, or refuses it."""
    page.goto(url)
    page.locator("details").first.evaluate("each => each.open = true")
    page.locator("input[name=capacity]").first.fill(units)
    page.locator("form", has=page.locator("input[name=capacity]")).first.evaluate("form => form.noValidate = true")
    page.locator("form", has=page.locator("input[name=capacity]")).first.get_by_role("button").click()
    return wrong_here(page)
