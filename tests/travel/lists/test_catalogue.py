"""Headings and words."""

from typing import get_args

from chalicelib.language import get_translator
from chalicelib.registration.attendee import Allergen, MealPreference, Sector
from chalicelib.travel.lists import catalogue, wording
from chalicelib.travel.lists.additions import Additions, Booking
from chalicelib.travel.lists.flight_lists import build_flight_lists
from chalicelib.travel.lists.warning import WARNING_CODES, WARNING_MESSAGES
from chalicelib.travel.render import json_document
from testing import bornholm
from testing.bornholm import ALL_THE_WAY, guest


def test_each_row_fills_its_columns() -> None:
    """In every list a row has a cell for each column."""
    tables = catalogue.build_tables(bornholm.manifest())
    assert all(len(row) == len(table.columns) for table in tables for row in table.rows)
    assert [len(table.rows) for table in tables] == [32, 32, 5, 14, 27, 4, 20, 23]


def test_who_comes_on_their_own() -> None:
    """Those who miss a part of the journey, with what they take of it; none at an event without a journey."""
    people = [
        guest("Ida", "Holm", "flight_out", "flight_home"),
        guest("Eva", "Zoff"),
        guest("Bo", "Aa", *ALL_THE_WAY),
    ]
    rows = catalogue.build_own_way_list(bornholm.manifest(registrations=people)).rows
    assert [(row[1], row[4]) for row in rows] == [("Ida", ("flight_out", "flight_home")), ("Eva", ())]
    assert (
        catalogue.build_own_way_list(bornholm.manifest(event=bornholm.event(legs=[]), registrations=people)).rows
        == ()
    )


def test_what_the_airline_booked_stands_beside_our_reference() -> None:
    """On its own flight; the airline's lists keep ours, by which their deltas know people."""
    bo = guest("Bo", "Zoff", "flight_out", "flight_home")
    additions = Additions(bookings={"flight_out": {bo.id: Booking("X7K9PQ", "12A")}})
    manifest = bornholm.manifest(registrations=[bo], additions=additions)
    rows = catalogue.build_passenger_list(manifest).rows
    assert [row[-3:-1] for row in rows] == [("X7K9PQ", "12A"), (None, None)]
    names = build_flight_lists(json_document.build_document(manifest))
    assert names == build_flight_lists(json_document.build_document(bornholm.manifest(registrations=[bo])))


def test_each_code_has_its_word() -> None:
    """No code of the form reaches a kitchen or an organiser untranslated."""
    assert wording.FOOD.keys() == {"guests", *get_args(MealPreference), *get_args(Allergen), "note"}
    assert wording.ALLERGENS.keys() == set(get_args(Allergen))
    [sector] = [c for c in catalogue.build_contact_list(bornholm.manifest()).columns if c.key == "sector"]
    assert sector.labels.keys() == set(get_args(Sector))
    assert WARNING_MESSAGES.keys() == set(WARNING_CODES)
    assert all(get_translator("da")(message) != message for message in WARNING_MESSAGES.values())
