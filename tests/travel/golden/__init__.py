"""The files that the party of twenty gives, as they should be: read them when they change.

`python -m tests.travel.golden` writes them anew, and the pages as pictures into build/, to be looked at.
"""

from pathlib import Path

from chalicelib.travel.render import pdf, typesetting
from chalicelib.travel.render.files import render
from tests.travel import bornholm

FOLDER = Path(__file__).parent
_NOT_TEXT = {"manifest.xlsx", "manifest.pdf"}


def rendered() -> dict[str, bytes]:
    """The files whose bytes can be read; workbook and pages are compared by what stands in them instead."""
    files = render(bornholm.manifest(), bornholm.before()).files
    return {name: content for name, content in files.items() if name not in _NOT_TEXT}


def pictures() -> list[bytes]:
    """Each page of the manifest as a PNG."""
    return typesetting.pictures(pdf._document(bornholm.manifest()))
