"""CSV for Danish Excel."""

from datetime import datetime

import pytest

from chalicelib.language import Language
from chalicelib.programme.model import ZONE
from chalicelib.travel.lists.tables import Cell, Column, Table
from chalicelib.travel.render.csv_lists import render


def one(column: Column, cell: Cell) -> str:
    """The file of one cell, without its heading."""
    return render(Table("list", "Liste", (column,), ((cell,),))).decode("utf-8-sig").split("\r\n", 1)[1]


@pytest.mark.parametrize("opening", ["=", "+", "-", "@", "\t", "\r", "\0"])
def test_a_cell_that_would_be_run(opening: str) -> None:
    """It is written with an apostrophe before it."""
    assert one(Column("name", "Navn"), f"{opening}A1").strip('"\r\n') == f"'{opening}A1"


def test_a_phone_number_opens_with_a_bracket() -> None:
    """So it needs no apostrophe, and stays a number to call."""
    assert one(Column("phone", "Mobil", kind="phone"), "+4520123456") == "(+45) 20 12 34 56\r\n"


def test_moments_and_numbers_and_nothing() -> None:
    """Moments stand as Danish Excel reads them; no value is an empty cell."""
    moment = datetime(2020, 8, 25, 7, 30, tzinfo=ZONE)
    columns = (Column("at", "Tid"), Column("count", "Antal"), Column("none", "Intet"), Column("key"))
    table = Table("list", "Liste", columns, ((moment, 3, None, "hidden"),))
    assert render(table) == "\ufeffTid;Antal;Intet\r\n25-08-2020 07:30;3;\r\n".encode()


def test_what_parts_cells_is_quoted() -> None:
    """Semicolons, quotes and line breaks stay inside their cell."""
    assert one(Column("note", "Note"), 'a;"b"\nc') == '"a;""b""\nc"\r\n'


@pytest.mark.parametrize(
    ("language", "expected"),
    [("da", "25-10-2020 02:30 normaltid (vintertid)\r\n"), ("en", "25-10-2020 02:30 winter time\r\n")],
)
def test_a_moment_that_comes_twice(language: Language, expected: str) -> None:
    """In the hour that is repeated the cell says which is meant, in the list's language."""
    column = Column("at", "Tid", kind="moment", language=language)
    assert one(column, datetime(2020, 10, 25, 2, 30, tzinfo=ZONE, fold=1)) == expected
