"""Measure the milliseconds of processor that new processes take to start, in turns."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from testing.account import ENVIRONMENT, build_settings

Command = tuple[str, ...]

BARE_PYTHON: Command = ("-c", "import json, time; print(json.dumps([1000 * time.process_time()]))")


def run_then_report(code: str) -> Command:
    """Build the command that runs the code and prints the processor time until then."""
    return ("-c", f"{code}; {BARE_PYTHON[1]}")


@dataclass(frozen=True)
class Ratio:
    """The ratio of two starts in the same turn, without bare Python.

    It is given as the median of all turns, and the middle half of them.
    """

    ratios: tuple[float, ...]

    @cached_property
    def middle(self) -> float:
        """The median of all turns."""
        return median(self.ratios)

    @property
    def middle_half(self) -> str:
        """The lowest and the highest ratio of the middle half."""
        low, _, high = quantiles(self.ratios, n=4)
        return f"{low:.2f}–{high:.2f}"


class Starts:
    """The milliseconds that each command printed, by turn: until it was ready, and until its work was done."""

    def __init__(self, measurements: Mapping[Command, list[list[float]]]) -> None:
        self._measurements = measurements

    def milliseconds(self, command: Command, moment: int = 0) -> float:
        """Return the median of all turns, without bare Python."""
        return median(self._without_python(command, moment))

    def ratio(self, command: Command, floor: Command, moment: int = 0) -> Ratio:
        """Return the ratio of the command to the floor."""
        both = zip(self._without_python(command, moment), self._without_python(floor, moment), strict=True)
        return Ratio(tuple(one / least for one, least in both))

    def _without_python(self, command: Command, moment: int) -> list[float]:
        return [
            one[moment] - bare[0]
            for one, bare in zip(self._measurements[command], self._measurements[BARE_PYTHON], strict=True)
        ]


def measure(commands: Iterable[Command], turns: int, given: str) -> Starts:
    """Run every command once in each turn; `given` is their standard input.

    Modules are compiled before, to a folder of this run's own, whatever the environment says about compiling.
    """
    once = dict.fromkeys([BARE_PYTHON, *commands])
    with TemporaryDirectory() as compiled:
        environment = dict(os.environ) | ENVIRONMENT | build_settings() | {"PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for command in once:
            _run_command(command, environment, given)
        measurements: dict[Command, list[list[float]]] = {command: [] for command in once}
        for _ in range(turns):
            for command in once:
                measurements[command].append(_run_command(command, environment, given))
    return Starts(measurements)


def _run_command(command: Command, environment: Mapping[str, str], given: str) -> list[float]:
    program = [sys.executable, *command]
    process = subprocess.run(program, env=environment, input=given, capture_output=True, text=True, check=True)
    answer: list[float] = json.loads(process.stdout.splitlines()[-1])
    return answer
