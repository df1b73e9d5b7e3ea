"""The staff at the door, and the kitchen, in a browser."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from testing import builders
from testing.system import System
from tests.browser.usable import wrong

DOOR, KITCHEN = "door@example.org", "kitchen@example.org"
DIETARY = {"meals": ["vegan"], "allergens": ["nuts"], "note": "Ingen koriander", "consent": True}


def mailed_link(system: System, address: str) -> str:
    """Ask for a sign-in link, and return it from the mail."""
    before = len(system.list_mails_to(address))
    assert system.post("/organiser/sessions", {"email": address}).status == 202
    system.wait_until_idle()
    [mail] = system.list_mails_to(address)[before:]
    text = mail.get_body(("plain",))
    assert text is not None
    [link] = re.findall(r"http://\S+/organiser/sign-in\?token=\S+", text.get_content())
    return str(link)


def session(system: System, address: str) -> str:
    """Return the session that a program gets by following the link."""
    cookie = system.get(mailed_link(system, address)).headers["set-cookie"]
    return cookie.partition(";")[0].partition("=")[2]


def about_to_begin(system: System, event_id: str) -> None:
    """Create an event in half an hour: meals, and two guests, one of whom is there already."""
    begins = system.now() + timedelta(minutes=30)
    meal = {"name": "dinner", "title": {"da": "Middag", "en": "Dinner"}, "starts_at": begins.isoformat()}
    talk = {"title": {"da": "Oplæg", "en": "Talk"}}
    system.create(
        event_id,
        starts_at=begins.isoformat(),
        ends_at=(begins + timedelta(hours=3)).isoformat(),
        registration={"opens_at": "2019-10-01T08:00", "closes_at": begins.isoformat()},
        meals=[meal],
        sessions=[talk],
        allotments=[builders.allotment("place", 3)],
    )
    anna, _bo = (system.register(event_id, name, dietary=DIETARY) for name in ("Anna", "Bo"))
    here = f"/organiser/events/{event_id}/registrations/{anna['id']}"
    assert system.as_organiser("POST", f"{here}/check-in").status == 200


def test_staff_at_the_door_sign_in_and_out_without_javascript(system: System, page: Page) -> None:
    """By the mailed link and its button; then names, and nothing else; signed out, the old session is good for
    nothing."""
    about_to_begin(system, "minded-door")
    page.goto(mailed_link(system, DOOR))
    page.reload()
    page.get_by_role("button", name="Log ind").click()
    expect(page.get_by_role("heading", level=1, name="Alle arrangementer")).to_be_visible()
    page.locator("[href*='/minded-door/door']").click()
    page.get_by_role("listitem").filter(has_text="Bo").get_by_role("button", name="Er kommet").click()
    expect(page.get_by_role("status").first).to_contain_text("De er her.")
    expect(page.locator("main")).not_to_contain_text("bo.minded-door@example.org")
    page.goto(f"{system.address}/organiser/events/minded-door")
    expect(page.get_by_role("heading", level=1)).to_have_text("Det har du ikke adgang til")
    [cookie] = [each for each in page.context.cookies() if each["name"] == "organiser"]
    page.get_by_role("link", name="Til det, du har adgang til").click()
    page.get_by_role("button", name="Log ud").click()
    expect(page.get_by_role("heading", level=1, name="Log ind")).to_be_visible()
    page.context.add_cookies([{"name": "organiser", "value": cookie["value"], "url": system.address}])
    page.goto(f"{system.address}/organiser")
    expect(page.get_by_role("heading", level=1, name="Log ind")).to_be_visible()


@pytest.fixture(scope="module")
def staff(system: System) -> dict[str, tuple[str, ...]]:
    """Return the sessions of the staff, each with the paths that it opens."""
    about_to_begin(system, "staffed")
    here = "/organiser/events/staffed"
    organiser = system.get("/_local/organiser-token").document["token"]
    return {
        session(system, DOOR): ("/organiser", f"{here}/door", f"{here}/catering"),
        session(system, KITCHEN): ("/organiser", f"{here}/catering"),
        organiser: (here, f"{here}/catering", f"{here}/registrations?came=no"),
    }


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_pages_are_accessible(
    system: System, chromium: Browser, staff: dict[str, tuple[str, ...]], language: str
) -> None:
    """axe finds nothing against WCAG 2.2 AA, also where the button of a link stands and where the session may not
    look, and nothing is wider than the window."""
    context = chromium.new_context(locale="da-DK" if language == "da" else "en-GB")
    page = context.new_page()
    assert wrong(page, mailed_link(system, KITCHEN)) == []
    for token, paths in staff.items():
        context.add_cookies([{"name": "organiser", "value": token, "url": system.address}])
        for path in paths:
            url = f"{system.address}{path}{'&' if '?' in path else '?'}lang={language}"
            assert (path, wrong(page, url)) == (path, [])
    context.close()
