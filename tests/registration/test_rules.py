"""The rules of places and waitlist."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.programme import lines
from chalicelib.registration import rules
from chalicelib.registration.model import Places, WaitlistEntry, build_waiting_entry, build_wish_entry
from chalicelib.registration.rules import Decision, NothingFits, Promotion
from testing import builders


def places(taken: dict[str, int], entries: list[WaitlistEntry], **capacity: int) -> Places:
    """The places of an event whose line is to be looked at."""
    standing = {line: sum(each.line == line for each in entries) for line in {each.line for each in entries}}
    none = dict.fromkeys(capacity, 0)
    return Places(
        capacity=capacity,
        taken=none | taken,
        lines=standing,
        line_length=len(entries),
        free_revision=4,
        release_revision=7,
        settled_at=3,
    )


def entry(name: str, *needs: str, passed_at_release: int | None = None) -> WaitlistEntry:
    return build_waiting_entry(name, {name: needs}, passed_at_release)


def party(name: str, people: int, *needs: str) -> WaitlistEntry:
    return build_waiting_entry(name, {f"{name}{number}": needs for number in range(people)})


def moves(stand: Places, entries: list[WaitlistEntry]) -> list[Decision]:
    def line(name: str) -> Iterator[WaitlistEntry]:
        return (each for each in sorted(entries, key=lambda each: each.rank) if each.line == name)

    return list(rules.decide_promotions(stand, line))


def test_all_needs_have_the_place_and_the_events_order() -> None:
    """The place is always needed, and needs stand in the event's order, each once."""
    event = builders.event(allotments=[builders.allotment(name, 1) for name in ("place", "bus", "room")])
    assert rules.build_needs(event, ("room", "bus", "room")) == ("place", "bus", "room")
    assert rules.build_needs(event, ()) == ("place",)


def test_a_swap_gives_up_what_the_choice_excludes() -> None:
    """A single room instead of the shared bed; a bus besides it."""
    kinds = [("place", None), ("single", "room"), ("shared", "room"), ("bus", None)]
    event = builders.event(allotments=[builders.allotment(name, 1, choice) for name, choice in kinds])
    assert rules.swap_needs(event, ("place", "shared"), "single") == ("place", "single")
    assert rules.swap_needs(event, ("place", "shared"), "bus") == ("place", "shared", "bus")


def test_joining_moment_never_before_the_last_who_joined() -> None:
    """A clock that lags behind the last who joined does not let any participant in before them."""
    now = datetime(2019, 11, 1, 7, 0, tzinfo=UTC)
    stand = Places(capacity={"place": 1}, last_joined="2019-11-01T07:00:05.000000Z")
    assert rules.compute_joining_time(stand, now) == "2019-11-01T07:00:05.000001Z"
    assert rules.compute_joining_time(Places(capacity={}), now) == "2019-11-01T07:00:00.000000Z"


def test_settled_until_something_is_freed() -> None:
    """No one in line, or all of them looked at since something was last freed."""
    stand = places({}, [entry("a", "place")], place=1)
    assert not rules.is_settled(stand)
    assert rules.is_settled(replace(stand, settled_at=4))
    assert rules.is_settled(replace(stand, lines={}, line_length=0))


def test_the_first_who_fits_moves_up() -> None:
    """One free place goes to the head of the line, and no further."""
    entries = [entry("a", "place"), entry("b", "place")]
    assert moves(places({"place": 1}, entries, place=2), entries) == [Promotion(entries[0]), NothingFits()]


def test_who_waits_for_something_scarce_is_passed_and_each_time_is_recorded() -> None:
    """A participant held up by a scarce thing is passed by those who do not need it, on record with each of
    them."""
    held_up, others = entry("a", "place", "room"), [entry("b", "place"), entry("c", "place")]
    stand = places({"room": 1}, [held_up, *others], place=9, room=1)
    assert moves(stand, [held_up, *others]) == [
        Promotion(others[0], {"place+room": ("room",)}),
        Promotion(others[1], {"place+room": ("room",)}),
        NothingFits(),
    ]


