"""What one registration consists of: whose code takes how much of the processor, and which calls to AWS."""

import json
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from benchmarks import load, profiling
from benchmarks.local_stack import Measured, Program, running
from tests import builders

PEOPLE, CONNECTIONS = 300, 16
_WARM = 20
_A_TENTH = 32  #: milliseconds: of what the peer took, see registering
#: How many of them get a place.
_KINDS = {"confirmed": PEOPLE, "waiting": 1}

_SECTION = """
### What one registration consists of

{people} people over {connections} connections, once where all get a place and once where all but one wait, and as
many at the floor. The runner's processor, sampled, by whose code it was spent in:

| | floor | confirmed: answering | everything after | waiting: answering | everything after |
|---|---|---|---|---|---|
{owners}

Of each, these calls to AWS; where several people share one, as much of it, and with those that found nothing new:

| | confirmed | waiting |
|---|---|---|
{calls}
| **together** | **{confirmed.called:.1f}** | **{waiting.called:.1f}** |

Boto, which makes the calls, and the emulated AWS, which answers them, take {confirmed.calling:.1f} ms of the
{confirmed.all:.1f} ms of somebody confirmed, {confirmed.a_call:.1f} ms a call, and {waiting.calling:.1f} of
{waiting.all:.1f}, {waiting.a_call:.1f} ms a call, of somebody who waits. A tenth of what the peer takes, {tenth}
ms, is {confirmed.affordable:.1f} such calls: [which are needed, and why](decisions/lighter-calls.md).
"""


@dataclass(frozen=True)
class Inside:
    """Milliseconds of processor of one registration, by whether it is answering and by owner, and of the emulated
    AWS; and how often each call to AWS was made for it."""

    name: str
    took: dict[tuple[bool, str], float]
    emulator: float
    calls: dict[str, float]

    @property
    def answering(self) -> float:
        """Milliseconds of the runner until the answer is there."""
        return sum(took for (answers, _), took in self.took.items() if answers)

    def of(self, owner: str) -> float:
        """Milliseconds of the runner in that owner's code."""
        return sum(took for (_, whose), took in self.took.items() if whose == owner)

    @property
    def calling(self) -> float:
        """Milliseconds of what calls to AWS take, on both sides."""
        return self.emulator + self.of("boto")

    @property
    def all(self) -> float:
        return self.emulator + sum(self.took.values())

    @property
    def called(self) -> float:
        return sum(self.calls.values())

    @property
    def a_call(self) -> float:
        return self.calling / self.called

    @property
    def affordable(self) -> float:
        return _A_TENTH / self.a_call


def of_the_floor() -> Inside:
    """Which does nothing but answer."""
    people = map(load.person, count())
    with running("benchmarks.floor") as program:
        program.under("floor", [*islice(people, _WARM)], 1)
        return Inside("floor", *_profiled(program, "floor", [*islice(people, PEOPLE)]), {"TransactWriteItems": 1})


def one_registration() -> list[Inside]:
    """Of somebody who is confirmed, and of somebody who waits."""
    people = map(load.person, count())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "calls"
        with running("benchmarks.counted", CALLS=str(file)) as program:
            program.system.create("warm", allotments=[builders.allotment("place", _WARM)])
            program.under("warm", [*islice(people, _WARM)], 1)
            return [_of(program, file, name, places, [*islice(people, PEOPLE)]) for name, places in _KINDS.items()]


def _of(program: Program, file: Path, name: str, places: int, bodies: list[bytes]) -> Inside:
    program.system.create(name, allotments=[builders.allotment("place", places)])
    program.settle()
    with _counting(program.pid, file) as calls:
        took, emulator = _profiled(program, name, bodies)
    return Inside(name, took, emulator, {call: times / PEOPLE for call, times in calls.items()})


def _profiled(program: Program, event_id: str, bodies: list[bytes]) -> tuple[dict[tuple[bool, str], float], float]:
    """Milliseconds of the runner for each of them, by whose code they were spent in, and of the emulated AWS."""
    done: list[Measured] = []
    shares = profiling.shares(program.pid, lambda: done.append(program.under(event_id, bodies, CONNECTIONS)))
    runner, emulator = done[0].processor
    return {whose: share * runner for whose, share in shares.items()}, emulator


@contextmanager
def _counting(pid: int, file: Path) -> Iterator[Counter[str]]:
    """Filled, at the end, with what was called meanwhile."""
    before, found = _called(pid, file), Counter[str]()
    yield found
    found.update(_called(pid, file) - before)


def _called(pid: int, file: Path) -> Counter[str]:
    file.unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR1)
    while not file.exists():
        time.sleep(0.05)
    return Counter(json.loads(file.read_text()))


def told(floor: Inside, parts: list[Inside]) -> str:
    """As Markdown."""
    confirmed, waiting = parts
    return _SECTION.format(
        people=PEOPLE,
        connections=CONNECTIONS,
        owners=_owner_rows(floor, parts),
        calls=_call_rows(parts),
        confirmed=confirmed,
        waiting=waiting,
        tenth=_A_TENTH,
    )


def _owner_rows(floor: Inside, parts: list[Inside]) -> str:
    owners = {owner for part in parts for _, owner in part.took}
    most_first = sorted(owners, key=lambda owner: -sum(part.of(owner) for part in parts))
    return "\n".join(f"| {owner} | {' | '.join(_cells(floor, parts, owner))} |" for owner in most_first)


def _cells(floor: Inside, parts: list[Inside], owner: str) -> list[str]:
    found = [floor.of(owner), *(part.took.get((answers, owner), 0) for part in parts for answers in (True, False))]
    return [f"{took:.1f} ms" if took else "–" for took in found]


def _call_rows(parts: list[Inside]) -> str:
    names = sorted({name for part in parts for name in part.calls}, key=lambda name: -parts[0].calls.get(name, 0))
    return "\n".join(
        f"| `{name}` | {' | '.join(f'{part.calls.get(name, 0):.2f}' for part in parts)} |" for name in names
    )
