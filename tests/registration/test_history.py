"""A registration's account of itself: what happened, and when others got in ahead of it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.aws import table
from chalicelib.aws.keys import format_timestamp
from chalicelib.registration import updates
from chalicelib.registration.history import build_timeline
from chalicelib.registration.model import Registration
from testing import builders

pytestmark = pytest.mark.usefixtures("memory")

EVENT = "leverandoerernes-oenskeseddel"


def at(minute: int) -> str:
    return format_timestamp(datetime(2019, 11, 1, 7, minute, tzinfo=UTC))


def entry(line: str, joined: int, priority: int = 5) -> str:
    return f"{line}#{priority}#{at(joined)}#anna"


def fact(kind: str, minute: int, *entries: str, **more: Any) -> dict[str, Any]:
    """An entry of a history that says where the registration stands from then on."""
    return {"fact": kind, "at": at(minute), "entries": list(entries), **more}


def anna(*history: dict[str, Any]) -> Registration:
    return builders.registration(id="anna", history=history)


def skipped(minute: int, rank: str = "", **lines: tuple[str, ...]) -> None:
    """A participant got in at that minute, with that rank, past these lines (`_and_` for the plus between
    needs)."""
    passed = {line.replace("_and_", "+").replace("_by_", "*"): short for line, short in lines.items()}
    for put in updates.build_skips(EVENT, passed, at(minute), f"somebody-{rank}", rank):
        table.write(put)


def told(who: Registration) -> list[tuple[str, str, Any]]:
    return [(each["fact"], each["at"], each.get("waiting_for")) for each in build_timeline(who)]


WAITS = fact("joined", 10, entry("place+room", 10))


def test_who_never_waited_was_never_passed() -> None:
    """The history as it is written."""
    skipped(20, place_and_room=("room",))
    confirmed = {"fact": "confirmed", "at": at(5), "needs": ["place"]}
    assert build_timeline(anna(confirmed)) == [confirmed]


def test_being_passed_stands_where_it_happened() -> None:
    """Between the facts before and after it, with what was short; nothing is said of other lines."""
    skipped(20, place_and_room=("room",), place_by_3=("place",))
    skipped(25, bus=("bus",))
    who = anna(WAITS, fact("promoted", 30))
    assert told(who) == [
        ("joined", at(10), None),
        ("passed", at(20), ["room"]),
        ("promoted", at(30), None),
    ]


def test_each_reason_is_told_once_with_how_often() -> None:
    """Three for the room, then two for place and room: two entries, each from its first time on."""
    for minute in (11, 12, 13):
        skipped(minute, place_and_room=("room",))
    for minute in (14, 15):
        skipped(minute, place_and_room=("place", "room"))
    passed = build_timeline(anna(WAITS))[1:]
    assert [(each["at"], each["waiting_for"], each["times"]) for each in passed] == [
        (at(11), ["room"], 3),
        (at(14), ["place", "room"], 2),
    ]


def test_only_what_happened_while_it_stood_there_counts() -> None:
    """Before joining, at the very moment, and from being helped on: no one was passed."""
    for minute in (9, 10, 30, 31):
        skipped(minute, place_and_room=("room",))
    assert [kind for kind, *_ in told(anna(WAITS, fact("promoted", 30)))] == ["joined", "promoted"]
    assert [kind for kind, *_ in told(anna(WAITS, fact("cancelled", 30)))] == ["joined", "cancelled"]


def test_only_whoever_stood_behind_passes() -> None:
    """An earlier rank goes first by right; a newcomer has none, and passes all."""
    skipped(20, rank=f"5#{at(9)}", place_and_room=("room",))
    skipped(21, rank=f"1#{at(15)}", place_and_room=("room",))
    skipped(22, rank=f"5#{at(11)}", place_and_room=("room",))
    skipped(23, place_and_room=("room",))
    [passed] = build_timeline(anna(WAITS))[1:]
    assert (passed["at"], passed["times"]) == (at(22), 2)


def test_another_priority_counts_from_when_it_was_given() -> None:
    """What was behind before is ahead afterwards."""
    middle = f"5#{at(11)}"
    skipped(15, rank=middle, place_and_room=("room",))
    skipped(25, rank=middle, place_and_room=("room",))
    last = anna(WAITS, fact("prioritised", 20, entry("place+room", 10, 9), priority=9))
    assert [when for kind, when, _ in told(last) if kind == "passed"] == [at(15)]
    first = anna(WAITS, fact("prioritised", 20, entry("place+room", 10, 1), priority=1))
    assert [when for kind, when, _ in told(first) if kind == "passed"] == [at(15), at(25)]


def test_another_line_counts_from_when_it_was_joined() -> None:
    """A participant who drops a need is passed in their new line alone; a need added likewise."""
    for minute in (15, 25):
        skipped(minute, place_and_room=("room",), place=("place",))
    who = anna(WAITS, fact("changed", 20, entry("place", 10)))
    assert told(who)[1:] == [
        ("passed", at(15), ["room"]),
        ("changed", at(20), None),
        ("passed", at(25), ["place"]),
    ]


def test_each_wish_has_an_account_of_its_own() -> None:
    """A confirmed participant who waits for two things is passed in either line."""
    skipped(20, room=("room",), bus=("bus",))
    skipped(40, room=("room",), bus=("bus",))
    confirmed = {"fact": "confirmed", "at": at(5), "needs": ["place"]}
    wished = fact("changed", 10, entry("room", 10), entry("bus", 11))
    swapped = fact("swapped", 30, entry("bus", 11))
    who = anna(confirmed, wished, swapped)
    assert sorted((when, short) for kind, when, short in told(who) if kind == "passed") == [
        (at(20), ["bus"]),
        (at(20), ["room"]),
        (at(40), ["bus"]),
    ]


def test_whoever_keeps_their_place_is_passed_again() -> None:
    """Not while the offer stood, but from when they went back into the line."""
    for minute in (15, 25, 35):
        skipped(minute, place_and_room=("room",))
    who = anna(WAITS, fact("offered", 20), fact("place-kept", 30, entry("place+room", 10)))
    assert [when for kind, when, _ in told(who) if kind == "passed"] == [at(15), at(35)]


def test_a_note_in_between_changes_nothing() -> None:
    """A mail that came back says nothing of where a participant stands."""
    skipped(15, place_and_room=("room",))
    skipped(25, place_and_room=("room",))
    bounced = {"fact": "mail-bounced", "at": at(20), "mail": "anna.0001.joined", "reason": "General"}
    [passed] = [each for each in build_timeline(anna(WAITS, bounced)) if each["fact"] == "passed"]
    assert passed["times"] == 2


def test_facts_stay_in_their_order() -> None:
    """Two requests overlapped: the one that was asked for later was written first, and reads so."""
    changed = {"fact": "changed", "at": at(12), "fields": ["phone"]}
    cancelled = {"fact": "cancelled", "at": at(11), "was": "waiting", "entries": []}
    assert [kind for kind, _, _ in told(anna(WAITS, changed, cancelled))] == ["joined", "changed", "cancelled"]
