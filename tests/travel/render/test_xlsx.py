"""The workbook, opened again."""

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from chalicelib.contact.phones import format_international
from chalicelib.programme.model import ZONE
from chalicelib.travel.lists import catalogue
from chalicelib.travel.lists.tables import Cell, Column, Table
from chalicelib.travel.render import xlsx
from testing import bornholm

MANIFEST = bornholm.manifest()
BOOK = openpyxl.load_workbook(io.BytesIO(xlsx.render(MANIFEST)))
TABLES = catalogue.build_tables(MANIFEST)


def expected(column: Column, cell: Cell) -> Any:
    """The value that a cell of the sheet should have."""
    if isinstance(cell, datetime):
        return cell.astimezone(ZONE).replace(tzinfo=None)
    if isinstance(cell, int):
        return cell
    if column.kind == "phone" and isinstance(cell, str):
        return format_international(cell)
    return column.format_cell(cell) or None


def sheet_of(table: Table) -> Worksheet:
    """The table's sheet in the workbook."""
    sheet = BOOK[table.title]
    assert isinstance(sheet, Worksheet)
    return sheet


def test_a_sheet_for_each_list() -> None:
    """The sheets stand in the lists' order, by their Danish titles."""
    assert BOOK.sheetnames == [
        "Passagerer",
        "Transfer",
        "På egen hånd",
        "Værelser",
        "Mad – antal",
        "Mad – navne",
        "Kontakter",
        "Opfølgning",
    ]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_cell_is_the_lists(table: Table) -> None:
    """Headings and cells are those of the list, cell by cell."""
    rows = [[expected(column, row[at]) for at, column in table.visible_columns] for row in table.rows]
    headings = [column.heading for _, column in table.visible_columns]
    assert [list(row) for row in sheet_of(table).iter_rows(values_only=True)] == [headings, *rows]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_nothing_is_a_formula_or_a_link(table: Table) -> None:
    """What people write is text, whatever it opens with."""
    sheet = sheet_of(table)
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds <= {"s", "n", "d"}
    assert [cell.hyperlink for row in sheet.iter_rows() for cell in row if cell.hyperlink] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_sheet_is_ready_to_work_with(table: Table) -> None:
    """The headings stay in sight, and every column can be filtered."""
    sheet = sheet_of(table)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", sheet.dimensions)


def test_the_workbook_says_which_manifest_it_is() -> None:
    """Title and moment of the manifest stand in its properties."""
    assert BOOK.properties.title == "Døgnmøde på Bornholm – manifest 3"
    assert BOOK.properties.created == datetime(2020, 8, 11, 12, 30)  # noqa: DTZ001 - the workbook's own UTC


def test_no_text_is_cut_in_print() -> None:
    """Each cell wraps, so that its row grows."""
    cells = [cell for sheet in BOOK.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.alignment.wrap_text for cell in cells if cell.value is not None} == {True}


def test_a_long_title_with_signs_keeps_its_header() -> None:
    """An & stands for a code in a header, which takes 255 characters."""
    title = "Mad & drikke & " * 20
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render_workbook(title, bornholm.AS_OF, TABLES[:1])))
    header = book.worksheets[0].oddHeader
    assert header
    left = str(header.left.text)
    assert left.replace("&&", "&") == f"{title[:89]}…, pr. 11-08-2020 14:30"


def test_what_xml_cannot_hold_breaks_no_sheet() -> None:
    """It may have been stored before it was rejected."""
    table = Table("x", "X", (Column("name", "Navn"),), (("An\0n\ufffea",),))
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render_workbook("x", bornholm.AS_OF, [table])))
    assert book.worksheets[0]["A2"].value == "Anna"


def test_a_moment_that_comes_twice_is_a_text() -> None:
    """A date of Excel cannot say which of the two hours is meant; the cell's words do."""
    at = datetime(2020, 10, 25, 2, 30, tzinfo=ZONE)
    table = Table("list", "Liste", (Column("at", "Tid", kind="moment"),), ((at,), (at.replace(hour=3),)))
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render_workbook("Tur", at, [table])))
    sheet = book["Liste"]
    assert isinstance(sheet, Worksheet)
    assert sheet.oddHeader
    cells = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert cells == ["25-10-2020 02:30 sommertid", datetime(2020, 10, 25, 3, 30)]  # noqa: DTZ001 - Excel's local time
    assert "02:30 sommertid" in str(sheet.oddHeader.left.text)
