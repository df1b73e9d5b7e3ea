"""Run every part, or those that PARTS names, and write down what was measured."""

import os

from benchmarks import (
    cold_starts,
    costs_page,
    exports,
    headlines,
    manifests,
    on_sale,
    page,
    registering,
    waitlist,
)

PARTS = {
    "registering": registering,
    "waitlist": waitlist,
    "manifests": manifests,
    "exports": exports,
    "starts": cold_starts,
    "costs": costs_page,
    "on-sale": on_sale,
}


def main() -> None:
    asked = os.environ.get("PARTS", "").split()
    before, kept = headlines.read(), page.FILE.read_text() if asked else ""
    sections = [PARTS[name].section() for name in asked or PARTS]
    figures = [figure for section in sections for figure in section.figures]
    texts = [*(section.text for section in sections), headlines.compare(figures, before)]
    page.FILE.write_text(page.composed(list(PARTS), kept, [page.dated(text) for text in texts]))
    headlines.write(before | {figure.name: figure.value for figure in figures})
    print(f"Written: {page.FILE}")  # noqa: T201 - a command talks to the person who started it


if __name__ == "__main__":
    main()
