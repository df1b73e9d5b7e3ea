"""Read the airline's locators and seats from a CSV file: its rows, their errors, and what they would change.

The file may be `passengers.csv` itself with the two columns filled in, or any with a column for our reference. An
empty cell changes nothing.
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
    """A change that the file makes to one traveller's booking on a flight."""

    passenger: Passenger
    before: Booking
    after: Booking


def read(text: str) -> list[dict[str, str]]:
    """Parse the file into rows, each by the names that its columns are known as.

    Semicolon, comma or tab may separate the cells; any line ending is read. Raises InvalidFields for what is no
    CSV.
    """
    stream = io.StringIO(text.lstrip("\ufeff"), newline=None)  # newline=None reads any line ending
    header = stream.readline()
    stream.seek(0)
    try:
        headings, *rows = list(csv.reader(stream, delimiter=max(";,\t", key=header.count))) or [[]]
    except csv.Error as error:
        message = N_("This could not be read as a CSV file.")
        raise InvalidFields(errors=(FieldError("csv", "not_csv", message),)) from error
    names = [_HEADINGS.get(heading.strip().lower(), "") for heading in headings]
    return [{name: cell.strip() for name, cell in zip(names, row, strict=False) if name} for row in rows]


def find_changes(
    rows: Sequence[Mapping[str, str]], passengers: Sequence[Passenger], additions: Additions
) -> tuple[list[BookingChange], list[FieldError]]:
    """Return the changes that the rows make, and the errors in them by row number.

    An empty row changes nothing.
    """
    changes: dict[tuple[str, str], BookingChange] = {}
    errors: list[FieldError] = []
    for row_number, row in enumerate(rows, start=2):
        if not any(row.values()):
            continue
        matches = [candidate for candidate in passengers if _is_match(candidate, row)]
        row_errors = [*_validate_row(row_number, row, matches)]
        errors += row_errors
        for passenger in [] if row_errors else matches:
            before = additions.get_booking(passenger.leg.name, passenger.registration.id)
            filled = {name: row[name].upper() for name in ("locator", "seat") if row.get(name)}
            after = replace(before, **filled)
            if after != before:
                changes[passenger.leg.name, passenger.registration.id] = BookingChange(passenger, before, after)
    return list(changes.values()), errors


def _is_match(passenger: Passenger, row: Mapping[str, str]) -> bool:
    """Return True if the row has the passenger's reference, and their flight or none."""
    row_flight = row.get("number", "").replace(" ", "").upper()
    leg_flight = (passenger.leg.number or "").replace(" ", "").upper()
    return passenger.locator == row.get("reference", "").upper() and row_flight in ("", leg_flight)


def _validate_row(row_number: int, row: Mapping[str, str], matches: Sequence[Passenger]) -> Iterator[FieldError]:
    """Yield the errors of a row: an unknown reference, an ambiguous seat, a malformed locator or seat."""
    field = f"line.{row_number}"
    if not matches:
        yield FieldError(field, "nobody", N_("Nobody on this flight has this reference."))
    if row.get("seat") and len(matches) > 1:
        yield FieldError(field, "which_flight", N_("Say for which flight the seat is: give its number as well."))
    if row.get("locator") and not _LOCATOR.fullmatch(row["locator"].upper()):
        yield FieldError(field, "not_a_locator", N_("A locator has 5 to 8 letters and digits."))
    if row.get("seat") and not _SEAT.fullmatch(row["seat"].upper()):
        yield FieldError(field, "not_a_seat", N_("A seat is a row and a letter, as in 12A."))
