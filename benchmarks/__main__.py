"""Run every part, or those that PARTS names, and write the results to docs/benchmarks.md."""

import os

from benchmarks import headlines, page
from benchmarks.headlines import Figure
from benchmarks.parts import PARTS, measure_parts


def main() -> None:
    """Measure the parts, and write each down as soon as it is done."""
    names = os.environ.get("PARTS", "").split()
    former_figures, former_page = headlines.read(), page.FILE.read_text() if names else ""
    texts: list[str] = []
    figures: list[Figure] = []
    for section in measure_parts(names or list(PARTS)):
        texts.append(page.add_date(section.text))
        figures += section.figures
        page.FILE.write_text(page.compose(list(PARTS), former_page, texts))
    texts.append(page.add_date(headlines.compare(figures, former_figures)))
    page.FILE.write_text(page.compose(list(PARTS), former_page, texts))
    headlines.write(former_figures | {figure.name: figure.value for figure in figures})
    print(f"Written: {page.FILE}")  # noqa: T201 - a command talks to the person who started it


if __name__ == "__main__":
    main()
