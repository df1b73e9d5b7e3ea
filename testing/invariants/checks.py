"""Check the invariants that hold at any moment, and those that hold once nothing is left to be done."""

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
    """Check that the counters, and the lengths of the lines, follow from the registrations."""
    places = records.places
    assert {name: units for name, units in places.taken.items() if units} == records.taken
    members = {
        (registration.id, key)
        for registration in records.registrations.values()
        for key in registration.entry_keys
    }
    assert {(member, entry.key) for entry in records.entries.values() for member in entry.members} == members
    lengths = Counter(key.partition("#")[0] for key in records.entries)
    assert {line: entries for line, entries in places.lines.items() if entries} == lengths
    assert places.line_length == lengths.total()


def check_histories(records: Records) -> None:
    """Check that each registration follows from its history, step by step."""
    for registration in records.registrations.values():
        assert replay_history(registration.history, registration.remembered) == (
            registration.status,
            {*registration.needs},
            registration.entry_keys,
        ), registration


def replay_history(
    history: Sequence[dict[str, Any]], remembered: Sequence[dict[str, Any]] = ()
) -> tuple[str, set[str], tuple[str, ...]]:
    """Return the status, needs and waitlist entries that follow from the history.

    Fails if one of its facts could not happen in the status before it; of folded facts, those that are remembered
    need not follow each other.
    """
    status, needs, in_line = "", set[str](), ()
    for index, entry in enumerate((*remembered, *history)):
        kind = entry["fact"]
        statuses, next_status = TRANSITIONS.get(kind, (NON_TRANSITIONS.get(kind, ()), status))
        if index >= len(remembered):
            assert status in statuses, (kind, status)
            assert entry.get("was", status) == status
        status, needs = next_status, {*entry.get("needs", needs)}
        in_line = tuple(entry.get("entries", () if kind == "confirmed" else in_line))
    return status, needs, in_line


def check_nothing_idles(records: Records) -> None:
    """Check that nothing is free that an active waitlist entry could use."""
    assert rules.is_settled(records.places)
    for entry in records.list_active_entries():
        assert lines.find_shortage(records.places.free, entry.demand), entry


def check_each_fact_once(registrations: Iterable[Registration], received: Iterable[facts.Fact]) -> None:
    """Check that each fact of the histories was relayed, and none of them twice."""
    keys = Counter(fact.key for fact in received if isinstance(fact, facts.RegistrationFact))
    told = list(registrations)
    history_keys = Counter(
        facts.from_history_entry(registration.event_id, registration.id, revision, entry).key
        for registration in told
        for revision, entry in registration.numbered_facts
    )
    assert history_keys <= keys
    assert keys.total() == len(keys) == sum(registration.revision for registration in told)


def check_when_drained(records: Records, *, moves_up: bool = True) -> None:
    """Check all invariants of the records, once nothing is left to be done."""
    check_counters(records)
    check_histories(records)
    if moves_up:
        check_nothing_idles(records)
    assert recounting.recount(records.event_id).differences == []
