"""Run every part and write down what was measured."""

from datetime import UTC, datetime
from pathlib import Path

from benchmarks import (
    cold_starts,
    costs_page,
    exports,
    headlines,
    machine,
    manifests,
    on_sale,
    registering,
    waitlist,
)

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
PARTS = (registering, waitlist, manifests, exports, cold_starts, costs_page, on_sale)

_OPENING = """# Benchmarks

Written by `make bench`, which measures anew on the machine it runs on: no figure here was typed. This time, on
{day}, that was {machine}.
"""


def main() -> None:
    opening = _OPENING.format(day=datetime.now(UTC).date(), machine=machine.named())
    before = headlines.read()
    sections = [part.section() for part in PARTS]
    figures = [figure for section in sections for figure in section.figures]
    PAGE.write_text("\n".join([opening, *(each.text for each in sections), headlines.compare(figures, before)]))
    headlines.write(figures)
    print(f"Written: {PAGE}")  # noqa: T201 - a command talks to the person who started it


if __name__ == "__main__":
    main()
