"""The airline's lists, out of a version's document."""

import json
from datetime import date
from typing import Any

import pytest

from chalicelib.travel.lists.flight_lists import build_flight_lists, format_ticket_name
from chalicelib.travel.lists.pnl import MAX_NAME_LENGTH, Traveller
from chalicelib.travel.lists.tables import Document
from chalicelib.travel.render import json_document
from testing import bornholm
from testing.bornholm import guest, on_id


def document(*people: Any, **changes: Any) -> Document:
    """The document of a manifest, as it is read from storage."""
    manifest = bornholm.manifest(registrations=people, **changes)
    stored: Document = json.loads(json_document.render(json_document.build_document(manifest)))
    return stored


def travellers(*people: Any) -> list[Traveller]:
    """The travellers of the outward flight."""
    return list(build_flight_lists(document(*people))["flight_out"].travellers)


def flying(given_name: str, family_name: str, **details: Any) -> Any:
    """A registration for the outward flight."""
    return guest(given_name, family_name, "flight_out", **details)


def test_each_flight_has_its_list() -> None:
    """Number, day of departure, airports; a flight without travellers has a list, too."""
    lists = build_flight_lists(document(flying("Bo", "Zoff")))
    assert {leg: (each.number, each.day, each.origin, each.destination) for leg, each in lists.items()} == {
        "flight_out": ("DX123", date(2020, 8, 25), "CPH", "RNE"),
        "flight_home": ("DX124", date(2020, 8, 26), "RNE", "CPH"),
    }
    assert [len(each.travellers) for each in lists.values()] == [1, 0]


def test_a_traveller_as_tickets_have_them() -> None:
    """Ticket form with the title behind, then what the airport must know and the mobile in digits."""
    soeren = flying(
        "Anne-Marie",
        "van der Ærø",
        phone="20 12 34 56",
        travel={"title": "MRS", "special_assistance": ["WCHR", "BLND"]},
    )
    [traveller] = travellers(soeren)
    assert (traveller.name, traveller.services) == (
        "VANDERAEROE/ANNEMARIEMRS",
        ("WCHR HK1", "BLND HK1", "CTCM HK1 4520123456"),
    )


def test_a_name_that_cannot_be_typed_is_on_no_list() -> None:
    """Until it is told as on the card: a list with other letters than the card's would be wrong."""
    assert travellers(flying("Γιώργος", "Holm", email="g@example.org")) == []
    told = flying("Γιώργος", "Holm", email="g@example.org", travel=on_id("Georgios", "Holm"))
    assert [each.name for each in travellers(told)] == ["HOLM/GEORGIOS"]


def test_two_of_one_name_differ_in_their_locators() -> None:
    """They stand beside each other."""
    two = travellers(
        flying("Anna", "Jensen", email="a@example.org"), flying("Anna", "Jensen", email="b@example.org")
    )
    assert [each.name for each in two] == ["JENSEN/ANNA"] * 2
    assert len({each.locator for each in two}) == 2


@pytest.mark.parametrize(
    "missing",
    [{"number": None}, {"number": "first flight"}, {"number": "DX１２３"}, {"origin_code": None}],
)
def test_a_flight_that_no_airline_would_know_has_no_list(missing: dict[str, Any]) -> None:
    """It needs its number and both airport codes."""
    legs = bornholm.event().model_dump(mode="json", exclude_none=True)["legs"]
    event = bornholm.event(legs=[legs[0] | missing])
    assert build_flight_lists(document(flying("Bo", "Zoff"), event=event)) == {}


def test_a_flight_number_written_with_a_space() -> None:
    """`DX 123` is `DX123`."""
    legs = bornholm.event().model_dump(mode="json", exclude_none=True)["legs"]
    event = bornholm.event(legs=[legs[0] | {"number": "dx 123"}])
    assert build_flight_lists(document(event=event))["flight_out"].number == "DX123"


def test_a_version_from_before_there_were_such_lists() -> None:
    """It has none, so all travellers are new."""
    old = document(flying("Bo", "Zoff"))
    del old["flights"]
    assert build_flight_lists(old) == {}


def test_a_name_longer_than_a_line() -> None:
    """The given name is cut first, the title never."""
    assert format_ticket_name("HOLM", "A" * 90, "MR") == f"HOLM/{'A' * 56}MR"
    assert format_ticket_name("B" * 90, "ANNA", "MISS") == f"{'B' * 57}/AMISS"
    assert len(format_ticket_name("B" * 90, "ANNA", "MISS")) == MAX_NAME_LENGTH


def test_an_extension_stands_behind_the_number() -> None:
    """In characters that an airline's message can hold."""
    [traveller] = travellers(flying("Bo", "Zoff", phone="33 12 34 56 lok. 7"))
    assert traveller.services == ("CTCM HK1 4533123456 EXT7",)
