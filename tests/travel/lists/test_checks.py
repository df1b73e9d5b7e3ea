"""Checks before a manifest is sent."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.programme.model import ZONE
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.warning import WARNING_CODES, ManifestWarning
from testing import bornholm
from testing.bornholm import ALL_THE_WAY, SHARED, SINGLE, guest, manifest, on_id

DEPARTURE = datetime(2020, 8, 25, 7, 30, tzinfo=ZONE)


def traveller(given_name: str = "Bo", family_name: str = "Zoff", *needs: str, **details: Any) -> Registration:
    """A traveller in order, but for what the test says."""
    travel = on_id(given_name, family_name) | details.pop("travel", {})
    filled = {"phone": "20123456", "travel": travel} | details
    return guest(given_name, family_name, *(needs or (*ALL_THE_WAY, SINGLE)), **filled)


def found(*people: Registration, **changes: Any) -> list[tuple[str, str]]:
    """The warnings about these people, by code and name."""
    return [(each.code, each.name) for each in manifest(registrations=people, **changes).warnings]


def test_a_journey_in_order() -> None:
    """Nothing is found, and nothing is asked."""
    assert found(traveller()) == []


def test_a_name_that_cannot_be_typed() -> None:
    """It is to be asked for, once; told as on the card, it is in order."""
    strange = traveller("Γιώργος", "Holm", email="g@example.org")
    assert found(strange) == [("name-on-id-needed", "Γιώργος Holm")]
    assert found(traveller("Γιώργος", "Holm", email="g@example.org", travel=on_id("Georgios", "Holm"))) == []


def test_a_name_as_on_the_card_that_was_not_told() -> None:
    """The name of the registration is on the list, and to be asked for; who does not fly needs none."""
    assert found(guest("Bo", "Zoff", *ALL_THE_WAY, SINGLE, phone="20123456")) == [
        ("name-on-id-missing", "Bo Zoff")
    ]
    assert found(guest("Bo", "Zoff", "transfer_home", phone="20123456")) == []


def test_a_name_written_in_another_script() -> None:
    """The table writes it, and the card may spell it otherwise."""
    assert found(traveller("Анна", "Holm", email="a@example.org")) == [("name-transliterated", "Анна Holm")]
    assert found(traveller("Анна", "Holm", email="a@example.org", travel=on_id("Anna", "Holm"))) == []


def test_a_name_too_long_for_the_airline() -> None:
    """It is cut, and the organiser is told."""
    long = traveller("Anna" * 10, "Holm" * 10, email="a@example.org")
    assert [code for code, _ in found(long)] == ["name-too-long"]
    assert found(traveller("A" * 30, "B" * 32, email="a@example.org")) == []


def test_two_of_one_name_on_the_flight() -> None:
    """Their locators tell them apart."""
    assert found(traveller(email="a@example.org"), traveller(email="b@example.org")) == []


def test_two_of_one_name_where_one_has_no_locator() -> None:
    """Hotel and driver cannot tell who is who: both are named, whatever case and spaces they write."""
    flying, other = traveller(email="a@example.org"), guest("BO ", " zoff", email="b@example.org")
    assert found(flying, other) == [("same-name", "BO zoff"), ("same-name", "Bo Zoff")]


def test_a_phone_number_is_missed_only_on_a_journey() -> None:
    """Those who only come to the meeting may leave it out."""
    assert found(guest("Bo", "Zoff"), traveller("Ida", "Holm", "transfer_home", phone=None)) == [
        ("phone-missing", "Ida Holm")
    ]


def test_on_the_flight_but_no_bed() -> None:
    """Asked only where there are beds to be had."""
    assert found(traveller("Bo", "Zoff", *ALL_THE_WAY)) == [("flight-without-bed", "Bo Zoff")]
    assert found(traveller("Bo", "Zoff", *ALL_THE_WAY), event=bornholm.event(stays=[])) == []
    assert found(traveller("Bo", "Zoff", "transfer_home")) == []


def test_a_bed_but_no_way_home() -> None:
    """One thing that leaves after the night is enough, and with nothing that leaves there is nothing to miss."""
    out = ("flight_out", "transfer_out", SINGLE)
    assert found(traveller("Bo", "Zoff", *out)) == [("bed-without-way-home", "Bo Zoff")]
    assert found(traveller("Bo", "Zoff", *out, "transfer_home")) == []
    legs = [leg for leg in bornholm.event().model_dump(mode="json")["legs"] if "home" not in leg["name"]]
    assert found(traveller("Bo", "Zoff", *out), event=bornholm.event(legs=legs)) == []


def in_need(**changes: Any) -> Registration:
    """A traveller who needs assistance."""
    return replace(traveller(travel={"special_assistance": ["WCHR"]}), **changes)


@pytest.mark.parametrize(("hours", "late"), [(49, False), (48, False), (47.9, True), (-1, True)])
def test_assistance_told_on_registering(hours: float, late: bool) -> None:
    """In time is 48 hours before departure, on the minute; once for both flights."""
    registration = in_need(registered_at=DEPARTURE - timedelta(hours=hours))
    assert found(registration) == [("assistance-late", "Bo Zoff")] * late


@pytest.mark.parametrize(
    ("field", "late"),
    [("travel", True), ("travel.special_assistance", True), ("travel.share_with", False), ("phone", False)],
)
def test_assistance_told_afterwards(field: str, late: bool) -> None:
    """The last change of what the traveller needs at the airport counts."""
    changed = {"fact": "changed", "at": "2020-08-24T05:00:00.000000Z", "fields": [field]}
    first = in_need()
    later = replace(first, history=(*first.history, changed))
    assert found(later) == [("assistance-late", "Bo Zoff")] * late
    without = replace(traveller(), history=(*first.history, changed))
    assert found(without) == []


def test_what_could_not_be_opened() -> None:
    """No one is missing in the kitchen's or the airline's list unnoticed."""
    assert found(replace(traveller(), sealed_health=b"does not open")) == [("details-sealed", "Bo Zoff")]


def test_one_sharer_in_a_room() -> None:
    """Without a wish, or with one that is not returned."""
    alone = traveller("Bo", "Zoff", *ALL_THE_WAY, SHARED)
    wishing = traveller("Ida", "Holm", *ALL_THE_WAY, SHARED, travel={"share_with": "Per"})
    assert found(alone, wishing) == [("share-with-unmatched", "Ida Holm"), ("room-with-one-sharer", "Bo Zoff")]


def test_more_than_there_are_seats_and_beds() -> None:
    """Airline, bus and hotel are asked, each by the name of what is too small; as many as there are is enough."""
    two = [traveller(email="a@example.org"), traveller("Ida", "Holm")]
    allotments = bornholm.event().model_dump(mode="json")["allotments"]
    for capacity, expected in (
        (2, []),
        (1, ["more-than-seats"] * 2 + ["more-than-bus-seats"] * 2 + ["more-than-beds"]),
    ):
        small = bornholm.event(allotments=[each | {"capacity": capacity} for each in allotments])
        warnings = manifest(event=small, registrations=two).warnings
        assert [each.code for each in warnings] == expected
    assert [(each.ask_target, each.name, each.registration_id) for each in warnings][1:] == [
        ("airline", "Fly til København", ""),
        ("bus", "Bus til hotellet", ""),
        ("bus", "Bus til lufthavnen", ""),
        ("hotel", "Eneværelse", ""),
    ]


def test_a_flight_that_no_airline_would_know() -> None:
    """Its number or an airport's code is missing."""
    legs = bornholm.event().model_dump(mode="json")["legs"]
    event = bornholm.event(legs=[leg | {"number": None} if leg["name"] == "flight_out" else leg for leg in legs])
    assert found(traveller(), event=event) == [("flight-incomplete", "Fly til Bornholm")]


