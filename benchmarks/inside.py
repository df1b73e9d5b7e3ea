"""What one registration consists of: whose code takes how much of the processor, and which calls to AWS."""

import json
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks import load, profiling
from benchmarks.local_stack import Measurement, Program, start_server
from testing import builders

PEOPLE, CONNECTIONS, TURNS = 100, 16, 3
_WARM = 20
#: How many of them get a place.
_KINDS = {"confirmed": PEOPLE, "waiting": 1}

_NUMBERS = count()

_SECTION = """
### What one registration consists of

{people} people over {connections} connections, where all get a place, where all but one wait, and at the floor, in
{turns} turns. The runner's processor, by whose code it was spent in: what answering takes and what comes after
are each thread's own, as the system counts it; the owners' shares of both are sampled.

| | floor | confirmed: answering | everything after | waiting: answering | everything after |
|---|---|---|---|---|---|
{owners}

Of each, these calls to AWS; where several people share one, as much of it, and with those that found nothing new:

| | confirmed | waiting |
|---|---|---|
{calls}
| **together** | **{confirmed.call_count:.1f}** | **{waiting.call_count:.1f}** |

Boto, which makes the calls, and the emulated AWS, which answers them, take \
{confirmed.call_milliseconds:.1f} ms of the
{confirmed.total_milliseconds:.1f} ms of somebody confirmed, \
{confirmed.milliseconds_per_call:.1f} ms a call, and {waiting.call_milliseconds:.1f} of
{waiting.total_milliseconds:.1f}, {waiting.milliseconds_per_call:.1f} ms a call, \
of somebody who waits. A tenth of what the peer takes, {aim:.0f}
ms, is {affordable:.1f} such calls: [which are needed, and why](decisions/lighter-calls.md).
"""


@dataclass(frozen=True)
class Breakdown:
    """Milliseconds of processor of one registration, by whether it is answering and by owner, and of the emulated
    AWS; and how often each call to AWS was made for it."""

    name: str
    milliseconds: dict[tuple[bool, str], float]
    emulator: float
    calls: dict[str, float]

    @property
    def answering(self) -> float:
        """Milliseconds of the runner until the answer is there."""
        return sum(took for (answers, _), took in self.milliseconds.items() if answers)

    def sum_owner(self, owner: str) -> float:
        """Milliseconds of the runner in that owner's code."""
        return sum(took for (_, whose), took in self.milliseconds.items() if whose == owner)

    @property
    def call_milliseconds(self) -> float:
        """Milliseconds of what calls to AWS take, on both sides."""
        return self.emulator + self.sum_owner("boto")

    @property
    def total_milliseconds(self) -> float:
        return self.emulator + sum(self.milliseconds.values())

    @property
    def call_count(self) -> float:
        return sum(self.calls.values())

    @property
    def milliseconds_per_call(self) -> float:
        return self.call_milliseconds / self.call_count


def measure() -> tuple[Breakdown, list[Breakdown]]:
    """At the floor; and of somebody who is confirmed, and of somebody who waits: each the mean of all turns."""
    with _start_counted("benchmarks.floor") as floor, _start_counted("benchmarks.counting") as stack:
        _make_ready(floor[0], stack[0])
        turns = [
            [_measure_turn(*floor, "floor", turn), *(_measure_turn(*stack, name, turn) for name in _KINDS)]
            for turn in range(TURNS)
        ]
        least, *kinds = (_mean(which) for which in zip(*turns, strict=True))
        return least, kinds


def _make_ready(floor: Program, stack: Program) -> None:
    stack.system.create("warm-0", allotments=[builders.allotment("place", _WARM)])
    for name, places in _KINDS.items():
        for turn in range(TURNS):
            stack.system.create(f"{name}-{turn}", allotments=[builders.allotment("place", places)])
    for program in (floor, stack):
        program.run_load("warm-0", _people(_WARM), 1)


