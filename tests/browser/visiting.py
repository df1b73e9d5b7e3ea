"""Put a browser in front of ready responses: each page at an address of its own name, with its headers."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route

from chalicelib.settings import settings
from tests.browser.states import Pages
from tests.web.browser import get


@contextmanager
def visiting(chromium: Browser, pages: Pages) -> Iterator[Page]:
    """Yield a browser page to visit them with; all else that they load, the app answers."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        response = pages.get(path[1:]) or get(path)
        headers = {name: str(value) for name, value in response.headers.items() if name != "Location"}
        route.fulfill(status=response.status_code, headers=headers, body=response.body)

    context = chromium.new_context()
    context.route("**/*", answer)
    yield context.new_page()
    context.close()


def address(name: str) -> str:
    """Return the address of the page of that name."""
    return f"{settings().public_url}/{name}"
