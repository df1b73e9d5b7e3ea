"""Everybody can use a page: axe finds nothing, on a phone and at a desk, light and dark."""

from collections.abc import Iterator
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Scheme = Literal["light", "dark"]

_ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
#: What colours and width can change.
_LOOKS = {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}


def wrong(page: Page, url: str) -> list[str]:
    """What is wrong with the page at the address."""
    page.goto(url)
    return wrong_here(page)


def wrong_here(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA on the page as it is, with everything unfolded, and whether it is wider
    than the window."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.evaluate(Axe().axe_script)
    return [*_looked_at(page, "light", 360, _ALL), *_looked_at(page, "dark", 1280, _LOOKS)]


def _looked_at(page: Page, scheme: Scheme, width: int, rules: dict[str, Any]) -> Iterator[str]:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    found = page.evaluate("rules => axe.run({runOnly: rules}).then(results => results.violations)", rules)
    yield from (f"{scheme} {width}: {each['id']}: {each['nodes'][0]['html']}" for each in found)
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        yield f"wider than {width}"
