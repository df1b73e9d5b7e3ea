"""Set documents as pages with Typst: lists, and other documents that have a constant template of their own.

What people wrote is passed as JSON, as data: no character of it is markup to Typst. Fonts are those that come with
Typst, whatever the machine has.

Typst caches the layout, about ten kilobytes a cell, so long lists are set in parts and merged afterwards. Their
pages are numbered through, but do not show the total, and carry no accessibility tags.
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

MAX_ROWS_PER_PART = 1000
_CACHE_MAX_AGE = 11  #: compilations, after which Typst evicts an entry
_EMPTY_SECTION = {"title": "", "columns": [], "groups": []}
_EMPTY_DOCUMENT = {
    "title": "",
    "version": "",
    "page": "",
    "nobody": "",
    "lists": [_EMPTY_SECTION],
    "first": 1,
    "whole": False,
}
_TEMPLATE = Path(__file__).parent / "lists.typ"


def render_lists(document: dict[str, Any], unix_time: int) -> bytes:
    """Render the document's `lists` as PDF, dated at the Unix time."""
    parts = list(_split_into_parts(document["lists"]))
    if len(parts) == 1:
        return _render_part(document | {"first": 1, "whole": True}, unix_time, tagged=True)
    merged = PdfWriter()
    for part in parts:
        first = len(merged.pages) + 1
        rendered = PdfReader(
            BytesIO(_render_part(document | {"lists": part, "first": first, "whole": False}, unix_time))
        )
        merged.append(rendered)
        merged.metadata = rendered.metadata
        _evict_cache()
    content = BytesIO()
    merged.write(content)
    return content.getvalue()


def _render_part(document: dict[str, Any], unix_time: int, *, tagged: bool = False) -> bytes:
    return render_pdf(_TEMPLATE, document, unix_time, tagged=tagged)


def render_pdf(template: Path, document: dict[str, Any], unix_time: int, *, tagged: bool = False) -> bytes:
    """Render the document with its template as PDF, dated at the Unix time."""
    data = {"document": json.dumps(document, ensure_ascii=False)}
    rendered = _get_compiler(template).compile(format="pdf", sys_inputs=data, timestamp=unix_time, pdf_tags=tagged)
    return bytes(rendered)  # type: ignore[arg-type]  # one file in one piece: only pictures come page by page


@cache
def _get_compiler(template: Path) -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False)
    return typst.Compiler(str(template), root=str(template.parent), font_paths=fonts)


def _evict_cache() -> None:
    """Evict the layout that Typst has cached."""
    for _ in range(_CACHE_MAX_AGE):
        _render_part(_EMPTY_DOCUMENT, 0)


def _split_into_parts(sections: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Split the lists into parts, each with as many rows as may be set at once."""
    part: list[dict[str, Any]] = []
    for piece in (piece for section in sections for piece in _split_section(section)):
        if part and sum(map(_count_rows, [*part, piece])) > MAX_ROWS_PER_PART:
            yield part
            part = []
        part.append(piece)
    yield part


def _split_section(section: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Split a long list into pieces, each under its title and headings."""
    rows = [(group["label"], row) for group in section["groups"] for row in group["rows"]]
    for start in range(0, max(1, len(rows)), MAX_ROWS_PER_PART):
        groups = groupby(rows[start : start + MAX_ROWS_PER_PART], key=itemgetter(0))
        yield section | {
            "groups": [
                {"label": label, "rows": [row for _, row in rows_of_group]} for label, rows_of_group in groups
            ]
        }


def _count_rows(section: dict[str, Any]) -> int:
    return sum(len(group["rows"]) for group in section["groups"])
