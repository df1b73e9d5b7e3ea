"""Who shares a room with whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.registration.model import Registration
from chalicelib.travel.lists.rooming import Room, assign_rooms, build_warnings
from testing import bornholm
from testing.bornholm import SHARED, SINGLE, guest

SINGLE_STAY, SHARED_STAY = bornholm.event().stays


def sharer(given_name: str, family_name: str, wish: str | None = None, **details: str) -> Registration:
    """A guest of the shared rooms, with a wish or without."""
    return guest(given_name, family_name, SHARED, travel={"share_with": wish}, **details)


NAMES = ("Anna Jensen", "Bo Holm", "Ida Zoff")


@given(st.data())
def test_nobody_shares_with_somebody_they_did_not_name(data: st.DataObject) -> None:
    """Two share only when each named the other, or when it was decided, also among equal names.

    Each guest has one bed.
    """
    number = data.draw(st.integers(0, 8))
    addresses = [f"g{each}@example.org" for each in range(number)]
    wishes = st.none() | st.sampled_from([*NAMES, "Nobody", *addresses])
    guests = [
        sharer(given, family, data.draw(wishes), email=address)
        for address in addresses
        for given, family in [data.draw(st.sampled_from(NAMES)).split()]
    ]
    ids = [each.id for each in guests]
    couples = st.lists(st.permutations(ids).map(lambda order: (order[0], order[1])), max_size=1)
    decided = data.draw(couples) if number > 1 else []
    rooms = assign_rooms(SHARED_STAY, guests, decided_pairs=decided)
    assert sorted(guest.id for room in rooms for guest in room.guests) == sorted(ids)
    for one, other in (room.guests for room in rooms if len(room.guests) == 2):
        assert {one.id, other.id} in [{*each} for each in decided] or (named(one, other) and named(other, one))
    for couple in decided:
        assert {*couple} in [{guest.id for guest in room.guests} for room in rooms]


def named(guest: Registration, other: Registration) -> bool:
    """Whether the guest wrote the other's name or address."""
    assert guest.attendee.travel
    return guest.attendee.travel.share_with in (other.attendee.name, other.attendee.email)


def laid_out(guests: list[Registration]) -> list[tuple[int, tuple[str, ...], bool]]:
    """The rooms by number, given names, and whether they are unmatched."""
    return [
        (room.number, tuple(each.attendee.name for each in room.guests), room.is_unmatched)
        for room in assign_rooms(SHARED_STAY, guests)
    ]


def said(guests: list[Registration]) -> list[tuple[str, str]]:
    """The warnings, by code and name."""
    return [(warning.code, warning.name) for warning in build_warnings(assign_rooms(SHARED_STAY, guests))]


def test_single_rooms_hold_one_each() -> None:
    """A stay with one bed a room gives each guest a room, in Danish order, numbered on from the first."""
    bo, aase = guest("Bo", "Zoff", SINGLE), guest("Åse", "Ærø", SINGLE)
    assert assign_rooms(SINGLE_STAY, [aase, bo], first_number=4) == (
        Room(SINGLE_STAY, 4, (bo,)),
        Room(SINGLE_STAY, 5, (aase,)),
    )
    assert build_warnings(assign_rooms(SINGLE_STAY, [aase, bo])) == []


def test_two_who_named_each_other_share() -> None:
    """By name or by address, however it is spelt in case, spaces and Unicode form."""
    ida = sharer("Ida", "Ågård", "KAJ@example.org")
    kaj = sharer("Kaj", "Holm", "  ida  A\u030aGA\u030aRD", email="kaj@example.org")
    assert laid_out([ida, kaj]) == [(1, ("Kaj Holm", "Ida Ågård"), False)]
    assert said([ida, kaj]) == []


def test_a_wish_that_is_not_returned() -> None:
    """A guest who named another person, or none, gets no companion: each has a row, to be matched."""
    guests = [sharer("Bo", "Andersen", "Per Holm"), sharer("Per", "Holm", "Nobody Here"), sharer("Ida", "Zoff")]
    assert laid_out(guests) == [(1, ("Bo Andersen",), True), (2, ("Per Holm",), True), (3, ("Ida Zoff",), True)]
    assert said(guests) == [
        ("share-with-unmatched", "Bo Andersen"),
        ("share-with-unmatched", "Per Holm"),
        ("room-with-one-sharer", "Ida Zoff"),
    ]


def test_a_wish_that_fits_two_people() -> None:
    """Of two people of one name who both named the guest, neither is guessed."""
    guests = [
        sharer("Bo", "Andersen", "Anna Jensen"),
        sharer("Anna", "Jensen", "Bo Andersen", email="a1@example.org"),
        sharer("Anna", "Jensen", "Bo Andersen", email="a2@example.org"),
    ]
    assert [room[2] for room in laid_out(guests)] == [True, True, True]


def test_of_two_of_a_name_the_one_who_answered_shares() -> None:
    """The wish is clear when only one of the two named the guest."""
    guests = [
        sharer("Bo", "Andersen", "Anna Jensen"),
        sharer("Anna", "Jensen", "Bo Andersen", email="a1@example.org"),
        sharer("Anna", "Jensen", email="a2@example.org"),
    ]
    assert [room[1] for room in laid_out(guests)] == [("Bo Andersen", "Anna Jensen"), ("Anna Jensen",)]


def test_naming_oneself() -> None:
    """A guest who wrote their own name shares with no one."""
    assert laid_out([sharer("Bo", "Zoff", "Bo Zoff")]) == [(1, ("Bo Zoff",), True)]


def test_the_organisers_word_goes_before_wishes() -> None:
    """A guest who loses a companion to it is to be matched; it counts only where both have the stay."""
    bo = sharer("Bo", "Andersen", "Per Holm")
    per, ida = sharer("Per", "Holm", "Bo Andersen"), sharer("Ida", "Zoff")
    guests = [bo, per, ida]
    rooms = assign_rooms(SHARED_STAY, guests, decided_pairs=[(ida.id, bo.id)])
    assert [tuple(each.attendee.given_name for each in room.guests) for room in rooms] == [("Bo", "Ida"), ("Per",)]
    assert assign_rooms(SHARED_STAY, [bo, per], decided_pairs=[(ida.id, bo.id)]) == assign_rooms(
        SHARED_STAY, [bo, per]
    )


@pytest.mark.parametrize(
    ("name", "wish"),
    [
        (("Ole", "Møller"), "Ole Moeller"),
        (("Jens-Peter", "Holm"), "jens peter holm"),
        (("Pádraig", "O’Brien"), "Pádraig O'Brien"),
        (("Åse", "Holm"), "A\u030ase  Holm"),
        (("Анна", "Петрова"), "Anna Petrova"),
        (("Ole", "Møller"), "Møller, Ole"),
        (("Sukarno", ""), "Sukarno"),
    ],
)
def test_a_wish_is_read_in_each_spelling_of_the_lists(name: tuple[str, str], wish: str) -> None:
    """As people write a name that they only hear."""
    guests = [sharer(*name, "Bo Zoff", email="a@example.org"), sharer("Bo", "Zoff", wish)]
    assert [len(room.guests) for room in assign_rooms(SHARED_STAY, guests)] == [2]
