"""Build the airline's lists from a version's JSON document, so that old versions compare with new ones."""

import re
from datetime import datetime

from chalicelib.contact.names import transliterate_for_ticket
from chalicelib.contact.phones import format_for_airline
from chalicelib.programme.model import Leg
from chalicelib.travel.lists.pnl import MAX_NAME_LENGTH, FlightList, Traveller
from chalicelib.travel.lists.tables import Document

_FLIGHT_NUMBER = re.compile(r"[A-Z0-9]{2}[A-Z]?[0-9]{1,4}[A-Z]?")
_AIRPORT = re.compile(r"[A-Z]{3}")


def build_flight_lists(document: Document) -> dict[str, FlightList]:
    """Build the list of each flight, by its leg; a flight without a proper number or airport codes has none.

    Travellers whose names cannot be typed are on none of them: the version's warnings name them.
    """
    flights = {flight["leg"]: flight for flight in document.get("flights", ()) if is_complete(flight)}
    return {leg: _build_flight_list(flight, document["passengers"]) for leg, flight in flights.items()}


def build_flight_document(leg: Leg) -> Document:
    """Build the entry of a flight leg in documents."""
    return {
        "leg": leg.name,
        "number": leg.number,
        "departs": leg.departs.isoformat(),
        "origin": leg.origin_code or leg.origin,
        "destination": leg.destination_code or leg.destination,
    }


def is_complete(flight: Document) -> bool:
    """Return True if an airline's system would know the flight: `DX123`, `CPH`, `RNE`."""
    codes = (flight["origin"], flight["destination"])
    return bool(_FLIGHT_NUMBER.fullmatch(_normalize_flight_number(flight))) and all(map(_AIRPORT.fullmatch, codes))


def _normalize_flight_number(flight: Document) -> str:
    return re.sub(r"\s", "", flight["number"] or "").upper()


def _build_flight_list(flight: Document, passengers: list[Document]) -> FlightList:
    travellers = [_build_traveller(passenger) for passenger in passengers if passenger["leg"] == flight["leg"]]
    return FlightList(
        number=_normalize_flight_number(flight),
        day=datetime.fromisoformat(flight["departs"]).date(),
        origin=flight["origin"],
        destination=flight["destination"],
        travellers=tuple(
            sorted(filter(None, travellers), key=lambda traveller: (traveller.name, traveller.locator))
        ),
    )


def _build_traveller(passenger: Document) -> Traveller | None:
    """Build a traveller of the list; None where the name cannot be typed whole."""
    surname, given = transliterate_for_ticket(passenger["surname"]), transliterate_for_ticket(passenger["given"])
    if not (surname.is_whole and given.is_whole):
        return None
    services = [f"{code} HK1" for code in passenger["assistance"]]
    if passenger["phone"]:
        services.append(f"CTCM HK1 {format_for_airline(passenger['phone'])}")
    name = format_ticket_name(surname.text, given.text, passenger["title"] or "")
    return Traveller(name, passenger["locator"], tuple(services))


def is_truncated(surname: str, given: str, title: str) -> bool:
    """Return True if the name in list form is longer than its line."""
    full_name = f"{transliterate_for_ticket(surname).text}/{transliterate_for_ticket(given).text}{title}"
    return len(full_name) > MAX_NAME_LENGTH


def format_ticket_name(surname: str, given: str, title: str) -> str:
    """Format the name element; cut one longer than a line at the end of the given name, then of the surname.

    The title is never cut.
    """
    max_length = MAX_NAME_LENGTH - len("/") - len(title)
    surname = surname[: max_length - 1]
    return f"{surname}/{given[: max_length - len(surname)]}{title}"
