"""A browser in front of answers given already: each page at an address of its own name, with its headers."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route

from chalicelib.settings import settings
from tests.browser.states import Pages
from tests.web.browser import get


@contextmanager
def visiting(chromium: Browser, pages: Pages) -> Iterator[Page]:
    """A page to visit them with; what they ask for besides, the app answers."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        given = pages.get(path[1:]) or get(path)
        headers = {name: str(value) for name, value in given.headers.items() if name != "Location"}
        route.fulfill(status=given.status_code, headers=headers, body=given.body)

    context = chromium.new_context()
    context.route("**/*", answer)
    yield context.new_page()
    context.close()


def address(name: str) -> str:
    return f"{settings().public_url}/{name}"
