"""Time, processor and memory of a piece of work, done by a process of its own.

A machine that others use too is at times half as fast for minutes: what is compared is measured in turns.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any


@dataclass(frozen=True)
class Cost:
    """Of the work: seconds by the wall, seconds of processor; of its process: megabytes at the most."""

    seconds: float
    processor: float
    megabytes: float


def measure_program(module: str, *arguments: object) -> Cost:
    """What the module, run as a program, says its work cost."""
    return Cost(**run_program(module, *arguments))


def mean(costs: Sequence[Cost]) -> Cost:
    """Of several runs of one piece of work; the most memory of all."""
    return Cost(
        seconds=fmean(cost.seconds for cost in costs),
        processor=fmean(cost.processor for cost in costs),
        megabytes=max(cost.megabytes for cost in costs),
    )


def run_program(module: str, *arguments: object) -> Any:
    """What the module, run as a program, says last, in JSON."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def print_cost(work: Callable[[], object]) -> None:
    """Do the work and say what it cost: the last line that the program writes."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    cost = Cost(
        seconds=time.perf_counter() - wall,
        processor=time.process_time() - processor,
        megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,  # Linux counts in kilobytes
    )
    print(json.dumps(asdict(cost)))  # noqa: T201 - what the measuring process reads
