"""The manifest as pages to print, A4: a section for each list, its headings again on each page."""

import re
from datetime import datetime
from itertools import groupby
from typing import Any

from chalicelib.programme.model import ZONE
from chalicelib.travel.lists import catalogue
from chalicelib.travel.lists.manifest import Manifest
from chalicelib.travel.lists.tables import Cell, Column, Table
from chalicelib.travel.lists.wording import format_international
from chalicelib.travel.render import typesetting

_ZERO_WIDTH_SPACE = "\u200b"  # where a word may be parted, without a sign


def render(manifest: Manifest) -> bytes:
    """The same manifest gives the same bytes."""
    return typesetting.render_lists(_build_document(manifest), int(manifest.as_of.timestamp()))


def _build_document(manifest: Manifest) -> dict[str, Any]:
    return {
        "title": manifest.event.title.da,
        "version": f"Manifest {manifest.version}, pr. {manifest.as_of.astimezone(ZONE):%d-%m-%Y %H:%M}",
        "page": "Side",
        "nobody": "Ingen.",
        "lists": [_build_section(table) for table in catalogue.build_tables(manifest)],
    }


def _build_section(table: Table) -> dict[str, Any]:
    """The table without what its groups have in common: that stands once above each."""
    label = [(at, column) for at, column in table.visible_columns if column.is_shared]
    columns = [(at, column) for at, column in table.visible_columns if not column.is_shared]
    groups = groupby(
        table.rows, key=lambda row: [(column.heading, _format_cell(column, row[at])) for at, column in label]
    )
    return {
        "title": table.title,
        "columns": [
            {"heading": column.heading, "width": column.width, "number": column.kind == "number"}
            for _, column in columns
        ],
        "groups": [
            {
                "label": [
                    f"{heading} {text}" if place else text for place, (heading, text) in enumerate(common) if text
                ],
                "rows": [
                    [_insert_breaks(_format_cell(column, row[at]), column) for at, column in columns]
                    for row in rows
                ],
            }
            for common, rows in groups
        ],
    }


def _format_cell(column: Column, cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{cell.astimezone(ZONE):%d-%m-%Y %H:%M}"
    if isinstance(cell, int):
        return str(cell)
    if column.kind == "phone" and isinstance(cell, str):
        return format_international(cell)
    return column.format_cell(cell)


def _insert_breaks(text: str, column: Column) -> str:
    """A word that may be wider than its column, if all its letters are wide, may be parted, so that it does not
    run into the next one. Mail addresses, which people copy, have narrow letters and are parted later."""
    longest = column.width if "@" in text else column.width * 3 // 5
    return re.sub(rf"\S{{{longest}}}(?=\S)", lambda word: word[0] + _ZERO_WIDTH_SPACE, text)
