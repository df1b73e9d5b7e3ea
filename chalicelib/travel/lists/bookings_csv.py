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
_SEPARATOR_ROW = re.compile(r'"?sep=(?P<separator>[;,\t])"?[ ;,]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
_MAX_NAMED = 5  #: people in an error
_LOCATOR, _SEAT = re.compile(r"[A-Z0-9]{5,8}"), re.compile(r"[1-9][0-9]?[A-Z]")


@dataclass(frozen=True)
class BookingChange:
    """A change that the file makes to one traveller's booking on a flight."""

    passenger: Passenger
    before: Booking
    after: Booking


def read(text: str) -> list[dict[str, str]]:
    """Parse the file into rows, each by the names that its columns are known as.

    Semicolon, comma or tab may separate the cells, also as a spreadsheet's first row says it (`sep=;`); any line
    ending is read. What stands above the headings counts as empty rows, so that errors name the rows of the file.
    Raises InvalidFields for what is no CSV, and without the headings that are needed.
    """
    hint, text = _split_separator(text.lstrip("\ufeff"))
    stream = io.StringIO(text, newline=None)  # newline=None reads any line ending
    header = stream.readline()
    stream.seek(0)
    try:
        headings, *rows = list(csv.reader(stream, delimiter=hint or max(";,\t", key=header.count))) or [[]]
    except csv.Error as error:
        message = N_("This could not be read as a CSV file.")
        raise InvalidFields(errors=(FieldError("csv", "not_csv", message),)) from error
    names = [_HEADINGS.get(heading.strip().lower(), "") for heading in headings]
    _require_headings(names)
    above: list[dict[str, str]] = [{}] if hint else []
    return above + [{name: cell.strip() for name, cell in zip(names, row, strict=False) if name} for row in rows]


def _split_separator(text: str) -> tuple[str, str]:
    """Split off the first row where it only names the separator, as spreadsheets write it."""
    match = _SEPARATOR_ROW.match(text)
    return (match["separator"], text[match.end() :]) if match else ("", text)


def _require_headings(names: Sequence[str]) -> None:
    """Raise InvalidFields unless the rows say who is meant, and have a column to read."""
    if "reference" in names and {"locator", "seat"} & {*names}:
        return
    message = N_(
        "The first row must have the headings “Reference” and “Bookingnummer” or “Sæde” (or “locator”, “seat”);"
        " for one flight of several, “Flynummer” (or “flight”)."
    )
    raise InvalidFields(errors=(FieldError("csv", "no_headings", message),))


@dataclass(frozen=True)
class _Assignment:
    """A row of the file, for one traveller on a flight whom it means."""

    row_number: int
    row: Mapping[str, str]
    passenger: Passenger

    @property
    def key(self) -> tuple[str, str]:
        """Return the flight and the registration that the row is about."""
        return _key(self.passenger)

    def apply(self, before: Booking) -> Booking:
        """Fill the row's cells into the booking; an empty one leaves it as it is."""
        filled = {name: self.row[name].upper() for name in ("locator", "seat") if self.row.get(name)}
        return replace(before, **filled)


def _key(passenger: Passenger) -> tuple[str, str]:
    return passenger.leg.name, passenger.registration.id


def find_changes(
    rows: Sequence[Mapping[str, str]], passengers: Sequence[Passenger], additions: Additions
) -> tuple[list[BookingChange], list[FieldError]]:
    """Return the changes that the rows make, and the errors in them by row number.

    An empty row changes nothing.
    """
    assignments, errors = _match_rows(rows, passengers)
    known = {_key(each): additions.get_booking(*_key(each)) for each in passengers}
    bookings = dict(known)
    for each in assignments:
        bookings[each.key] = each.apply(bookings[each.key])
    conflicts = {
        each.row_number: error
        for each in assignments
        if (error := _find_conflict(each, assignments, passengers, bookings))
    }
    changes = {
        each.key: BookingChange(each.passenger, known[each.key], bookings[each.key])
        for each in assignments
        if each.row_number not in conflicts and bookings[each.key] != known[each.key]
    }
    return list(changes.values()), sorted([*errors, *conflicts.values()], key=_read_row_number)


def _read_row_number(error: FieldError) -> int:
    return int(error.field.rpartition(".")[2])


def _match_rows(
    rows: Sequence[Mapping[str, str]], passengers: Sequence[Passenger]
) -> tuple[list[_Assignment], list[FieldError]]:
    assignments: list[_Assignment] = []
    errors: list[FieldError] = []
    for row_number, row in enumerate(rows, start=2):
        if not any(row.values()):
            continue
        matches = [candidate for candidate in passengers if _is_match(candidate, row)]
        row_errors = [*_validate_row(row_number, row, matches)]
        errors += row_errors
        assignments += [] if row_errors else [_Assignment(row_number, row, each) for each in matches]
    return assignments, errors


def _find_conflict(
    assignment: _Assignment,
    assignments: Sequence[_Assignment],
    passengers: Sequence[Passenger],
    bookings: Mapping[tuple[str, str], Booking],
) -> FieldError | None:
    """Find what the row's seat contradicts: another row for the same person, or another person's seat."""
    field, seat = f"line.{assignment.row_number}", assignment.row.get("seat", "").upper()
    same = [each.apply(Booking()) for each in assignments if each.key == assignment.key]
    if any(len({getattr(each, name) for each in same} - {""}) > 1 for name in ("locator", "seat")):
        return FieldError(field, "contradiction", N_("Another row says something else about the same booking."))
    others = [each for each in passengers if each.leg.name == assignment.key[0] and _key(each) != assignment.key]
    holders = [each for each in others if seat and bookings[_key(each)].seat == seat]
    if not holders:
        return None
    names = ", ".join(each.registration.attendee.name for each in holders[:_MAX_NAMED])
    message = N_("Seat %(seat)s is given to others on this flight, too: %(names)s.")
    return FieldError(field, "seat_taken", message, {"seat": seat, "names": names})


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
