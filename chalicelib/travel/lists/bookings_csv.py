"""The airline's locators and seats out of a CSV file: what it says, what of it cannot be, what it would change.

The file may be `passengers.csv` itself with the two columns filled in, or any with a column for our reference.
What is empty in it stays as it is.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields
from chalicelib.travel.lists.additions import Additions, Booking
from chalicelib.travel.lists.passengers import Passenger

_HEADINGS = {
    "reference": "reference",
    "flynummer": "number",
    "flight": "number",
    "bookingnummer": "locator",
    "locator": "locator",
    "sæde": "seat",
    "seat": "seat",
}
_LOCATOR, _SEAT = re.compile(r"[A-Z0-9]{5,8}"), re.compile(r"[1-9][0-9]?[A-Z]")


@dataclass(frozen=True)
class BookingChange:
    """What the file changes for somebody on a flight."""

    passenger: Passenger
    before: Booking
    after: Booking


def read(text: str) -> list[dict[str, str]]:
    """The rows by what their columns are known as; a semicolon, comma or tab parts them, and any line end. Raises
    InvalidFields for what is no CSV."""
    lines = io.StringIO(text.lstrip("\ufeff"), newline=None)  # whatever the line ends are, they are read as one
    first = lines.readline()
    lines.seek(0)
    try:
        headings, *rows = list(csv.reader(lines, delimiter=max(";,\t", key=first.count))) or [[]]
    except csv.Error as error:
        message = N_("This could not be read as a CSV file.")
        raise InvalidFields(errors=(FieldError("csv", "not_csv", message),)) from error
    names = [_HEADINGS.get(heading.strip().lower(), "") for heading in headings]
    return [{name: cell.strip() for name, cell in zip(names, row, strict=False) if name} for row in rows]


def find_changes(
    rows: Sequence[Mapping[str, str]], passengers: Sequence[Passenger], additions: Additions
) -> tuple[list[BookingChange], list[FieldError]]:
    """What the rows change, and what is wrong with them, by line; an empty row says nothing."""
    changed: dict[tuple[str, str], BookingChange] = {}
    wrong: list[FieldError] = []
    for line, row in ((line, row) for line, row in enumerate(rows, start=2) if any(row.values())):
        found = [each for each in passengers if _is_match(each, row)]
        errors = [*_validate_row(line, row, found)]
        wrong += errors
        for passenger in [] if errors else found:
            before = additions.get_booking(passenger.leg.name, passenger.registration.id)
            told = {name: row[name].upper() for name in ("locator", "seat") if row.get(name)}
            after = replace(before, **told)
            if after != before:
                changed[passenger.leg.name, passenger.registration.id] = BookingChange(passenger, before, after)
    return list(changed.values()), wrong


def _is_match(passenger: Passenger, row: Mapping[str, str]) -> bool:
    number = row.get("number", "").replace(" ", "").upper()
    flight = (passenger.leg.number or "").replace(" ", "").upper()
    return passenger.locator == row.get("reference", "").upper() and number in ("", flight)


def _validate_row(line_number: int, row: Mapping[str, str], matches: Sequence[Passenger]) -> Iterator[FieldError]:
    where = f"line.{line_number}"
    if not matches:
        yield FieldError(where, "nobody", N_("Nobody on this flight has this reference."))
    if row.get("seat") and len(matches) > 1:
        yield FieldError(where, "which_flight", N_("Say for which flight the seat is: give its number as well."))
    if row.get("locator") and not _LOCATOR.fullmatch(row["locator"].upper()):
        yield FieldError(where, "not_a_locator", N_("A locator has 5 to 8 letters and digits."))
    if row.get("seat") and not _SEAT.fullmatch(row["seat"].upper()):
        yield FieldError(where, "not_a_seat", N_("A seat is a row and a letter, as in 12A."))
