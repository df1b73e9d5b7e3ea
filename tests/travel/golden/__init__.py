"""The files that the party of twenty gives, as they should be: read them when they change.

`python -m tests.travel.golden` writes them anew, and the pages as pictures into build/, to be looked at.
"""

import json
from pathlib import Path

from chalicelib.travel.render import pdf, typesetting
from chalicelib.travel.render.files import render
from testing import bornholm

FOLDER = Path(__file__).parent
_NOT_TEXT = {"manifest.xlsx", "manifest.pdf"}


def rendered() -> dict[str, bytes]:
    """The files whose bytes can be read; those of an event without people stand under `empty/`.

    The tests compare workbook and pages by their contents instead.
    """
    party = render(bornholm.manifest(), bornholm.before()).files
    empty = render(bornholm.manifest(registrations=[], version=1)).files
    files = party | {f"empty/{name}": content for name, content in empty.items()}
    return {name: content for name, content in files.items() if name.rpartition("/")[2] not in _NOT_TEXT}


def pictures() -> list[bytes]:
    """Each page of the manifest as a PNG."""
    document = json.dumps(pdf._build_document(bornholm.manifest()) | {"first": 1, "whole": True})
    compiler = typesetting._get_compiler(typesetting._TEMPLATE)
    pages = compiler.compile(format="png", sys_inputs={"document": document}, ppi=110)
    return pages if isinstance(pages, list) else [pages]  # type: ignore[list-item]  # one page comes alone
