"""Headings and words."""

from typing import get_args

from chalicelib.registration.attendee import Allergen, MealWish, Sector
from chalicelib.travel import lists, words
from chalicelib.travel.warning import CODES, TEXTS
from tests.travel import bornholm


def test_each_row_fills_its_columns() -> None:
    """In every list a row has a cell for each column."""
    tables = lists.tables(bornholm.manifest())
    assert all(len(row) == len(table.columns) for table in tables for row in table.rows)
    assert [len(table.rows) for table in tables] == [32, 32, 14, 27, 4, 20, 9]


def test_each_code_has_its_word() -> None:
    """No code of the form reaches a kitchen or an organiser untranslated."""
    assert words.FOOD.keys() == {"guests", *get_args(MealWish), *get_args(Allergen), "note"}
    assert words.ALLERGENS.keys() == set(get_args(Allergen))
    assert words.SECTORS.keys() == set(get_args(Sector))
    assert [set(TEXTS[code]) for code in CODES] == [{"da", "en"}] * len(CODES)
