"""Every page of the documentation is found from its front page, and every link leads somewhere."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from testing.account import ROOT

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("**/*.md"), *ROOT.glob(".github/**/*.md")])
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def links(page: Path) -> list[str]:
    """Return the targets of a page's links."""
    return _LINK.findall(_CODE.sub("", page.read_text()))


def anchors(page: Path) -> set[str]:
    """Return the names that the page's headings have as link targets, made as the repository's host makes them."""
    headings = re.findall(r"^#+ +(.+?) *$", _CODE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_front_page_lists_every_page() -> None:
    """Its last table has a row for each page, and for the folder of decisions."""
    listed = re.findall(r"^\| \[.+?\]\((.+?)\)", (DOCS / "README.md").read_text(), re.MULTILINE)
    pages = {page.name for page in DOCS.glob("*.md")} - {"README.md"}
    assert sorted(listed) == sorted(pages | {"decisions/README.md"})


def test_the_index_of_decisions_lists_every_decision() -> None:
    """Each page has one row."""
    index = DOCS / "decisions" / "README.md"
    assert sorted(links(index)) == sorted(page.name for page in index.parent.glob("*.md") if page != index)


def test_decisions_are_listed_by_date() -> None:
    """Each row begins with a date, and none is before the one above it."""
    index = (DOCS / "decisions" / "README.md").read_text()
    dates = re.findall(r"^\| (\d{4}-\d\d-\d\d) \| \[", index, re.MULTILINE)
    assert len(dates) == len(re.findall(r"^\| .*\]\(", index, re.MULTILINE))
    assert all(earlier <= later for earlier, later in pairwise(dates))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """A link to a file of the repository names one that exists, and a heading in it if it names one."""
    broken = []
    for link in links(page):
        name, _, anchor = link.partition("#")
        if "://" in name or name.startswith("mailto:"):
            continue
        # From a template, links go by the address of a page of the host: its folder is that of no file.
        target = ROOT / name.removeprefix("../blob/main/") if ".github" in page.parts else page.parent / name
        target = target if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []
