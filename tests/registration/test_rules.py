"""The rules of places and waitlist."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.registration import rules
from chalicelib.registration.model import Places, WaitlistEntry
from chalicelib.registration.rules import Move, Promotion, Recount, Rest
from tests import builders


def places(taken: dict[str, int], waiting: dict[str, int], **capacity: int) -> Places:
    none = dict.fromkeys(capacity, 0)
    return Places(capacity=capacity, floor=dict(capacity), taken=none | taken, waiting=none | waiting)


def entry(name: str, needs: tuple[str, ...], waiting_for: tuple[str, ...]) -> WaitlistEntry:
    return WaitlistEntry(registration_id=name, rank=name, needs=needs, waiting_for=waiting_for)


def test_all_needs_have_the_place_and_the_events_order() -> None:
    """The place is always needed, and needs stand in the event's order, each once."""
    event = builders.event(allotments=[builders.allotment(name, 1) for name in ("place", "bus", "room")])
    assert rules.all_needs(event, ("room", "bus", "room")) == ("place", "bus", "room")
    assert rules.all_needs(event, ()) == ("place",)


def test_shortage_names_what_is_full() -> None:
    """What is short is what has no unit left."""
    stand = places({"place": 3, "room": 1}, {}, place=30, room=1)
    assert rules.shortage(stand, ("place", "room")) == ("room",)


def test_not_settled_while_something_free_is_waited_for() -> None:
    """Settled means: nothing is both free and waited for."""
    assert rules.settled(places({"place": 1}, {"place": 2}, place=1))
    assert not rules.settled(places({"place": 0}, {"place": 2}, place=1))


def test_joining_moment_never_before_the_last_who_joined() -> None:
    """A clock that lags behind the last who joined does not let anybody in before them."""
    now = datetime(2019, 11, 1, 7, 0, tzinfo=UTC)
    stand = Places(capacity={"place": 1}, last_joined="2019-11-01T07:00:05.000000Z")
    assert rules.joining_moment(stand, now) == "2019-11-01T07:00:05.000001Z"
    assert rules.joining_moment(Places(capacity={}), now) == "2019-11-01T07:00:00.000000Z"


def test_the_first_who_fits_moves_up() -> None:
    """One free place goes to the head of the line, and no further."""
    stand = places({"place": 1}, {"place": 2}, place=2)
    first, second = entry("a", ("place",), ("place",)), entry("b", ("place",), ("place",))
    assert list(rules.moves(stand, [first, second])) == [Promotion(first, 0)]


def test_who_waits_for_something_scarce_is_passed_and_it_is_recorded() -> None:
    """Somebody held up by a scarce thing is passed by one who does not need it; the skip is recorded once."""
    stand = places({"place": 0, "room": 1}, {"place": 2, "room": 1}, place=9, room=1)
    held_up = entry("a", ("place", "room"), ("room",))
    others = [entry(name, ("place",), ("place",)) for name in ("b", "c")]
    assert list(rules.moves(stand, [held_up, *others])) == [
        Recount(held_up, ("room",), passed=True),
        Promotion(others[0], 0),
        Promotion(others[1], 0),
    ]


def test_who_passed_an_offer_on_sits_out_until_more_is_freed() -> None:
    """The unit goes to the next, or rests for a newcomer where there is none; the next one freed is theirs."""
    stand = replace(places({"place": 1}, {"place": 2}, place=2), freed=9, released=7)
    kept = replace(entry("a", ("place",), ("place",)), sat_out=7)
    behind = entry("b", ("place",), ("place",))
    assert list(rules.moves(stand, [kept, behind])) == [Promotion(behind, 9)]
    assert list(rules.moves(stand, [kept])) == [Rest({"place": 1}, 9)]
    assert list(rules.moves(replace(stand, released=8), [kept])) == [Promotion(kept, 9)]


def test_what_rests_is_no_longer_unsettled() -> None:
    """A unit that nobody in the line wants holds no newcomer back; one more does."""
    stand = replace(places({"place": 1}, {"place": 1}, place=2), floor={"place": 1}, freed=4, rested=4)
    assert rules.settled(stand)
    assert not rules.settled(replace(stand, freed=5))
    assert not rules.settled(replace(stand, taken={"place": 0}))


def test_what_is_waited_for_is_counted_anew() -> None:
    """Who waited for a flight and finds the room gone meanwhile, waits for the room from then on."""
    stand = places({"flight": 0, "room": 1}, {"flight": 1}, flight=1, room=1)
    waiting = entry("a", ("flight", "room"), ("flight",))
    assert list(rules.moves(stand, [waiting])) == [Recount(waiting, ("room",), passed=False)]


NAMES = ("place", "room", "bus")


@st.composite
def waitlists(draw: st.DrawFn) -> tuple[Places, list[WaitlistEntry]]:
    """Any state of places, with entries that wait for some of what they need."""
    capacity = {name: draw(st.integers(0, 4)) for name in NAMES}
    taken = {name: draw(st.integers(0, 5)) for name in NAMES}
    entries = []
    for place in range(draw(st.integers(0, 8))):
        needs = ("place", *draw(st.lists(st.sampled_from(NAMES[1:]), unique=True)))
        waiting_for = draw(st.lists(st.sampled_from(needs), min_size=1, unique=True))
        entries.append(entry(f"{place}", needs, tuple(name for name in needs if name in waiting_for)))
    waiting = {name: sum(name in each.waiting_for for each in entries) for name in NAMES}
    sitting_out = [replace(each, sat_out=draw(st.sampled_from([-1, -1, -1, 3]))) for each in entries]
    return Places(
        capacity=capacity, floor=dict(capacity), taken=taken, waiting=waiting, freed=9, released=3
    ), sitting_out


def apply(state: Places, entries: list[WaitlistEntry], move: Move) -> None:
    """Make the move on the state, as its transaction does."""
    assert move.freed == state.freed if not isinstance(move, Recount) else True
    if isinstance(move, Rest):
        state.floor.update(move.floor)
        object.__setattr__(state, "rested", state.freed)
        return
    for name in move.entry.waiting_for:
        state.waiting[name] -= 1
    where = next(i for i, each in enumerate(entries) if each.registration_id == move.entry.registration_id)
    if isinstance(move, Promotion):
        for name in move.entry.needs:
            assert state.taken[name] < state.capacity[name]
            state.taken[name] += 1
        del entries[where]
    else:
        for name in move.waiting_for:
            assert state.left(name) == 0
            state.waiting[name] += 1
        entries[where] = replace(entries[where], waiting_for=move.waiting_for)


@given(waitlists())
def test_after_all_moves_nothing_idles_and_nobody_was_overtaken(given: tuple[Places, list[WaitlistEntry]]) -> None:
    """Nothing stays free that somebody waiting could use; nobody gets ahead of one who fitted then."""
    state, entries = given
    for move in rules.moves(state, list(entries)):
        if isinstance(move, Promotion):
            ahead = entries[: [each.registration_id for each in entries].index(move.entry.registration_id)]
            assert all(rules.shortage(state, each.needs) for each in ahead if each.sat_out < 3)
        apply(state, entries, move)
    assert rules.settled(state)
    for each in entries:
        free = [name for name in each.waiting_for if state.left(name)]
        assert not free or rules.shortage(state, each.needs) or each.sat_out == 3
    assert state.waiting == {name: sum(name in each.waiting_for for each in entries) for name in NAMES}
