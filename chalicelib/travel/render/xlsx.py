"""Render the manifest as a workbook: a sheet for each list, with text where Excel would see a formula."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chalicelib.contact.phones import format_international
from chalicelib.programme.dates import format_numeric, is_repeated
from chalicelib.programme.model import ZONE
from chalicelib.text import strip_control_characters
from chalicelib.travel.lists import catalogue
from chalicelib.travel.lists.manifest import Manifest
from chalicelib.travel.lists.tables import Cell, Column, Table

_MAX_TITLE_LENGTH = 90  #: characters: a header takes 255, and each & counts twice
_OPTIONS = {
    "constant_memory": True,  # rows go to a temporary file at once: sheets may be long
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WRAPPED = {"text_wrap": True, "valign": "top"}  #: rows grow with their text, so that print cuts nothing


@dataclass(frozen=True)
class _Formats:
    """The formats of a workbook's cells."""

    heading: Format
    text: Format
    moment: Format


def render(manifest: Manifest) -> bytes:
    """Render the manifest as XLSX; deterministic: the same manifest gives the same bytes."""
    title = f"{manifest.event.title.da} – manifest {manifest.version}"
    return render_workbook(title, manifest.as_of, catalogue.build_tables(manifest))


def render_workbook(title: str, as_of: datetime, tables: Iterable[Table]) -> bytes:
    """Render the tables as XLSX, one sheet each, with title and date above each printed page."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as workbook:
        created = as_of.astimezone(UTC).replace(tzinfo=None)
        workbook.set_properties({"title": title, "created": created})
        formats = _Formats(
            heading=workbook.add_format(_WRAPPED | {"bold": True, "bottom": 1}),
            text=workbook.add_format(_WRAPPED),
            moment=workbook.add_format(_WRAPPED | {"num_format": "dd-mm-yyyy hh:mm"}),
        )
        for table in tables:
            sheet = workbook.add_worksheet(table.title)
            _set_up_sheet(sheet, table, title, f"pr. {format_numeric(as_of, 'da')}")
            _fill_sheet(sheet, table, formats)
    return content.getvalue()


def _set_up_sheet(sheet: Worksheet, table: Table, title: str, dated: str) -> None:
    columns = [column for _, column in table.visible_columns]
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{_shorten(title).replace('&', '&&')}, {dated}&R&A &P/&N")


def _shorten(title: str) -> str:
    return title if len(title) <= _MAX_TITLE_LENGTH else f"{title[: _MAX_TITLE_LENGTH - 1]}…"


def _fill_sheet(sheet: Worksheet, table: Table, formats: _Formats) -> None:
    for column_index, (_, column) in enumerate(table.visible_columns):
        sheet.write_string(0, column_index, column.heading, formats.heading)
    for row_index, row in enumerate(table.rows, start=1):
        for column_index, (cell_index, column) in enumerate(table.visible_columns):
            _write_cell(sheet, row_index, column_index, column, row[cell_index], formats)


def _write_cell(
    sheet: Worksheet, row_index: int, column_index: int, column: Column, cell: Cell, formats: _Formats
) -> None:
    if isinstance(cell, datetime) and is_repeated(cell):
        sheet.write_string(row_index, column_index, column.format_moment(cell), formats.text)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row_index, column_index, cell.astimezone(ZONE).replace(tzinfo=None), formats.moment)
    elif isinstance(cell, int):
        sheet.write_number(row_index, column_index, cell, formats.text)
    elif column.kind == "phone" and isinstance(cell, str):
        sheet.write_string(row_index, column_index, format_international(cell), formats.text)
    elif text := strip_control_characters(column.format_cell(cell)):
        sheet.write_string(row_index, column_index, text, formats.text)
