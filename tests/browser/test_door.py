"""Checking in at the door in a browser, also with the network cut."""

import io
import json
from collections.abc import Iterator
from datetime import datetime

import pytest
import zxingcpp
from PIL import Image
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


#: A camera and a reader of codes that see what `window.shown` says: Chromium has neither here.
CAMERA = """
  window.shown = "";
  window.BarcodeDetector = class { detect() { return Promise.resolve(shown ? [{ rawValue: shown }] : []); } };
  const media = { getUserMedia: () => Promise.resolve(document.createElement("canvas").captureStream()) };
  Object.defineProperty(navigator, "mediaDevices", { value: media });
  HTMLMediaElement.prototype.play = () => Promise.resolve();
"""


def read_code(page: Page, link: str) -> str:
    """Read the code on the participant's page, as a camera does."""
    page.goto(link)
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator(".code").screenshot())))
    return found.text


@pytest.fixture
def door(chromium: Browser) -> Iterator[Page]:
    """Yield a page of the staff's telephone, with a camera."""
    context = chromium.new_context(locale="da-DK")
    context.add_init_script(CAMERA)
    yield context.new_page()
    context.close()


def open_door(system: System, door: Page, event_id: str, expected: int) -> None:
    """Open the door's page, wait for its guests, and switch the camera on."""
    come_in(system, door)
    door.goto(f"{system.address}/organiser/events/{event_id}/door")
    expect(door.locator("#door")).to_have_attribute("data-known", str(expected))
    door.get_by_role("button", name="Skan koder").click()


def show(door: Page, code: str) -> None:
    """Show a code to the camera."""
    door.evaluate("code => { window.shown = code; }", code)


def forge(code: str) -> str:
    """Forge the signature: the id before it is read as before."""
    signed = code.rpartition("/")[2]
    sign = "A" if signed[30] != "A" else "B"
    return code.replace(signed, f"{signed[:30]}{sign}{signed[31:]}")


def test_a_code_scanned_without_network_is_kept_and_sent_later(system: System, door: Page) -> None:
    """It names the guest at once, stays on the device with its code, and the server checks it when there is one.

    A code of another event, and what is no code, are said to be unknown.
    """
    [anna] = guests(system, "door-scanned", "Anna")
    [stranger] = guests(system, "door-elsewhere", "Bo")
    code, foreign = read_code(door, anna), read_code(door, stranger)
    sent = list[tuple[str, str]]()
    door.on("request", lambda each: sent.append((each.url, each.post_data or "")))
    open_door(system, door, "door-scanned", 1)
    door.context.set_offline(True)
    for unknown in (foreign, "https://example.org/", "x", anna):
        show(door, unknown)
        expect(door.locator("#state")).to_contain_text("hører ikke til nogen")
        door.evaluate("() => { state.textContent = ''; }")
    show(door, code)
    expect(door.locator("#came")).to_have_text("1")
    expect(door.locator("#state")).to_contain_text("1 bliver gemt her")
    [kept] = json.loads(door.evaluate("() => localStorage.getItem('door:door-scanned')"))
    assert kept["code"] == code
    assert came(system, "door-scanned") == {"Anna": False}
    sent.clear()
    door.context.set_offline(False)
    expect(door.locator("#door")).to_have_attribute("data-unsent", "0", timeout=20_000)
    expect(door.locator("#state")).to_have_text("Alt er sendt.")
    [(url, body)] = [(url, body) for url, body in sent if body]
    assert (url.rpartition("/")[2], json.loads(body)["code"]) == ("check-ins", code)
    assert came(system, "door-scanned") == {"Anna": True}


def test_a_forged_code_is_refused_by_the_server_and_said(system: System, door: Page) -> None:
    """Its id is readable, so the guest seems to be here until there is a network; the true code is not held up."""
    anna, bo = guests(system, "door-forged", "Anna", "Bo")
    codes = [read_code(door, link) for link in (anna, bo)]
    open_door(system, door, "door-forged", 2)
    show(door, forge(codes[0]))
    expect(door.locator("#state")).to_contain_text("Koden er ikke deres")
    expect(door.locator("#came")).to_have_text("0")
    door.context.set_offline(True)
    for code in (forge(codes[1]), codes[1], forge(codes[0])):
        show(door, code)
        door.wait_for_function("code => localStorage.getItem('door:door-forged').includes(code)", arg=code)
    expect(door.locator("#came")).to_have_text("2")
    door.context.set_offline(False)
    expect(door.locator("#door")).to_have_attribute("data-unsent", "0", timeout=20_000)
    expect(door.locator("#state")).to_contain_text("Anna Hansen: Koden er ikke deres")
    expect(door.locator("#state")).to_contain_text("Alt er sendt.")
    expect(door.locator("#came")).to_have_text("1")
    assert came(system, "door-forged") == {"Anna": False, "Bo": True}
