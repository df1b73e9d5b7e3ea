"""Wishes to swap, against the table."""

import pytest

from chalicelib import clock
from chalicelib.programme import flows as programme_flows
from chalicelib.registration import flows, store
from testing.world import (
    cancel_and_settle,
    check_counters,
    list_fact_kinds,
    read_statuses,
    register,
    reload,
    settle,
)
from tests.registration.overnight import change, needs, overnight

pytestmark = pytest.mark.usefixtures("memory")


def test_a_wish_that_is_free_comes_true_at_once() -> None:
    """No one waits and one is left: swapped on the spot."""
    event = overnight()
    anna = register(event, "Anna", ("bed", "bus"))
    changed = change(event, anna, wait_for=("single",))
    assert (changed.needs, changed.entry_keys) == (("place", "single", "bus"), ())
    assert changed.history[-1]["gave"] == ["bed"]
    check_counters(event.id)


def test_a_wish_waits_and_what_is_given_up_goes_to_the_next_at_once() -> None:
    """When the single room comes free the wish comes true, and the bed moves on in the same settling."""
    event = overnight(bed=1)
    first, anna = register(event, "First", ("single",)), register(event, "Anna", ("bed", "bus"))
    bo = register(event, "Bo", ("bed",))
    wished = change(event, anna, wait_for=("single",))
    assert (wished.status, wished.needs, wished.wishes) == ("confirmed", ("place", "bed", "bus"), ("single",))
    assert wished.history[-1]["waiting_for"] == ["single"]
    stands = flows.load_standing(wished)
    assert (stands.position, stands.waiting_for) == (1, ("single",))
    assert store.read_places(event.id).waiting_people == {"place": 0, "single": 1, "bed": 1, "bus": 0}
    check_counters(event.id)
    cancel_and_settle(event, first)
    assert read_statuses(anna, bo) == ["confirmed"] * 2
    assert needs(anna, bo) == [("place", "single", "bus"), ("place", "bed")]
    assert list_fact_kinds(anna) == ["confirmed", "changed", "swapped"]
    told = reload(anna).history[-1]
    assert (told["took"], told["gave"]) == (["single"], ["bed"])


def test_wishes_stand_behind_whoever_waited_before() -> None:
    """A participant who waits for place and room goes before a later wish for the room, and after an earlier
    one."""
    event = overnight()
    first, anna, bo = register(event, "First", ("single",)), register(event, "Anna"), register(event, "Bo")
    change(event, anna, wait_for=("single",))
    carl = register(event, "Carl", ("single",))
    change(event, bo, wait_for=("single",))
    assert [flows.load_standing(reload(who)).position for who in (anna, carl, bo)] == [1, 2, 3]
    cancel_and_settle(event, first)
    assert needs(anna, bo) == [("place", "single"), ("place",)]
    cancel_and_settle(event, anna)
    assert read_statuses(carl, bo) == ["confirmed", "confirmed"]
    assert needs(carl, bo) == [("place", "single"), ("place",)]


def test_whoever_waits_for_two_things_keeps_the_second_wish_when_the_first_comes_true() -> None:
    """Each wish has its own place in its own line."""
    event = overnight(single=0, bus=0)
    anna = register(event, "Anna", ("bed",))
    assert change(event, anna, wait_for=("single", "bus")).wishes == ("single", "bus")
    programme_flows.set_capacity(event.id, "bus", 1, clock.now(), confirmed=False)
    settle(event)
    assert (needs(anna), reload(anna).wishes) == ([("place", "bed", "bus")], ("single",))
    programme_flows.set_capacity(event.id, "single", 1, clock.now(), confirmed=False)
    settle(event)
    assert (needs(anna), reload(anna).wishes) == ([("place", "single", "bus")], ())


def test_a_wish_is_kept_by_being_named_again_and_dropped_by_being_left_out() -> None:
    """`wait_for` is all that is wished for; what is named again keeps its place in its line."""
    event = overnight(single=0, bus=0)
    anna, bo = register(event, "Anna"), register(event, "Bo")
    first = change(event, anna, wait_for=("single",))
    change(event, bo, wait_for=("single",))
    both = change(event, anna, wait_for=("bus", "single"))
    assert set(first.entry_keys) < set(both.entry_keys)
    assert flows.load_standing(both).position == 1
    assert change(event, anna, details={"given_name": "Anne"}).wishes == both.wishes
    assert change(event, anna, wait_for=("bus",)).wishes == ("bus",)
    assert flows.load_standing(reload(bo)).position == 1
    assert change(event, anna, wait_for=()).entry_keys == ()
    check_counters(event.id)


