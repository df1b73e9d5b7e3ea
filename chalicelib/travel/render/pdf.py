"""Render the manifest as A4 pages to print: a section for each list, its headings repeated on each page."""

import re
from datetime import datetime
from itertools import groupby
from typing import Any

from chalicelib.contact.phones import format_international
from chalicelib.programme.dates import format_numeric
from chalicelib.travel.lists import catalogue
from chalicelib.travel.lists.lettering import print_name, remove_unprintable_signs
from chalicelib.travel.lists.manifest import Manifest
from chalicelib.travel.lists.tables import Cell, Column, Table
from chalicelib.travel.render import typesetting

_ZERO_WIDTH_SPACE = "\u200b"  # allows a line break without a hyphen


def render(manifest: Manifest) -> bytes:
    """Render the manifest as PDF; deterministic: the same manifest gives the same bytes."""
    return typesetting.render_lists(_build_document(manifest), int(manifest.as_of.timestamp()))


def _build_document(manifest: Manifest) -> dict[str, Any]:
    return {
        "title": manifest.event.title.da,
        "version": f"Manifest {manifest.version}, pr. {format_numeric(manifest.as_of, 'da')}",
        "page": "Side",
        "nobody": "Ingen.",
        "lists": [_build_section(table) for table in catalogue.build_tables(manifest)],
    }


def _build_section(table: Table) -> dict[str, Any]:
    """Build the section of a table; the values of shared columns stand once above each group of rows."""
    shared_columns = [(index, column) for index, column in table.visible_columns if column.is_shared]
    columns = [(index, column) for index, column in table.visible_columns if not column.is_shared]
    groups = groupby(
        table.rows,
        key=lambda row: [(column.heading, _format_cell(column, row[index])) for index, column in shared_columns],
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
                    f"{heading} {text}" if position else text
                    for position, (heading, text) in enumerate(label)
                    if text
                ],
                "rows": [
                    [_insert_breaks(_format_cell(column, row[index]), column) for index, column in columns]
                    for row in rows
                ],
            }
            for label, rows in groups
        ],
    }


def _format_cell(column: Column, cell: Cell) -> str:
    if isinstance(cell, datetime):
        return column.format_moment(cell)
    if isinstance(cell, int):
        return str(cell)
    if column.kind == "phone" and isinstance(cell, str):
        return format_international(cell)
    return remove_unprintable_signs(column.format_cell(cell, print_name))


def _insert_breaks(text: str, column: Column) -> str:
    """Allow line breaks in words that may be wider than their column, so that they do not run into the next one.

    That is so if all letters are wide. Mail addresses, which people copy, have narrow letters and break later.
    """
    max_unbroken = column.width if "@" in text else column.width * 3 // 5
    return re.sub(rf"\S{{{max_unbroken}}}(?=\S)", lambda word: word[0] + _ZERO_WIDTH_SPACE, text)