def _mean(turns: Sequence[Breakdown]) -> Breakdown:
    """Of them all; what one of them has not, it took nothing of."""
    took, calls = Counter[tuple[bool, str]](), Counter[str]()
    for each in turns:
        took.update(each.milliseconds)  # adds floats as well
        calls.update(each.calls)
    of_one = {whose: together / len(turns) for whose, together in took.items()}
    calls_of_one = {call: together / len(turns) for call, together in calls.items()}
    return Breakdown(turns[0].name, of_one, fmean(each.emulator for each in turns), calls_of_one)


@contextmanager
def _start_counted(module: str) -> Iterator[tuple[Program, Path]]:
    """The server that the module is, and the file to which it writes what it has counted."""
    with tempfile.TemporaryDirectory() as folder, start_server(module, COUNTED=f"{folder}/counted") as program:
        yield program, Path(folder) / "counted"


def _people(how_many: int) -> list[bytes]:
    """Who has never come before: nobody gets too many mails in a day."""
    return [load.person(number) for number in islice(_NUMBERS, how_many)]


def _measure_turn(program: Program, file: Path, name: str, turn: int) -> Breakdown:
    before, done = _read_counts(program.pid, file), list[Measurement]()
    shares = profiling.measure_shares(
        program.pid, lambda: done.append(program.run_load(f"{name}-{turn}", _people(PEOPLE), CONNECTIONS))
    )
    after, (runner, emulator) = _read_counts(program.pid, file), done[0].processor
    answering = (after["answering"] - before["answering"]) * 1000 / PEOPLE
    calls = Counter(after["calls"]) - Counter(before["calls"])
    each = {call: times / PEOPLE for call, times in calls.items()}
    return Breakdown(name, _distribute(shares, {True: answering, False: runner - answering}), emulator, each)


def _distribute(shares: dict[tuple[bool, str], float], took: dict[bool, float]) -> dict[tuple[bool, str], float]:
    """What answering and all else took, each among the owners by their shares of it."""
    together = {
        answers: sum(share for (which, _), share in shares.items() if which == answers) for answers in took
    }
    return {(which, owner): share / together[which] * took[which] for (which, owner), share in shares.items()}


def _read_counts(pid: int, file: Path) -> dict[str, Any]:
    """What the server has counted so far."""
    file.unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR1)
    while not file.exists():
        time.sleep(0.05)
    counted: dict[str, Any] = json.loads(file.read_text())
    return counted


def render(floor: Breakdown, parts: list[Breakdown], aim: float) -> str:
    """As Markdown; the aim is in milliseconds."""
    confirmed, waiting = parts
    return _SECTION.format(
        people=PEOPLE,
        turns=TURNS,
        connections=CONNECTIONS,
        owners=_owner_rows(floor, parts),
        calls=_call_rows(parts),
        confirmed=confirmed,
        waiting=waiting,
        aim=aim,
        affordable=aim / confirmed.milliseconds_per_call,
    )


def _owner_rows(floor: Breakdown, parts: list[Breakdown]) -> str:
    owners = {owner for part in parts for _, owner in part.milliseconds}
    most_first = sorted(owners, key=lambda owner: -sum(part.sum_owner(owner) for part in parts))
    return "\n".join(f"| {owner} | {' | '.join(_cells(floor, parts, owner))} |" for owner in most_first)


def _cells(floor: Breakdown, parts: list[Breakdown], owner: str) -> list[str]:
    found = [
        floor.sum_owner(owner),
        *(part.milliseconds.get((answers, owner), 0) for part in parts for answers in (True, False)),
    ]
    return [f"{took:.1f} ms" if took else "–" for took in found]


def _call_rows(parts: list[Breakdown]) -> str:
    names = sorted({name for part in parts for name in part.calls}, key=lambda name: -parts[0].calls.get(name, 0))
    return "\n".join(
        f"| `{name}` | {' | '.join(f'{part.calls.get(name, 0):.2f}' for part in parts)} |" for name in names
    )
