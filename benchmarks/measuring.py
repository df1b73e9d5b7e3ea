"""Measure time, processor and memory of work that is done by a process of its own.

A machine that others use too is at times half as fast for minutes, so what is compared is measured in turns.
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
    """The seconds by the wall clock and of processor of the work; the peak megabytes of its process."""

    seconds: float
    processor: float
    megabytes: float


def measure_program(module: str, *arguments: object) -> Cost:
    """Run the module as a program, and return the cost that it prints."""
    return Cost(**run_program(module, *arguments))


def mean(costs: Sequence[Cost]) -> Cost:
    """Return the mean of several runs, with the highest peak of memory."""
    return Cost(
        seconds=fmean(cost.seconds for cost in costs),
        processor=fmean(cost.processor for cost in costs),
        megabytes=max(cost.megabytes for cost in costs),
    )


def run_program(module: str, *arguments: object) -> Any:
    """Run the module as a program, and parse the last text row that it prints as JSON."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    process = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(process.stdout.splitlines()[-1])


def print_cost(work: Callable[[], object]) -> None:
    """Do the work and print its cost as the program's last text row."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    cost = Cost(
        seconds=time.perf_counter() - wall,
        processor=time.process_time() - processor,
        megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,  # Linux counts in kilobytes
    )
    print(json.dumps(asdict(cost)))  # noqa: T201 - what the measuring process reads
