"""Documents set as pages by Typst: lists, and whatever else has a template of its own that never changes.

What people wrote reaches it as JSON, as data: no sign of it means anything to Typst. Fonts are those that come
with Typst, whatever the machine has.

Typst keeps what it has laid out, about ten kilobytes a cell, so long lists are set in parts, which are put
together afterwards. Their pages are numbered through, but do not say how many there are, and carry no tags.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import typst
from pypdf import PdfReader, PdfWriter

ROWS_AT_ONCE = 1000
_KEPT_FOR = 11  #: compilations: after so many others, Typst forgets one
_EMPTY = {"title": "", "columns": [], "groups": []}
_NOTHING = {"title": "", "version": "", "page": "", "nobody": "", "lists": [_EMPTY], "first": 1, "whole": False}
_TEMPLATE = Path(__file__).parent / "lists.typ"


def pages(document: dict[str, Any], moment: int) -> bytes:
    """The document's `lists` as PDF, dated at the moment (seconds since 1970)."""
    parts = list(_parts(document["lists"]))
    if len(parts) == 1:
        return _pdf(document | {"first": 1, "whole": True}, moment, tagged=True)
    whole = PdfWriter()
    for part in parts:
        first = len(whole.pages) + 1
        made = PdfReader(BytesIO(_pdf(document | {"lists": part, "first": first, "whole": False}, moment)))
        whole.append(made)
        whole.metadata = made.metadata
        _forget()
    written = BytesIO()
    whole.write(written)
    return written.getvalue()


def _pdf(document: dict[str, Any], moment: int, *, tagged: bool = False) -> bytes:
    return pdf(_TEMPLATE, document, moment, tagged=tagged)


def pdf(template: Path, document: dict[str, Any], moment: int, *, tagged: bool = False) -> bytes:
    """The document in its template as PDF, dated at the moment (seconds since 1970)."""
    data = {"document": json.dumps(document, ensure_ascii=False)}
    made = _compiler(template).compile(format="pdf", sys_inputs=data, timestamp=moment, pdf_tags=tagged)
    return bytes(made)  # type: ignore[arg-type]  # one file in one piece: only pictures come page by page


@cache
def _compiler(template: Path) -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False)
    return typst.Compiler(str(template), root=str(template.parent), font_paths=fonts)


def _forget() -> None:
    """Let go of what was laid out."""
    for _ in range(_KEPT_FOR):
        _pdf(_NOTHING, 0)


def _parts(lists: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The lists, as many together as may be set at once."""
    part: list[dict[str, Any]] = []
    for piece in (piece for each in lists for piece in _pieces(each)):
        if part and sum(map(_rows, [*part, piece])) > ROWS_AT_ONCE:
            yield part
            part = []
        part.append(piece)
    yield part


def _pieces(listed: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The list; a long one in pieces, each under its title and headings."""
    rows = [(group["label"], row) for group in listed["groups"] for row in group["rows"]]
    for start in range(0, max(1, len(rows)), ROWS_AT_ONCE):
        groups = groupby(rows[start : start + ROWS_AT_ONCE], key=itemgetter(0))
        yield listed | {"groups": [{"label": label, "rows": [row for _, row in each]} for label, each in groups]}


def _rows(listed: dict[str, Any]) -> int:
    return sum(len(group["rows"]) for group in listed["groups"])
