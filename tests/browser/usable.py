"""Check that a page is accessible: axe finds nothing, on a phone and at a desk, light and dark."""

from collections.abc import Iterator
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Scheme = Literal["light", "dark"]

_ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
#: What colours and width can change.
_LOOKS = {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}


def wrong(page: Page, url: str) -> list[str]:
    """Return the violations on the page at the address."""
    page.goto(url)
    return wrong_here(page)


def wrong_here(page: Page) -> list[str]:
    """Return the violations of WCAG 2.2 AA that axe finds on the page as it is.

    Everything is unfolded first; a page wider than the window is a violation, too.
    """
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.evaluate(Axe().axe_script)
    return [*_looked_at(page, "light", 360, _ALL), *_looked_at(page, "dark", 1280, _LOOKS)]


def _looked_at(page: Page, scheme: Scheme, width: int, rules: dict[str, Any]) -> Iterator[str]:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    violations = page.evaluate("rules => axe.run({runOnly: rules}).then(results => results.violations)", rules)
    yield from (
        f"{scheme} {width}: {violation['id']}: {violation['nodes'][0]['html']}" for violation in violations
    )
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        yield f"wider than {width}"
