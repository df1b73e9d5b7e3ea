"""Units set aside by an organiser, against the table."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.aws import keys, table
from chalicelib.aws.keys import format_timestamp
from chalicelib.problems import BelowHeld, BelowTaken, NotFound, NotFree, NotHeld
from chalicelib.programme import flows as programme_flows
from chalicelib.programme.model import Event
from chalicelib.registration import flows, overrides, store, transactions
from chalicelib.registration.model import Places, Registration
from chalicelib.workers import stream
from testing.registration_links import participant
from testing.world import (
    cancel_and_settle,
    check_counters,
    publish_with_places,
    read_statuses,
    register,
    register_party,
    reload,
    settle,
)
from tests.registration.hand import promote, refused
from tests.registration.overnight import overnight

pytestmark = pytest.mark.usefixtures("memory")


def hold(event: Event, name: str, **units: int) -> Places:
    return overrides.hold(event, name, units, clock.now())


def test_what_is_set_aside_is_had_by_nobody() -> None:
    """The last place is held: a newcomer waits for it; more than is free cannot be held."""
    event = publish_with_places(3)
    register(event, "First")
    held = hold(event, "speakers", place=2)
    assert (held.holds, held.held, held.capacity) == ({"speakers": {"place": 2}}, {"place": 2}, {"place": 1})
    with pytest.raises(NotFree):
        hold(event, "sponsors", place=1)
    assert read_statuses(register(event, "Anna")) == ["waiting"]
    assert store.read_places(event.id).holds == {"speakers": {"place": 2}}


def test_a_hold_is_what_was_last_said() -> None:
    """Said again it stays; more is taken from what is free, less is given back; holds of other names stay."""
    event = overnight()
    hold(event, "speakers", place=2, single=1)
    hold(event, "sponsors", place=1)
    for _ in range(2):
        places = hold(event, "speakers", place=3, bed=2, bus=0)
        assert places.holds == {"speakers": {"place": 3, "bed": 2}, "sponsors": {"place": 1}}
        assert places.held == {"place": 4, "single": 0, "bed": 2, "bus": 0}
        assert places.free == {"place": 5, "single": 1, "bed": 0, "bus": 2}
    assert hold(event, "speakers").holds == {"sponsors": {"place": 1}}
    assert hold(event, "nobody").held == {"place": 1, "single": 0, "bed": 0, "bus": 0}


def test_a_hold_that_ends_lets_in_as_many_as_it_had() -> None:
    """Ten wait, two are given back: two get in, in their order, and the rest go on waiting."""
    event = publish_with_places(3)
    hold(event, "speakers", place=2)
    hold(event, "sponsors", place=1)
    people = [register(event, f"P{n}") for n in range(10)]
    hold(event, "speakers", place=1)
    settle(event)
    assert read_statuses(*people) == ["confirmed"] + ["waiting"] * 9
    hold(event, "speakers")
    settle(event)
    assert read_statuses(*people) == ["confirmed"] * 2 + ["waiting"] * 8


def test_what_a_hold_gives_back_is_offered_to_as_many() -> None:
    """Where the event makes offers: one for each unit, and to the participant who passed one on before, again."""
    event = publish_with_places(1, mode="offer")
    hold(event, "speakers", place=1)
    people = [register(event, f"P{n}") for n in range(4)]
    hold(event, "speakers")
    settle(event)
    assert read_statuses(*people) == ["offered", "waiting", "waiting", "waiting"]


def test_a_newcomer_does_not_have_what_a_hold_gives_back_ahead_of_the_line() -> None:
    """Between the end of the hold and the waitlist's turn, the line goes first."""
    event = publish_with_places(1)
    hold(event, "speakers", place=1)
    anna = register(event, "Anna")
    hold(event, "speakers")
    assert read_statuses(register(event, "Newcomer"), anna) == ["waiting", "confirmed"]


def test_the_stream_tells_the_waitlist_of_a_hold() -> None:
    """A hold that gives something back moves the line without being asked."""
    event = publish_with_places(1)
    key = keys.places_key(event.id)
    hold(event, "speakers", place=1)
    register(event, "Anna")
    before = table.get(key)
    hold(event, "speakers")
    [fact] = stream.derive_facts(before, table.get(key), format_timestamp(clock.now()))
    assert fact.kind == "freed"