def test_a_wish_is_over_once_it_is_had_by_other_means() -> None:
    """What a participant takes for themselves is no longer waited for."""
    event = overnight(single=0)
    anna = register(event, "Anna")
    change(event, anna, wait_for=("single",))
    programme_flows.set_capacity(event.id, "single", 1, clock.now(), confirmed=False)
    settle(event)
    anna_has = change(event, anna, needs=("single",), wait_for=("single",))
    assert (anna_has.needs, anna_has.entry_keys) == (("place", "single"), ())
    check_counters(event.id)


def test_cancelling_takes_all_wishes_out_of_line() -> None:
    """No one waits behind a participant who has gone."""
    event = overnight(single=1, bus=0)
    first, anna, bo = register(event, "First", ("single",)), register(event, "Anna"), register(event, "Bo")
    change(event, anna, wait_for=("single", "bus"))
    change(event, bo, wait_for=("single",))
    cancel_and_settle(event, anna)
    assert (reload(anna).entry_keys, flows.load_standing(reload(bo)).position) == ((), 1)
    cancel_and_settle(event, first)
    assert needs(bo) == [("place", "single")]
    assert store.read_places(event.id).line_length == 0


def test_whoever_takes_more_passes_only_those_who_want_it_too() -> None:
    """Of two who wait for a room, the one who also wants a bus seat reads that another participant took one."""
    event = overnight(single=0)
    anna = register(event, "Anna")
    change(event, anna, wait_for=("single",))
    room_alone, with_bus = register(event, "Bo", ("single",)), register(event, "Carl", ("single", "bus"))
    change(event, anna, needs=("bus",))
    assert list_fact_kinds(anna) == ["confirmed", "changed", "changed"]
    assert list_fact_kinds(room_alone) == ["joined"]
    assert list_fact_kinds(with_bus) == ["joined", "passed"]


WITH_BED = {"needs": ("bed",), "wait_for": ("single",)}


def test_the_same_said_again_does_not_give_up_what_was_wished_for_and_had() -> None:
    """The last room was free, so it is theirs: the repetition neither gives it back nor queues for it."""
    event = overnight(single=1)
    anna = register(event, "Anna", ("bed",))
    had = change(event, anna, **WITH_BED)
    assert (had.needs, had.entry_keys) == (("place", "single"), ())
    assert change(event, anna, **WITH_BED) == had
    assert list(store.read_waitlist(event.id)) == []


def test_a_late_repetition_finds_the_wish_come_true() -> None:
    """They waited, and got it meanwhile: they keep it, though others wait for it too."""
    event = overnight(single=1)
    first, anna, bo = register(event, "First", ("single",)), register(event, "Anna"), register(event, "Bo")
    change(event, anna, **WITH_BED)
    change(event, bo, wait_for=("single",))
    cancel_and_settle(event, first)
    swapped = reload(anna)
    assert swapped.needs == ("place", "single")
    assert change(event, anna, **WITH_BED) == swapped
    settle(event)
    assert needs(anna, bo) == [("place", "single"), ("place",)]


def test_the_same_said_again_keeps_each_place_in_line() -> None:
    """A wish that was there and one that came, in whatever order they are named: nothing is written."""
    event = overnight(single=0, bus=0)
    anna = register(event, "Anna", ("bed",))
    change(event, anna, wait_for=("single",))
    wished = change(event, anna, wait_for=("bus", "single"))
    assert wished.wishes == ("single", "bus")
    for order in (("bus", "single"), ("single", "bus")):
        assert change(event, anna, wait_for=order) == wished


def test_whoever_wants_to_give_back_what_they_wished_for_says_no_more_that_they_wish_it() -> None:
    """Needs without it, and no wish for it."""
    event = overnight(single=1)
    anna = register(event, "Anna", ("bed",))
    change(event, anna, **WITH_BED)
    assert change(event, anna, needs=("bed",)).needs == ("place", "bed")
