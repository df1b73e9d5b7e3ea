"""Phone numbers."""

import pytest
from pydantic_core import PydanticCustomError

from chalicelib.contact import phones


@pytest.mark.parametrize(
    ("written", "number", "shown"),
    [
        ("20-12-34-56", "+4520123456", "+45 20 12 34 56"),
        ("\u202a+45 33 12 34 56\u202c", "+4533123456", "+45 33 12 34 56"),
        ("+45 (0)20 12 34 56", "+4520123456", "+45 20 12 34 56"),
        ("0045 (0) 20123456", "+4520123456", "+45 20 12 34 56"),
        ("+44 (0)20 7946 0018", "+442079460018", "+44 20 7946 0018"),
        ("+39 (0)6 698 83145", "+390669883145", "+39 06 6988 3145"),  # dialled with its zero from abroad, too
        ("33123456 x12", "+4533123456;ext=12", "+45 33 12 34 56 ext. 12"),
        ("33 12 34 56 lok. 12", "+4533123456;ext=12", "+45 33 12 34 56 ext. 12"),
        ("33 12 34 56, lokal 7", "+4533123456;ext=7", "+45 33 12 34 56 ext. 7"),
        ("+4533123456;ext=12", "+4533123456;ext=12", "+45 33 12 34 56 ext. 12"),
    ],
)
def test_a_phone_number_is_kept_whole(written: str, number: str, shown: str) -> None:
    """E.164, with its extension as RFC 3966 writes it."""
    assert phones.normalise_phone(written) == number
    assert phones.normalise_phone(number) == number
    assert phones.format_international(number) == shown


@pytest.mark.parametrize(
    "written",
    ["12345678", "33123456 / 20123456", "tel:+4533123456;isub=9", "33123456 w", "33123456\\x3", "33123456 kontor"],
)
def test_a_number_is_rejected_where_a_part_would_be_lost(written: str) -> None:
    """A second number, a subaddress, a word behind it."""
    with pytest.raises(PydanticCustomError):
        phones.normalise_phone(written)


def test_what_is_stored_and_no_number_is_shown_as_it_is() -> None:
    """One row breaks no list."""
    assert phones.format_international("spørg Anna") == "spørg Anna"


def test_an_airline_reads_letters_and_digits_only() -> None:
    """An extension stands behind the number."""
    assert phones.format_for_airline("+4533123456;ext=12") == "4533123456 EXT12"
