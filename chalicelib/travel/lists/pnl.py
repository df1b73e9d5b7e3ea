"""Passenger name lists as airlines' systems read them: PNL, the whole list, and ADL, the changes since.

IATA Recommended Practice 1708: header, flight with date and origin and part, total by destination, a name element
for each traveller with locator (`.L/`) and services (`.R/`), end. Ours has one line a traveller, and further lines
only where it is full. A message that is too long continues in parts, each complete in itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

PNL_SUFFIX, ADL_SUFFIX = ".pnl.txt", ".adl.txt"  #: how the names of their files end, after the leg

#: Type B, the teletype network these lists are made for, takes 60 lines of 64 characters, 3,840 in all. Four lines
#: are left to the sender of the message, for address and origin.
MAX_LINE_LENGTH, MAX_PART_LINES = 64, 56
MAX_NAME_LENGTH = MAX_LINE_LENGTH - 1  #: the name element fills at most one line, behind the number of travellers

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_BOOKING_CLASS = "Y"  # economy: the one class of a group on a regional flight
_FRAME_LINES = 4  # lines of a part beside its travellers: kind, flight, total, end


@dataclass(frozen=True)
class Traveller:
    """A traveller on a flight: surname, given name and title as tickets have them, locator, services."""

    name: str
    locator: str
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class FlightList:
    """One flight on one day, and its travellers in the order of the list."""

    number: str
    day: date
    origin: str
    destination: str
    travellers: tuple[Traveller, ...]

    def is_same_flight(self, other: "FlightList") -> bool:
        """Return True if both have the same number, day and airports."""
        flight = (self.number, self.day, self.origin, self.destination)
        return flight == (other.number, other.day, other.origin, other.destination)


#: A traveller's lines, and the section that they stand in (none in a PNL).
_Entry = tuple[str, tuple[str, ...]]


def format_pnl(flight: FlightList) -> str:
    """Format the whole list."""
    return _format_message("PNL", flight, [("", _format_traveller(traveller)) for traveller in flight.travellers])


def format_adl(before: FlightList | None, after: FlightList) -> str:
    """Format the changes since the list before: travellers to delete, to add and to change, in this order.

    Travellers are known by their locators. A traveller with a new name is deleted by the old one and added by the
    new one; a changed traveller is given whole. Without a list before, or where the flight itself changed, all are
    added. Without changes it is a list without travellers.
    """
    earlier = before.travellers if before and before.is_same_flight(after) else ()
    earlier_by_locator = {traveller.locator: traveller for traveller in earlier}
    later_by_locator = {traveller.locator: traveller for traveller in after.travellers}
    deleted = [traveller for traveller in earlier if not _is_listed(traveller, later_by_locator)]
    added = [traveller for traveller in after.travellers if not _is_listed(traveller, earlier_by_locator)]
    changed = [
        traveller
        for traveller in after.travellers
        if _is_listed(traveller, earlier_by_locator) and earlier_by_locator[traveller.locator] != traveller
    ]
    entries = [("DEL", _format_traveller(Traveller(traveller.name, traveller.locator))) for traveller in deleted]
    entries += [("ADD", _format_traveller(traveller)) for traveller in added]
    entries += [("CHG", _format_traveller(traveller)) for traveller in changed]
    return _format_message("ADL", after, entries)


def _is_listed(traveller: Traveller, others: dict[str, Traveller]) -> bool:
    """Return True if the others have the traveller's locator with the same name."""
    other = others.get(traveller.locator)
    return other is not None and other.name == traveller.name


def _format_traveller(traveller: Traveller) -> tuple[str, ...]:
    """Format the traveller's name element, continued on further lines where one is full."""
    lines = [f"1{traveller.name}"]
    for element in (f".L/{traveller.locator}", *(f".R/{service}" for service in traveller.services)):
        if len(lines[-1]) + 1 + len(element) <= MAX_LINE_LENGTH:
            lines[-1] += f" {element}"
        else:
            lines += _split_element(element)
    return tuple(lines)


def _split_element(element: str) -> Iterator[str]:
    """Yield an element on lines of its own; one that is longer than a line continues behind `.RN/`."""
    yield element[:MAX_LINE_LENGTH]
    rest_length = MAX_LINE_LENGTH - len(".RN/")
    for start in range(MAX_LINE_LENGTH, len(element), rest_length):
        yield f".RN/{element[start : start + rest_length]}"


def _format_message(kind: str, flight: FlightList, entries: Sequence[_Entry]) -> str:
    parts = _split_into_parts(entries)
    lines: list[str] = []
    for number, part in enumerate(parts, start=1):
        end = f"END{kind}" if number == len(parts) else f"ENDPART{number}"
        lines += [kind, *_format_heading(flight, number), *part, end]
    return "".join(f"{line}\n" for line in lines)


def _format_heading(flight: FlightList, part_number: int) -> Iterator[str]:
    day = f"{flight.day.day:02d}{_MONTHS[flight.day.month - 1]}"
    yield f"{flight.number}/{day} {flight.origin} PART{part_number}"
    yield f"-{flight.destination}{len(flight.travellers):02d}{_BOOKING_CLASS}"


def _split_into_parts(entries: Iterable[_Entry]) -> list[list[str]]:
    """Split the entries into as many parts as they need, none divided; each part names its section anew."""
    parts: list[list[str]] = [[]]
    section = ""
    for entry_section, lines in entries:
        heading = [entry_section] if entry_section != section else []
        if len(parts[-1]) + len(heading) + len(lines) > MAX_PART_LINES - _FRAME_LINES:
            parts.append([])
            heading = [entry_section] if entry_section else []
        parts[-1] += [*heading, *lines]
        section = entry_section
    return parts
