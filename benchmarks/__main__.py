"""Run every part, or those that PARTS names, and write down what was measured."""

import os

from benchmarks import headlines, page
from benchmarks.headlines import Figure
from benchmarks.parts import PARTS, measure_parts


def main() -> None:
    """Each part is written down as soon as it is measured."""
    asked = os.environ.get("PARTS", "").split()
    before, kept = headlines.read(), page.FILE.read_text() if asked else ""
    texts: list[str] = []
    figures: list[Figure] = []
    for section in measure_parts(asked or list(PARTS)):
        texts.append(page.add_date(section.text))
        figures += section.figures
        page.FILE.write_text(page.compose(list(PARTS), kept, texts))
    texts.append(page.add_date(headlines.compare(figures, before)))
    page.FILE.write_text(page.compose(list(PARTS), kept, texts))
    headlines.write(before | {figure.name: figure.value for figure in figures})
    print(f"Written: {page.FILE}")  # noqa: T201 - a command talks to the person who started it


if __name__ == "__main__":
    main()
