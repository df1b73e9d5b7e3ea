"""What was committed, one after the other, and what must hold from each to the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.aws.items import Item
from chalicelib.registration import store
from chalicelib.registration.model import Places, Registration, WaitlistEntry
from testing.faulty_aws.stream import WriteRecord
from testing.invariants import checks
from testing.invariants.overtaking import find_passed_entries
from testing.invariants.records import Records


@dataclass
class _Event:
    """`since` has for each entry how many records of others going by there were when it came."""

    now: Records
    skips: list[Item] = field(default_factory=list)
    since: dict[str, int] = field(default_factory=dict)


class CommitChecker:
    def __init__(self, event_ids: Iterable[str]) -> None:
        self._events = {event_id: _Event(Records(event_id, Places({}), {}, {})) for event_id in event_ids}

    def check(self, stream: Sequence[WriteRecord], ends: Iterable[int]) -> None:
        """Nobody overtaken, nothing handed out twice, counters right, nothing unsaid.

        `ends` is how long the stream was after each commit.
        """
        start = 0
        for end in sorted({*ends, len(stream)}):
            self._check_commit(stream[start:end])
            start = end

    def _check_commit(self, records: Sequence[WriteRecord]) -> None:
        by_event: dict[str, list[tuple[str, Item | None]]] = {}
        for each in records:
            by_event.setdefault(each.event_id, []).append((each.sort_key, each.new))
        for event_id in sorted(by_event.keys() & self._events.keys()):
            self._check_event(self._events[event_id], by_event[event_id])

    def _check_event(self, event: _Event, written: list[tuple[str, Item | None]]) -> None:
        before, after = event.now, _apply(event.now, written)
        event.now = after
        event.skips += [item for sort_key, item in written if _is_skip(sort_key) and item]
        for key in after.entries.keys() - before.entries.keys():
            event.since[key] = len(event.skips)
        if before.places.capacity:
            checks.check_counters(after)
            for entry in find_passed_entries(before, after):
                assert any(map(_build_skip_matcher(entry), event.skips[event.since[entry.key] :])), entry
            assert after.excess <= before.excess or _is_by_hand(before, after), (before.places, after.places)
            _check_histories(before, after)


def _is_skip(sort_key: str) -> bool:
    """And not the record of one of before, written anew without whoever was erased."""
    return sort_key.startswith("SKIP#") and not sort_key.endswith("#")


def _apply(before: Records, written: list[tuple[str, Item | None]]) -> Records:
    places, registrations, entries = before.places, dict(before.registrations), dict(before.entries)
    for sort_key, item in written:
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
    changed = [each for whose, each in after.registrations.items() if each != before.registrations.get(whose)]
    return any("organiser" in each.history[-1] for each in changed)


def _check_histories(before: Records, after: Records) -> None:
    """Histories only grow, but for the ids of who is erased, who has none; the number of their facts is kept."""
    for whose in before.registrations.keys() & after.registrations.keys():
        was, now = before.registrations[whose], after.registrations[whose]
        if now.history[: was.revision] != was.history:
            assert _anonymize(now)[: was.revision] == _anonymize(was)


def _anonymize(registration: Registration) -> list[dict[str, Any]]:
    """Its history, and of each place in a line not whose it was."""
    return [
        {**entry, "entries": [key.rpartition("#")[0] for key in entry.get("entries", ())]}
        for entry in registration.history
    ]
