"""The public's and the participants' pages are accessible: axe, phone and desk, light and dark, da and en."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Request, Route, expect

from chalicelib.language import LANGUAGES, Language
from testing import builders
from testing.world import publish, register
from tests.browser.states import all_pages
from tests.browser.usable import wrong, wrong_here
from tests.browser.visiting import address, visiting
from tests.web.browser import PAGE, as_organiser


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_in_every_state(chromium: Browser, language: Language) -> None:
    """axe finds nothing against WCAG 2.2 AA, with everything unfolded, and nothing is wider than the window."""
    pages = all_pages(language)
    with visiting(chromium, pages) as page:
        assert {name: found for name in pages if (found := wrong(page, address(name)))} == {}


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_at_the_door(chromium: Browser, language: Language) -> None:
    """As it comes, without a match, with a guest checked in, and without a network."""
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
