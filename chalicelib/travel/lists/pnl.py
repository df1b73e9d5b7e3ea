"""Passenger name lists as airlines' systems read them: PNL, the whole list, and ADL, what changed since.

IATA Recommended Practice 1708: header, flight with date and origin and part, total by destination, a name
element for each traveller with locator (`.L/`) and services (`.R/`), end. Ours is one line a traveller, going
on in further lines only where it is full. A message that is too long goes on in parts, each complete in itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

PNL_SUFFIX, ADL_SUFFIX = ".pnl.txt", ".adl.txt"  #: how the names of their files end, after the leg

#: Type B, the teletype network these lists are made for, takes 60 lines of 64 signs, 3,840 in all. Four lines
#: are left to whoever sends the message, for address and origin.
MAX_LINE_LENGTH, MAX_PART_LINES = 64, 56
MAX_NAME_LENGTH = (
    MAX_LINE_LENGTH - 1
)  #: the name element fills one line at the most, behind the number of travellers

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_BOOKING_CLASS = "Y"  # economy: the one class of a group on a regional flight
_FRAME_LINES = 4  # lines of a part beside its travellers: kind, flight, total, end


@dataclass(frozen=True)
class Traveller:
    """Somebody on a flight: surname, given name and title as tickets have them, locator, services."""

    name: str
    locator: str
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class FlightList:
    """One flight on one day, and who travels, in the order of the list."""

    number: str
    day: date
    origin: str
    destination: str
    travellers: tuple[Traveller, ...]

    def is_same_flight(self, other: "FlightList") -> bool:
        mine = (self.number, self.day, self.origin, self.destination)
        return mine == (other.number, other.day, other.origin, other.destination)


#: A traveller's lines, and the section that they stand in (none in a PNL).
_Entry = tuple[str, tuple[str, ...]]


def format_pnl(flight: FlightList) -> str:
    """The whole list."""
    return _format_message("PNL", flight, [("", _format_traveller(each)) for each in flight.travellers])


def format_adl(before: FlightList | None, after: FlightList) -> str:
    """What changed since the list before: who to delete, to add and to change, in this order.

    Travellers are known by their locators. Who is called otherwise now is deleted by the old name and added by
    the new one; who is changed is given whole. Without a list before, or where the flight itself is another
    now, everybody is added. Nothing changed: a list without travellers.
    """
    old = before.travellers if before and before.is_same_flight(after) else ()
    were, are = {each.locator: each for each in old}, {each.locator: each for each in after.travellers}
    gone = [each for each in old if not _is_listed(each, are)]
    new = [each for each in after.travellers if not _is_listed(each, were)]
    other = [each for each in after.travellers if _is_listed(each, were) and were[each.locator] != each]
    entries = [("DEL", _format_traveller(Traveller(each.name, each.locator))) for each in gone]
    entries += [("ADD", _format_traveller(each)) for each in new]
    entries += [("CHG", _format_traveller(each)) for each in other]
    return _format_message("ADL", after, entries)


def _is_listed(traveller: Traveller, others: dict[str, Traveller]) -> bool:
    other = others.get(traveller.locator)
    return other is not None and other.name == traveller.name


def _format_traveller(traveller: Traveller) -> tuple[str, ...]:
    lines = [f"1{traveller.name}"]
    for element in (f".L/{traveller.locator}", *(f".R/{service}" for service in traveller.services)):
        if len(lines[-1]) + 1 + len(element) <= MAX_LINE_LENGTH:
            lines[-1] += f" {element}"
        else:
            lines += _split_element(element)
    return tuple(lines)


def _split_element(element: str) -> Iterator[str]:
    """An element on lines of its own; what is longer than a line goes on behind `.RN/`."""
    yield element[:MAX_LINE_LENGTH]
    room = MAX_LINE_LENGTH - len(".RN/")
    for at in range(MAX_LINE_LENGTH, len(element), room):
        yield f".RN/{element[at : at + room]}"


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
    """The entries in as many parts as they need, nobody divided; each part says anew which section goes on."""
    parts: list[list[str]] = [[]]
    section = ""
    for name, lines in entries:
        heading = [name] if name != section else []
        if len(parts[-1]) + len(heading) + len(lines) > MAX_PART_LINES - _FRAME_LINES:
            parts.append([])
            heading = [name] if name else []
        parts[-1] += [*heading, *lines]
        section = name
    return parts