def test_a_promotion_out_of_a_hold_takes_no_free_place() -> None:
    """The hold gets smaller by what it gave, and what is left in it stays set aside."""
    event = publish_with_places(3)
    overrides.hold(event, "speakers", {"place": 2}, clock.now())
    register(event, "First")
    anna, bo, carl = (register(event, name) for name in ("Anna", "Bo", "Carl"))
    promote(event, carl, hold="speakers")
    settle(event)
    places = store.read_places(event.id)
    assert (places.holds, places.held, places.capacity) == ({"speakers": {"place": 1}}, {"place": 1}, {"place": 2})
    assert read_statuses(anna, bo, carl) == ["waiting", "waiting", "confirmed"]
    cancel_and_settle(event, reload(carl))
    assert read_statuses(anna, bo) == ["confirmed", "waiting"]


def test_a_hold_gives_no_more_than_it_has() -> None:
    """Of another name, of something else, or too small for all of a party: refused."""
    event = overnight(place=2, single=0)
    overrides.hold(event, "speakers", {"place": 1}, clock.now())
    register(event, "First")
    anna, bo = register(event, "Anna"), register(event, "Bo", ("single",))
    people = register_party(event, "Carl", "Dorte")
    refused(event, anna, NotHeld, hold="sponsors")
    refused(event, bo, NotHeld, hold="speakers")
    refused(event, people[0], NotHeld, hold="speakers", overbook=True)
    promote(event, anna, hold="speakers")
    refused(event, people[0], NotHeld, hold="speakers")


def test_the_capacity_holds_what_is_held_and_taken() -> None:
    """Below what is held: refused, also if confirmed. Below what is held and taken: only if confirmed."""
    event = publish_with_places(4)
    hold(event, "speakers", place=2)
    register(event, "Anna")
    for capacity, confirmed, why in ((1, True, BelowHeld), (2, False, BelowTaken)):
        with pytest.raises(why):
            programme_flows.set_capacity(event.id, "place", capacity, clock.now(), confirmed=confirmed)
    programme_flows.set_capacity(event.id, "place", 3, clock.now(), confirmed=False)
    assert store.read_places(event.id).free == {"place": 0}
    programme_flows.set_capacity(event.id, "place", 2, clock.now(), confirmed=True)
    hold(event, "speakers")
    assert store.read_places(event.id).free == {"place": 1}
    check_counters(event.id)


def test_a_hold_finds_what_was_taken_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last place was had by a participant between reading and writing: it is not held."""
    event, real, people = publish_with_places(1), transactions.hold, list[Registration]()

    def held(*arguments: Any) -> None:
        if not people:
            people.append(register(event, "Faster"))
        real(*arguments)

    monkeypatch.setattr(transactions, "hold", held)
    with pytest.raises(NotFree):
        hold(event, "speakers", place=1)
    assert read_statuses(*people) == ["confirmed"]


def move(event: Event, source: str, target: str, units: int, *, confirmed: bool = False) -> None:
    programme_flows.move_units(event.id, source, target, units, clock.now(), confirmed=confirmed)
    settle(event)


def test_units_moved_between_allotments_go_to_those_who_wait() -> None:
    """A single room becomes two beds, say: what one kind loses the other has, and its line moves."""
    event = overnight(single=2, bed=0)
    anna, bo, carl = (register(event, name, ("bed",)) for name in ("Anna", "Bo", "Carl"))
    move(event, "single", "bed", 2)
    assert store.read_places(event.id).capacity == {"place": 9, "single": 0, "bed": 2, "bus": 2}
    assert read_statuses(anna, bo, carl) == ["confirmed", "confirmed", "waiting"]


def test_units_that_are_taken_or_held_are_not_moved() -> None:
    """Taken: only if confirmed. Held: not at all. Between allotments that are not there: not found."""
    event = overnight(single=2, bed=0)
    waiting = register(event, "Bo", ("bed",))
    register(event, "Anna", ("single",))
    hold(event, "speakers", single=1)
    before = store.read_places(event.id)
    with pytest.raises(BelowTaken):
        move(event, "single", "bed", 1)
    with pytest.raises(BelowHeld):
        move(event, "single", "bed", 2, confirmed=True)
    for way in (("single", "yacht"), ("yacht", "bed")):
        with pytest.raises(NotFound):
            move(event, *way, 1)
    assert store.read_places(event.id) == before
    move(event, "single", "bed", 1, confirmed=True)
    assert reload(waiting).status == "confirmed"
    check_counters(event.id, overbooked=True)


def test_what_is_on_its_way_to_the_line_is_not_set_aside() -> None:
    """A place comes free while a participant waits: it is theirs before it can be held."""
    event = publish_with_places(1)
    anna, bo = register(event, "Anna"), register(event, "Bo")
    flows.cancel(participant(event.id, anna.id), clock.now())
    with pytest.raises(NotFree):
        hold(event, "speakers", place=1)
    assert read_statuses(anna, bo) == ["cancelled", "confirmed"]
