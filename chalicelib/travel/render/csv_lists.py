"""Render CSV as Danish Excel opens it: UTF-8 with BOM, semicolons, CRLF, and no cell that is run as a formula."""

import csv
import io
from datetime import datetime

from chalicelib.travel.lists.tables import Cell, Column, Table
from chalicelib.travel.lists.wording import format_spreadsheet_safe

_FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r", "\0")


def render(*tables: Table) -> bytes:
    """Render the tables one below the other, each under its headings, with an empty row between them."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for index, table in enumerate(tables):
        if index:
            writer.writerow(())
        writer.writerow([column.heading for _, column in table.visible_columns])
        writer.writerows(
            [_format_cell(column, row[column_index]) for column_index, column in table.visible_columns]
            for row in table.rows
        )
    return text.getvalue().encode("utf-8-sig")


def _format_cell(column: Column, cell: Cell) -> str:
    if isinstance(cell, datetime):
        return column.format_moment(cell)
    if isinstance(cell, int):
        return str(cell)
    if column.kind == "phone" and isinstance(cell, str):
        return format_spreadsheet_safe(cell)
    text = column.format_cell(cell)
    return f"'{text}" if text.startswith(_FORMULA_PREFIXES) else text
