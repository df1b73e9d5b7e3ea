"""Everybody can use the public's and the participants' pages: axe, phone and desk, light and dark, da and en."""

from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, Route, expect

from chalicelib.language import LANGUAGES, Language
from tests import builders
from tests.browser.states import all_pages
from tests.browser.visiting import address, visiting
from tests.registration.world import publish, register
from tests.web.browser import PAGE, as_organiser

Scheme = Literal["light", "dark"]

ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
#: What colours and width can change.
LOOKS = {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_in_every_state(chromium: Browser, language: Language) -> None:
    """axe finds nothing against WCAG 2.2 AA, with everything unfolded, and nothing is wider than the window."""
    pages = all_pages(language)
    with visiting(chromium, pages) as page:
        assert {name: found for name in pages if (found := wrong(page, name))} == {}


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_at_the_door(chromium: Browser, language: Language) -> None:
    """As it comes, with nobody found, with somebody here, and without a network."""
    event = publish(builders.event(allotments=[builders.allotment("place", 9)]))
    for name in ("Anna", "Bo"):
        register(event, name)
    path, network = f"/organiser/events/{event.id}/door", [True]
    shown = as_organiser("GET", f"{path}?lang={language}", **PAGE)

    def answer(route: Route) -> None:
        if not network[0]:
            return route.abort()
        asked = route.request
        given = as_organiser(asked.method, urlsplit(asked.url).path, asked.post_data_buffer or b"", **_kind(asked))
        return route.fulfill(status=given.status_code, body=given.body)

    with visiting(chromium, {"door": shown}) as page:
        page.context.route("**/organiser/**", answer)
        page.goto(address("door"))
        expect(page.locator("#door")).to_have_attribute("data-known", "2")
        assert wrong_here(page) == []
        page.locator("#q").fill("nobody")
        expect(page.locator("#found li")).to_have_count(0)
        assert wrong_here(page) == []
        for name in ("anna", "bo"):
            page.locator("#q").fill(name)
            page.locator("#found button").click()
            expect(page.locator("#found li")).to_be_visible()
            expect(page.locator("#state")).not_to_be_empty()
            assert wrong_here(page) == []
            network[0] = False


def _kind(asked: Request) -> dict[str, str]:
    return {"Content_Type": asked.headers.get("content-type", ""), "Accept": "application/json"}


def wrong(page: Page, name: str) -> list[str]:
    page.goto(address(name))
    return wrong_here(page)


def wrong_here(page: Page) -> list[str]:
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.evaluate(Axe().axe_script)
    return [*looked_at(page, "light", 360, ALL), *looked_at(page, "dark", 1280, LOOKS)]


def looked_at(page: Page, scheme: Scheme, width: int, rules: dict[str, Any]) -> Iterator[str]:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    found = page.evaluate("rules => axe.run({runOnly: rules}).then(results => results.violations)", rules)
    yield from (f"{scheme} {width}: {each['id']}: {each['nodes'][0]['html']}" for each in found)
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        yield f"wider than {width}"
