"""Pages are light, load nothing from elsewhere, and say nothing on the console."""

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response

from chalicelib.language import LANGUAGES, Language
from chalicelib.settings import settings
from testing import builders
from testing.system import System
from tests.browser.desk import desk_pages
from tests.browser.states import all_pages
from tests.browser.visiting import address, visiting

HEAVIEST = 50_000  # bytes of a page with all that it brings, as they are before compression


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_light_and_keeps_to_our_own_address(chromium: Browser, language: Language) -> None:
    """The public's, the participants' and the organisers' pages in every state: with stylesheet and script below
    fifty kilobytes, nothing from elsewhere, no error and nothing that the Content-Security-Policy forbids."""
    pages = desk_pages(language) | all_pages(language)
    with visiting(chromium, pages) as page:
        responses, errors = _watched(page)
        wrong_by_page = {}
        for name in pages:
            page.goto("about:blank")  # so that nothing the last one asks for comes late
            responses.clear()
            errors.clear()
            page.goto(address(name), wait_until="load")
            weight = sum(len(answer.body()) for answer in responses)
            elsewhere = [
                response.url for response in responses if not response.url.startswith(settings().public_url)
            ]
            wrong_by_page[name] = [*errors, *elsewhere, *([f"{weight} bytes"] if weight > HEAVIEST else [])]
        assert {name: wrong for name, wrong in wrong_by_page.items() if wrong} == {}


def _watched(page: Page) -> tuple[list[Response], list[str]]:
    """Return the responses that the page loads, and its errors.

    The status of the page itself is no error.
    """
    responses: list[Response] = []
    errors: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.location["url"] != page.url or "Failed to load resource" not in message.text:
            errors.append(message.text)

    page.on("response", lambda answer: responses.append(answer))
    page.on("console", listen)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return responses, errors


@pytest.mark.parametrize("path", ["/", "/events/weighed", "own", "/organiser", "/organiser/events/weighed/door"])
def test_the_second_visit_brings_the_page_alone(system: System, chromium: Browser, path: str) -> None:
    """Stylesheet and scripts come once, and out of the browser's cache from then on."""
    if system.get("/events/weighed").status == 404:
        system.create("weighed", allotments=[builders.allotment("place", 9)])
    own = system.register("weighed", f"P{path.count('/')}{len(path)}")["links"]["self"] if path == "own" else ""
    context = chromium.new_context()
    token = system.get("/_local/organiser-token").document["token"]
    context.add_cookies([{"name": "organiser", "value": token, "url": system.address}])
    page = context.new_page()
    page.goto(own or system.address + path)
    assets = page.evaluate(_ASSETS)
    page.goto("about:blank")
    page.goto(own or system.address + path)
    again = page.evaluate(_ASSETS)
    context.close()
    assert [name for name, _ in again] == [name for name, _ in assets]
    assert (all(size for _, size in assets), [size for _, size in again]) == (True, [0] * len(assets))


#: What the page brought besides itself, and how many bytes went over the wire for it.
_ASSETS = """performance.getEntriesByType('resource').filter(each => each.name.includes('/assets/'))
  .map(each => [each.name, each.transferSize])"""
