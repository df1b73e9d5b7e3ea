"""A registration's timeline: its history, and when and why others got in ahead of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest
from typing import Any

from chalicelib.aws.waitlist_keys import WaitlistKey
from chalicelib.facts import Changed, Erased
from chalicelib.registration import store
from chalicelib.registration.model import Registration, Skip

_END_OF_TIME = "9"  #: behind every moment


@dataclass(frozen=True)
class _WaitingPeriod:
    """A time spent in a line, from the moment of the first fact to that of the next."""

    line: str
    rank: str
    since: str
    until: str = _END_OF_TIME

    def is_passed_by(self, skip: Skip) -> bool:
        """Return whether the registration was ahead of the one that got in.

        A skip at the moment at which the period begins was its own doing, or its party's.
        """
        behind = not skip.rank or skip.rank > self.rank
        return self.since < skip.at < self.until and behind and self.line in skip.lines


def list_dropped(registration: Registration) -> tuple[str, ...]:
    """List what the latest change dropped because the registration became another person's."""
    changes = [entry for entry in registration.history if entry["fact"] == Changed.kind]
    return tuple(changes[-1].get("dropped", ())) if changes else ()


def build_timeline(registration: Registration) -> list[dict[str, Any]]:
    """Build the registration's timeline: its facts in the order of writing, and each time that it was skipped.

    Skips for the same reason are one entry, with how often. Facts keep their order where the requests behind them
    overlapped.
    """
    facts_in_order = [
        *registration.remembered,
        *_build_folded_entries(registration),
        *_drop_repeated_erasures(registration.history),
    ]
    periods = list(_find_waiting_periods(registration))
    if not periods:
        return facts_in_order
    skips = store.read_skips(registration.event_id, periods[0].since, max(period.until for period in periods))
    skipped = [entry for period in periods for entry in _build_passed_entries(period, skips)]
    moments = accumulate((str(entry["at"]) for entry in facts_in_order), max)
    timed = [*zip(moments, facts_in_order, strict=True), *((str(entry["at"]), entry) for entry in skipped)]
    return [entry for _, entry in sorted(timed, key=lambda each: each[0])]


def _build_folded_entries(registration: Registration) -> list[dict[str, Any]]:
    """Build the entry that says how many facts are only counted, those since the last erasure."""
    erased = registration.erased_revision
    remembered = [entry for entry in registration.remembered if entry["revision"] > erased]
    count = registration.folded - erased - len(remembered)
    return [{"fact": "folded", "at": registration.remembered[-1]["at"], "count": count}] if count > 0 else []


def _drop_repeated_erasures(history: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Keep one of the equal facts that an erasure leaves in place of the history."""
    before = None
    for entry in history:
        if entry != before or entry["fact"] != Erased.kind:
            yield entry
        before = entry


def _find_waiting_periods(registration: Registration) -> Iterator[_WaitingPeriod]:
    """Find the periods that the history has whole; of those before, the last."""
    remembered = [entry for entry in registration.remembered if "entries" in entry][-1:]
    moves = [entry for entry in (*remembered, *registration.history) if "entries" in entry]
    for entry, following in zip_longest(moves, moves[1:]):
        until = following["at"] if following else _END_OF_TIME
        for key in map(WaitlistKey.parse_entry, entry["entries"]):
            yield _WaitingPeriod(key.line, key.rank, entry["at"], until)


def _build_passed_entries(period: _WaitingPeriod, skips: Iterable[Skip]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for skip in filter(period.is_passed_by, skips):
        short = skip.lines[period.line]
        if entries and entries[-1]["waiting_for"] == short:
            entries[-1]["times"] += 1
        else:
            entries.append({"fact": "passed", "at": skip.at, "waiting_for": short, "times": 1})
    return entries
