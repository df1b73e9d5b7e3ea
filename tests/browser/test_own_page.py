"""The participant's own page in a browser: the code for the door, and deleting everything."""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from testing import builders
from testing.system import System


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_code_is_read_off_the_screen(system: System, chromium: Browser, colours: str, width: int) -> None:
    """By a reader of another make, at a phone's width and in dark colours too: it is the check-in code."""
    event_id = f"code-{colours}-{width}"
    system.create(event_id, allotments=[builders.allotment("place", 2)])
    anna = system.register(event_id, "Anna")
    link, code = anna["links"]["self"], f"{system.address}/codes/{anna['id'].upper()}"
    context = chromium.new_context(color_scheme=colours, viewport={"width": width, "height": 800})  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(link)
    picture = Image.open(io.BytesIO(page.get_by_role("img", name="Din kode").screenshot()))
    context.close()
    [found] = zxingcpp.read_barcodes(picture)
    assert found.text.startswith(code)


def test_everything_is_deleted_without_javascript(system: System, page: Page) -> None:
    """The page says what it means first; then the link leads nowhere, and the next in line has the place."""
    system.create("deleted", allotments=[builders.allotment("place", 1)])
    anna, bo = system.register("deleted", "Anna"), system.register("deleted", "Bo")
    page.goto(anna["links"]["self"])
    page.get_by_role("link", name="Slet alt om mig").click()
    expect(page.locator("main")).to_contain_text("går til den næste på ventelisten")
    page.get_by_role("button", name="Slet alt om mig").click()
    expect(page.get_by_role("heading", name="Alt om dig er slettet")).to_be_visible()
    page.goto(anna["links"]["self"])
    expect(page.get_by_role("heading", name="Linket er ikke gyldigt")).to_be_visible()
    system.wait_until_idle()
    assert system.read_registration(bo)["status"] == "confirmed"


def test_what_is_held_is_downloaded(system: System, page: Page) -> None:
    """The link on the page leads to all of it in words, and a link there gives a file."""
    system.create("downloaded", allotments=[builders.allotment("place", 1)])
    page.goto(system.register("downloaded", "Anna")["links"]["self"])
    page.get_by_role("link", name="Se det hele").click()
    expect(page.get_by_role("heading", name="Det ved vi om dig")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="Hent det som fil").click()
    assert started.value.suggested_filename == "downloaded-personal-data.json"
