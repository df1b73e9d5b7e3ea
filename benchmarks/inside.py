"""Break one registration down: the processor time by owner of the code, and the calls to AWS."""

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
{confirmed.total_milliseconds:.1f} ms of a confirmed registration, \
{confirmed.milliseconds_per_call:.1f} ms a call, and {waiting.call_milliseconds:.1f} of
{waiting.total_milliseconds:.1f}, {waiting.milliseconds_per_call:.1f} ms a call, \
of a waiting one. A tenth of what the peer takes, {aim:.0f}
ms, is {affordable:.1f} such calls: [which are needed, and why](decisions/lighter-calls.md).
"""


@dataclass(frozen=True)
class Breakdown:
    """Milliseconds of processor of one registration, by phase and owner, those of the emulated AWS, and its calls.

    The phase is True while the request is answered. The calls to AWS are counted by name.
    """

    name: str
    milliseconds: dict[tuple[bool, str], float]
    emulator: float
    calls: dict[str, float]

    @property
    def answering(self) -> float:
        """Milliseconds of the runner until the response."""
        return sum(milliseconds for (answers, _), milliseconds in self.milliseconds.items() if answers)

    def sum_owner(self, owner: str) -> float:
        """Return the milliseconds of the runner in that owner's code."""
        return sum(
            milliseconds for (_, code_owner), milliseconds in self.milliseconds.items() if code_owner == owner
        )

    @property
    def call_milliseconds(self) -> float:
        """Milliseconds of calls to AWS, on both sides."""
        return self.emulator + self.sum_owner("boto")

    @property
    def total_milliseconds(self) -> float:
        """Milliseconds of the runner and the emulated AWS."""
        return self.emulator + sum(self.milliseconds.values())

    @property
    def call_count(self) -> float:
        """The number of calls to AWS."""
        return sum(self.calls.values())

    @property
    def milliseconds_per_call(self) -> float:
        """Milliseconds of one call to AWS, on both sides."""
        return self.call_milliseconds / self.call_count


def measure() -> tuple[Breakdown, list[Breakdown]]:
    """Measure the floor, a confirmed and a waiting registration; each is the mean of all turns."""
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
    """Return the mean of the turns; a key that a turn lacks counts as zero."""
    milliseconds, calls = Counter[tuple[bool, str]](), Counter[str]()
    for turn in turns:
        milliseconds.update(turn.milliseconds)  # adds floats as well
        calls.update(turn.calls)
    mean_milliseconds = {owner: together / len(turns) for owner, together in milliseconds.items()}
    mean_calls = {call: together / len(turns) for call, together in calls.items()}
    return Breakdown(turns[0].name, mean_milliseconds, fmean(turn.emulator for turn in turns), mean_calls)


@contextmanager
def _start_counted(module: str) -> Iterator[tuple[Program, Path]]:
    """Start the module's server, and yield it with the file that it writes its counts to."""
    with tempfile.TemporaryDirectory() as folder, start_server(module, COUNTED=f"{folder}/counted") as program:
        yield program, Path(folder) / "counted"


def _people(how_many: int) -> list[bytes]:
    """Yield new people, so that no address gets too many mails in a day."""
    return [load.person(number) for number in islice(_NUMBERS, how_many)]


def _measure_turn(program: Program, file: Path, name: str, turn: int) -> Breakdown:
    before, measurements = _read_counts(program.pid, file), list[Measurement]()
    shares = profiling.measure_shares(
        program.pid, lambda: measurements.append(program.run_load(f"{name}-{turn}", _people(PEOPLE), CONNECTIONS))
    )
    after, (runner, emulator) = _read_counts(program.pid, file), measurements[0].processor
    answering = (after["answering"] - before["answering"]) * 1000 / PEOPLE
    calls = Counter(after["calls"]) - Counter(before["calls"])
    each = {call: times / PEOPLE for call, times in calls.items()}
    return Breakdown(name, _distribute(shares, {True: answering, False: runner - answering}), emulator, each)


def _distribute(shares: dict[tuple[bool, str], float], took: dict[bool, float]) -> dict[tuple[bool, str], float]:
    """Distribute the processor time of both phases among the owners, by their shares."""
    together = {
        answers: sum(share for (which, _), share in shares.items() if which == answers) for answers in took
    }
    return {(which, owner): share / together[which] * took[which] for (which, owner), share in shares.items()}


def _read_counts(pid: int, file: Path) -> dict[str, Any]:
    """Read the server's counts so far."""
    file.unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR1)
    while not file.exists():
        time.sleep(0.05)
    counted: dict[str, Any] = json.loads(file.read_text())
    return counted


def render(floor: Breakdown, parts: list[Breakdown], aim: float) -> str:
    """Render the breakdown as Markdown; the aim is in milliseconds."""
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
    durations = [
        floor.sum_owner(owner),
        *(part.milliseconds.get((answers, owner), 0) for part in parts for answers in (True, False)),
    ]
    return [f"{milliseconds:.1f} ms" if milliseconds else "–" for milliseconds in durations]


def _call_rows(parts: list[Breakdown]) -> str:
    names = sorted({name for part in parts for name in part.calls}, key=lambda name: -parts[0].calls.get(name, 0))
    return "\n".join(
        f"| `{name}` | {' | '.join(f'{part.calls.get(name, 0):.2f}' for part in parts)} |" for name in names
    )
