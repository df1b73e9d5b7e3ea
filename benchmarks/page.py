"""Compose docs/benchmarks.md from its parts, each of which says when and where it was measured."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from testing import host

FILE = Path(__file__).parent.parent / "docs" / "benchmarks.md"

_OPENING = """# Benchmarks

Written by `make bench`, which measures anew on the machine it runs on: no figure here was typed. `PARTS=` names
those to be measured ({parts}), and the others stay as they were.

"""
_MEASURED = "*Measured on {day}, on {machine}.*\n\n"


def add_date(section: str) -> str:
    """Add the date and the machine to the section."""
    return section.rstrip() + "\n\n" + _MEASURED.format(day=datetime.now(UTC).date(), machine=host.describe())


def compose(parts: Sequence[str], kept: str, measured: Sequence[str]) -> str:
    """Compose the page of the kept sections, with those measured anew in their places."""
    sections = _by_title(kept) | _by_title("".join(measured))
    opening = _OPENING.format(parts=", ".join(f"`{name}`" for name in parts))
    return opening + "".join(sections.values()).rstrip() + "\n"


def _by_title(page: str) -> dict[str, str]:
    sections = re.split(r"^(?=## )", page, flags=re.MULTILINE)[1:]
    return {section.partition("\n")[0]: section.rstrip() + "\n\n" for section in sections}