def test_whoever_is_behind_is_not_passed() -> None:
    """A line all of whose people joined later is not told that others got in."""
    first, held_up = entry("a", "place"), entry("b", "place", "room")
    stand = places({"room": 1}, [first, held_up], place=9, room=1)
    assert moves(stand, [first, held_up]) == [Promotion(first), NothingFits()]


def test_a_party_too_large_for_what_is_free_is_passed_and_keeps_its_rank() -> None:
    """Two places free: the party of three is passed by those behind it; a third place, and it is the first."""
    three, others = party("a", 3, "place"), [entry("b", "place"), entry("c", "place")]
    stand = places({"place": 4}, [three, *others], place=6)
    assert moves(stand, [three, *others]) == [
        Promotion(others[0], {"place*3": ("place",)}),
        Promotion(others[1], {"place*3": ("place",)}),
        NothingFits(),
    ]
    roomier = places({"place": 4}, [three, *others], place=7)
    assert moves(roomier, [three, *others]) == [Promotion(three), NothingFits()]


def test_who_passed_an_offer_on_sits_out_until_more_is_freed() -> None:
    """The unit goes to the next, or rests for a newcomer where there is none; the next one freed is theirs."""
    kept, behind = entry("a", "place", passed_at_release=7), entry("b", "place")
    assert moves(places({"place": 1}, [kept, behind], place=2), [kept, behind]) == [
        Promotion(behind),
        NothingFits(),
    ]
    stand = places({"place": 1}, [kept], place=2)
    assert moves(stand, [kept]) == [NothingFits()]
    assert moves(replace(stand, release_revision=8), [kept]) == [Promotion(kept), NothingFits()]


def test_after_a_swap_the_lines_are_looked_at_anew() -> None:
    """What the swap gives back may help a participant ahead: nothing else is decided on what was known before."""
    wish, bed = build_wish_entry("a", "anna", "single"), entry("b", "place", "shared")
    stand = places({"shared": 1}, [wish, bed], place=9, single=1, shared=1)
    assert moves(stand, [wish, bed]) == [Promotion(wish)]


def test_empty_lines_are_cleared_away_at_rest() -> None:
    """A line in which no one stands any more is named when the lines are at rest."""
    stand = replace(places({}, [], place=1), lines={"place": 0}, line_length=0)
    assert moves(stand, []) == [NothingFits(("place",))]


NAMES = ("place", "room", "bus")


@st.composite
def waitlists(draw: st.DrawFn) -> tuple[Places, list[WaitlistEntry]]:
    """Any state of places, with people, parties and wishes in line."""
    entries = []
    for place in range(draw(st.integers(0, 8))):
        more = draw(st.lists(st.sampled_from(NAMES[1:]), unique=True))
        kind = draw(st.sampled_from(["one", "one", "party", "wish"]))
        if kind == "wish":
            each = build_wish_entry(f"{place}", f"p{place}", draw(st.sampled_from(NAMES[1:])))
        else:
            members = draw(st.integers(2, 3)) if kind == "party" else 1
            each = party(f"{place}", members, "place", *more)
        entries.append(replace(each, passed_at_release=draw(st.sampled_from([None, None, None, 7]))))
    taken = {name: draw(st.integers(0, 5)) for name in NAMES}
    return places(taken, entries, **{name: draw(st.integers(0, 4)) for name in NAMES}), entries


@given(waitlists())
def test_after_all_moves_nothing_idles_and_nobody_was_overtaken(given: tuple[Places, list[WaitlistEntry]]) -> None:
    """Nothing stays free that a participant waiting could use; no one gets ahead of one who fitted then, and
    those who were passed are named."""
    state, entries = given
    told: set[str] = set()
    for move in moves(state, list(entries)):
        if isinstance(move, NothingFits):
            break
        ahead = [each for each in entries if each.rank < move.entry.rank and each.passed_at_release is None]
        assert all(lines.find_shortage(state.free, each.demand) for each in ahead)
        told |= set(move.passed_lines)
        assert {each.line for each in ahead} <= told
        assert not lines.find_shortage(state.free, move.entry.demand)
        for name, units in move.entry.demand.items():
            state.taken[name] += units
        entries.remove(move.entry)
        if move.entry.is_wish:
            return
    assert all(lines.find_shortage(state.free, each.demand) or each.passed_at_release == 7 for each in entries)
