"""What holds at any moment, and what holds once nothing is left to be done."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from chalicelib import facts
from chalicelib.facts import INFORMATIONAL_KINDS
from chalicelib.programme import lines
from chalicelib.reconciliation import recounting
from chalicelib.registration import rules
from chalicelib.registration.model import Registration
from testing.invariants.records import Records

UNREGISTERED = ("", "cancelled")
#: From which status to which each fact leads.
TRANSITIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "confirmed": (UNREGISTERED, "confirmed"),
    "joined": (UNREGISTERED, "waiting"),
    "promoted": (("waiting",), "confirmed"),
    "offered": (("waiting",), "offered"),
    "accepted": (("offered",), "confirmed"),
    "declined": (("offered",), "cancelled"),
    "expired": (("offered",), "cancelled"),
    "place-kept": (("offered",), "waiting"),
    "cancelled": (("confirmed", "waiting", "offered"), "cancelled"),
    "swapped": (("confirmed",), "confirmed"),
    "erased": (UNREGISTERED, "cancelled"),
}
#: Facts that leave the status as it is, and in which they may happen.
NON_TRANSITIONS = {
    "changed": ("confirmed", "waiting", "offered"),
    "party-changed": ("waiting",),
    "prioritised": ("confirmed", "waiting"),
    "offer-extended": ("offered",),
    **dict.fromkeys(INFORMATIONAL_KINDS, ("confirmed", "waiting", "offered", "cancelled")),
}


def check_counters(records: Records) -> None:
    """The counters are what the registrations say, and so are the lines."""
    places = records.places
    assert {name: units for name, units in places.taken.items() if units} == records.taken
    stand = {(each.id, key) for each in records.registrations.values() for key in each.entry_keys}
    assert {(member, entry.key) for entry in records.entries.values() for member in entry.members} == stand
    lengths = Counter(key.partition("#")[0] for key in records.entries)
    assert {line: entries for line, entries in places.lines.items() if entries} == lengths
    assert places.line_length == lengths.total()


def check_histories(records: Records) -> None:
    """Each registration is as its history tells, step by step."""
    for each in records.registrations.values():
        assert replay_history(each.history) == (each.status, {*each.needs}, each.entry_keys), each


def replay_history(history: Sequence[dict[str, Any]]) -> tuple[str, set[str], tuple[str, ...]]:
    """Status, needs and places in line, as the history tells them; each of its facts could happen then."""
    status, needs, in_line = "", set[str](), ()
    for entry in history:
        kind = entry["fact"]
        came_from, leads = TRANSITIONS.get(kind, (NON_TRANSITIONS.get(kind, ()), status))
        assert status in came_from, (kind, status)
        assert entry.get("was", status) == status
        status, needs = leads, {*entry.get("needs", needs)}
        in_line = tuple(entry.get("entries", () if kind == "confirmed" else in_line))
    return status, needs, in_line


def check_nothing_idles(records: Records) -> None:
    """Nothing is left that somebody who waits, and does not sit out, could use."""
    assert rules.is_settled(records.places)
    for entry in records.list_active_entries():
        assert lines.find_shortage(records.places.free, entry.demand), entry


def check_each_fact_once(registrations: Iterable[Registration], received: Iterable[facts.Fact]) -> None:
    """What was told is what the histories say: each of their facts, and each of them once."""
    keys = Counter(fact.key for fact in received if isinstance(fact, facts.RegistrationFact))
    written = [
        facts.from_history_entry(each.event_id, each.id, revision, entry).key
        for each in registrations
        for revision, entry in enumerate(each.history, start=1)
    ]
    assert keys == Counter(written)


def check_when_drained(records: Records, *, moves_up: bool = True) -> None:
    """All that can be seen from what is on record, once nothing is left to be done."""
    check_counters(records)
    check_histories(records)
    if moves_up:
        check_nothing_idles(records)
    assert recounting.recount(records.event_id).differences == []
