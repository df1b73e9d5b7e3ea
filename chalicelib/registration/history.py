"""A registration's account of itself: its history, and when others got in ahead of it, and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest
from typing import Any

from chalicelib.aws.keys import WaitlistKey
from chalicelib.facts import Erased
from chalicelib.registration import store
from chalicelib.registration.model import Registration, Skip

_END_OF_TIME = "9"  #: behind every moment


@dataclass(frozen=True)
class _WaitingPeriod:
    """A time spent in a line, from the moment of the first fact to that of the last."""

    line: str
    rank: str
    since: str
    until: str = _END_OF_TIME

    def is_passed_by(self, skip: Skip) -> bool:
        """Whether it was ahead of whoever got in; at the moment of the stay's own beginning, that was its own
        doing, or its party's."""
        behind = not skip.rank or skip.rank > self.rank
        return self.since < skip.at < self.until and behind and self.line in skip.lines


def build_timeline(registration: Registration) -> list[dict[str, Any]]:
    """The registration's facts in the order they were written in, also where the requests behind them overlapped,
    and among them each time that it was passed by: once for each reason, with how often."""
    happened = list(_drop_repeated_erasures(registration.history))
    stays = list(_find_waiting_periods(happened))
    if not stays:
        return happened
    skips = store.read_skips(registration.event_id, stays[0].since, max(stay.until for stay in stays))
    passed = [entry for stay in stays for entry in _build_passed_entries(stay, skips)]
    moments = accumulate((str(entry["at"]) for entry in happened), max)
    timed = [*zip(moments, happened, strict=True), *((str(entry["at"]), entry) for entry in passed)]
    return [entry for _, entry in sorted(timed, key=lambda each: each[0])]


def _drop_repeated_erasures(history: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The facts, with those that an erasure stands for told once."""
    before = None
    for entry in history:
        if entry != before or entry["fact"] != Erased.kind:
            yield entry
        before = entry


def _find_waiting_periods(history: Sequence[dict[str, Any]]) -> Iterator[_WaitingPeriod]:
    moves = [entry for entry in history if "entries" in entry]
    for entry, following in zip_longest(moves, moves[1:]):
        until = following["at"] if following else _END_OF_TIME
        for key in map(WaitlistKey.parse_entry, entry["entries"]):
            yield _WaitingPeriod(key.line, key.rank, entry["at"], until)


def _build_passed_entries(period: _WaitingPeriod, skips: Iterable[Skip]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for skip in filter(period.is_passed_by, skips):
        short = skip.lines[period.line]
        if found and found[-1]["waiting_for"] == short:
            found[-1]["times"] += 1
        else:
            found.append({"fact": "passed", "at": skip.at, "waiting_for": short, "times": 1})
    return found
