"""Check what was committed, one write after the other, and the invariants from each to the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.aws.items import Item
from chalicelib.histories.model import read_history
from chalicelib.registration import store
from chalicelib.registration.model import Places, Registration, WaitlistEntry
from testing.faulty_aws.stream import WriteRecord
from testing.invariants import checks
from testing.invariants.overtaking import find_passed_entries
from testing.invariants.records import Records


@dataclass
class _Event:
    """The records of an event so far.

    `since` has for each entry the number of skips that were recorded when it came.
    """

    now: Records
    skips: list[Item] = field(default_factory=list)
    since: dict[str, int] = field(default_factory=dict)


class CommitChecker:
    """The invariants of these events at each commit."""

    def __init__(self, event_ids: Iterable[str]) -> None:
        self._events = {event_id: _Event(Records(event_id, Places({}), {}, {})) for event_id in event_ids}

    def check(self, stream: Sequence[WriteRecord], ends: Iterable[int]) -> None:
        """Check the invariants at each commit.

        No entry is overtaken, no unit handed out twice, the counters are right, and every skip is recorded.
        `ends` has the length of the stream after each commit.
        """
        start = 0
        for end in sorted({*ends, len(stream)}):
            self._check_commit(stream[start:end])
            start = end

    def _check_commit(self, records: Sequence[WriteRecord]) -> None:
        _check_revisions(records)
        by_event: dict[str, list[tuple[str, Item | None]]] = {}
        for record in records:
            by_event.setdefault(record.event_id, []).append((record.sort_key, record.new))
        for event_id in sorted(by_event.keys() & self._events.keys()):
            self._check_event(self._events[event_id], by_event[event_id])

    def _check_event(self, event: _Event, items_written: list[tuple[str, Item | None]]) -> None:
        before, after = event.now, _apply(event.now, items_written)
        event.now = after
        event.skips += [item for sort_key, item in items_written if _is_skip(sort_key) and item]
        for key in after.entries.keys() - before.entries.keys():
            event.since[key] = len(event.skips)
        if before.places.capacity:
            checks.check_counters(after)
            for entry in find_passed_entries(before, after):
                assert any(map(_build_skip_matcher(entry), event.skips[event.since[entry.key] :])), entry
            assert after.excess <= before.excess or _is_by_hand(before, after), (before.places, after.places)
            _check_histories(before, after)


def _is_skip(sort_key: str) -> bool:
    """Return True for a new skip, but not for one that is rewritten without an erased participant."""
    return sort_key.startswith("SKIP#") and not sort_key.endswith("#")


def _apply(before: Records, items_written: list[tuple[str, Item | None]]) -> Records:
    places, registrations, entries = before.places, dict(before.registrations), dict(before.entries)
    for sort_key, item in items_written:
        kind, _, rest = sort_key.partition("#")
        if kind == "PLACES" and item:
            places = store.deserialize_places(item)
        elif kind == "REG" and item and store.is_erased(item):
            assert registrations.pop(rest).status == "cancelled"
        elif kind == "REG" and item:
            registrations[rest] = store.deserialize_registration(item)
        elif kind == "WAIT" and item:
            entries[rest] = store._deserialize_entry(item)
        elif kind == "WAIT":
            del entries[rest]
    return replace(before, places=places, registrations=registrations, entries=entries)


def _build_skip_matcher(entry: WaitlistEntry) -> Any:
    def tells(skip: Item) -> bool:
        return entry.line in skip["lines"] and (not skip["rank"] or skip["rank"] > entry.rank)

    return tells


def _is_by_hand(before: Records, after: Records) -> bool:
    registrations = [
        registration
        for registration_id, registration in after.registrations.items()
        if registration != before.registrations.get(registration_id)
    ]
    return any("organiser" in registration.history[-1] for registration in registrations)


def _check_histories(before: Records, after: Records) -> None:
    """Check that histories only grow: each fact that is still known has the revision that it always had.

    Erased ids leave the others' histories.
    """
    for registration_id in before.registrations.keys() & after.registrations.keys():
        before_commit, after_commit = before.registrations[registration_id], after.registrations[registration_id]
        assert after_commit.folded >= before_commit.folded
        known = _anonymize(before_commit)
        for revision, entry in _anonymize(after_commit).items():
            assert revision > before_commit.revision or known[revision] == entry, (before_commit, after_commit)


def _anonymize(registration: Registration) -> dict[int, Any]:
    """Return the known facts by revision, with the waitlist entries' owners left out."""
    return {
        revision: {**entry, "entries": [key.rpartition("#")[0] for key in entry.get("entries", ())]}
        for revision, entry in registration.numbered_facts
    }


def _check_revisions(records: Sequence[WriteRecord]) -> None:
    """Check that no write of a registration's item lowers its revision, or folds more than there was."""
    for record in records:
        if record.kind == "REG" and record.old and record.new:
            assert read_history(record.new).revision >= read_history(record.old).revision, record