def test_an_event_without_journeys() -> None:
    """An afternoon's meeting has nothing to check."""
    assert found(guest("Bo", "Zoff"), event=bornholm.event(legs=[], stays=[], meals=[])) == []


def test_the_order_of_what_is_found() -> None:
    """By what it says, then in the order of names."""
    codes = [each.code for each in manifest().warnings]
    assert codes == sorted(codes, key=WARNING_CODES.index)


def test_a_check_says_whom_to_ask_in_both_languages() -> None:
    """Beside what the warning says."""
    assert ManifestWarning("more-than-seats", "", "Fly til Bornholm").as_check() == {
        "code": "more-than-seats",
        "registration_id": None,
        "name": "Fly til Bornholm",
        "ask": "airline",
        "message": {
            "da": "Der er flere rejsende end pladser på flyet.",
            "en": "There are more travellers than seats on the flight.",
        },
    }
    assert ManifestWarning("phone-missing", "rid", "Bo").ask_target == "traveller"


def test_a_single_name() -> None:
    """The airline's list needs two: it is asked for, and told as on the card it is in order."""
    single = guest("Sukarno", "", *ALL_THE_WAY, SINGLE, phone="20123456", email="s@example.org")
    assert found(single) == [("name-single", "Sukarno")]
    card: dict[str, Any] = {"travel": on_id("Sukarno", "Sukarno"), "phone": "20123456", "email": "s@example.org"}
    assert found(guest("Sukarno", "", *ALL_THE_WAY, SINGLE, **card)) == []
    assert found(guest("Sukarno", "", "transfer_home", phone="20123456", email="s@example.org")) == []


@pytest.mark.parametrize("given_name", ["雷", "Γιώργος", "דוד", "محمد", "Կարեն"])
def test_a_name_that_bus_hotel_and_kitchen_may_not_read(given_name: str) -> None:
    """Without a Latin spelling it is asked for, once; a card or a table of transliteration has one."""
    details = {"phone": "20123456", "email": "a@example.org"}
    name = f"{given_name} Holm"
    assert found(guest(given_name, "Holm", "transfer_home", **details)) == [("latin-name-needed", name)]
    assert found(guest(given_name, "Holm", "transfer_home", travel=on_id("Lei", "Holm"), **details)) == []
    assert found(guest("Анна", "Петрова", "transfer_home", **details)) == []


@pytest.mark.parametrize(
    "details",
    [
        {"organisation": "北京 ApS"},
        {"dietary": bornholm.food(note="对花生过敏")},
        {"travel": {"emergency_contact": {"name": "李 Holm", "phone": "20123457"}}},
    ],
)
def test_a_text_that_the_printed_lists_cannot_show(details: dict[str, Any]) -> None:
    """It is named, so that the workbook is read instead; an emoji is no loss."""
    assert found(guest("Bo", "Zoff", "transfer_home", phone="20123456", **details)) == [
        ("text-unprintable", "Bo Zoff")
    ]
    assert found(guest("Bo", "Zoff", "transfer_home", phone="20123456", organisation="KL 🎉")) == []
