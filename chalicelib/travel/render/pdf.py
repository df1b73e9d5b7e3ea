"""The manifest as pages to print, A4: a section for each list, its headings again on each page."""

import re
from datetime import datetime
from itertools import groupby
from typing import Any

from chalicelib.programme.model import ZONE
from chalicelib.travel.lists import catalogue
from chalicelib.travel.lists.manifest import Manifest
from chalicelib.travel.lists.tables import Cell, Column, Table
from chalicelib.travel.lists.wording import spaced
from chalicelib.travel.render import typesetting

_BREAK = "\u200b"  # where a word may be parted, without a sign


def render(manifest: Manifest) -> bytes:
    """The same manifest gives the same bytes."""
    return typesetting.pages(_document(manifest), int(manifest.as_of.timestamp()))


def _document(manifest: Manifest) -> dict[str, Any]:
    return {
        "title": manifest.event.title.da,
        "version": f"Manifest {manifest.version}, pr. {manifest.as_of.astimezone(ZONE):%d-%m-%Y %H:%M}",
        "page": "Side",
        "nobody": "Ingen.",
        "lists": [_list(table) for table in catalogue.tables(manifest)],
    }


def _list(table: Table) -> dict[str, Any]:
    """The table without what its groups have in common: that stands once above each."""
    label = [(at, column) for at, column in table.shown if column.shared]
    columns = [(at, column) for at, column in table.shown if not column.shared]
    groups = groupby(
        table.rows, key=lambda row: [(column.heading, _text(column, row[at])) for at, column in label]
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
                "rows": [[_breakable(_text(column, row[at]), column) for at, column in columns] for row in rows],
            }
            for common, rows in groups
        ],
    }


def _text(column: Column, cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{cell.astimezone(ZONE):%d-%m-%Y %H:%M}"
    if isinstance(cell, int):
        return str(cell)
    if column.kind == "phone" and isinstance(cell, str):
        return spaced(cell)
    return column.text(cell)


def _breakable(text: str, column: Column) -> str:
    """A word that may be wider than its column, if all its letters are wide, may be parted, so that it does not
    run into the next one. Mail addresses, which people copy, have narrow letters and are parted later."""
    longest = column.width if "@" in text else column.width * 3 // 5
    return re.sub(rf"\S{{{longest}}}(?=\S)", lambda word: word[0] + _BREAK, text)
