"""Time, processor and memory of a piece of work, done by a process of its own."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Cost:
    """Of the work: seconds by the wall, seconds of processor; of its process: megabytes at the most."""

    seconds: float
    processor: float
    megabytes: float


def cost_of(module: str, *arguments: object) -> Cost:
    """What the module, run as a program, says its work cost."""
    return Cost(**said_by(module, *arguments))


def least_cost_of(times: int, module: str, *arguments: object) -> Cost:
    """The least cost of so many runs."""
    return least(cost_of(module, *arguments) for _ in range(times))


def least(costs: Iterable[Cost]) -> Cost:
    """The one that took the least of the processor: whatever else goes on only adds to what the work takes."""
    return min(costs, key=lambda cost: cost.processor)


def said_by(module: str, *arguments: object) -> dict[str, float]:
    """The numbers that the module, run as a program, says last."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return said


def say_cost_of(work: Callable[[], object]) -> None:
    """Do the work and say what it cost: the last line that the program writes."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    cost = Cost(
        seconds=time.perf_counter() - wall,
        processor=time.process_time() - processor,
        megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,  # Linux counts in kilobytes
    )
    print(json.dumps(asdict(cost)))  # noqa: T201 - what the measuring process reads
