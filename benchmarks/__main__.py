"""Run every part and write down what was measured."""

from datetime import UTC, datetime
from pathlib import Path

from benchmarks import cold_starts, costs_page, exports, machine, manifests, on_sale, registering, waitlist

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
PARTS = (registering, waitlist, manifests, exports, cold_starts, costs_page, on_sale)

_OPENING = """# Benchmarks

Written by `make bench`, which measures anew on the machine it runs on: no figure here was typed. This time, on
{day}, that was {machine}.
"""


def main() -> None:
    opening = _OPENING.format(day=datetime.now(UTC).date(), machine=machine.named())
    PAGE.write_text("\n".join([opening, *(part.section() for part in PARTS)]))
    print(f"Written: {PAGE}")  # noqa: T201 - a command talks to the person who started it


if __name__ == "__main__":
    main()
