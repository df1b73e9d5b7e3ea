"""The files that the party of twenty gives, as they should be: read them when they change.

`python -m tests.travel.golden` writes them anew.
"""

from pathlib import Path

from chalicelib.travel.render.files import render
from tests.travel import bornholm

FOLDER = Path(__file__).parent


def rendered() -> dict[str, bytes]:
    """The files whose bytes can be read; a workbook is compared cell by cell instead."""
    files = render(bornholm.manifest(), bornholm.before()).files
    return {name: content for name, content in files.items() if name != "manifest.xlsx"}
