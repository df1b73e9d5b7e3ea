"""Milliseconds of processor that new processes take to start, in turns, on a machine that others use too."""

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
    """Run the code, and say what the process has taken until then."""
    return ("-c", f"{code}; {BARE_PYTHON[1]}")


@dataclass(frozen=True)
class Ratio:
    """One start beside another of the same turn, bare Python taken off both: the middle one of all turns, and the
    middle half of them."""

    ratios: tuple[float, ...]

    @cached_property
    def middle(self) -> float:
        return median(self.ratios)

    @property
    def middle_half(self) -> str:
        low, _, high = quantiles(self.ratios, n=4)
        return f"{low:.2f}–{high:.2f}"


class Starts:
    """What each command said, turn by turn: milliseconds until it was ready, and until whatever it did then."""

    def __init__(self, measurements: Mapping[Command, list[list[float]]]) -> None:
        self._measurements = measurements

    def milliseconds(self, command: Command, moment: int = 0) -> float:
        """The middle one of all turns, bare Python taken off."""
        return median(self._without_python(command, moment))

    def ratio(self, command: Command, floor: Command, moment: int = 0) -> Ratio:
        both = zip(self._without_python(command, moment), self._without_python(floor, moment), strict=True)
        return Ratio(tuple(one / least for one, least in both))

    def _without_python(self, command: Command, moment: int) -> list[float]:
        return [
            one[moment] - bare[0]
            for one, bare in zip(self._measurements[command], self._measurements[BARE_PYTHON], strict=True)
        ]


def measure(commands: Iterable[Command], turns: int, given: str) -> Starts:
    """Every command once in each turn; `given` is what they find in their input. Modules are compiled before, to
    a folder of this run's own, whatever the environment says about compiling."""
    once = dict.fromkeys([BARE_PYTHON, *commands])
    with TemporaryDirectory() as compiled:
        environment = dict(os.environ) | ENVIRONMENT | build_settings() | {"PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for command in once:
            _run_command(command, environment, given)
        said: dict[Command, list[list[float]]] = {command: [] for command in once}
        for _ in range(turns):
            for command in once:
                said[command].append(_run_command(command, environment, given))
    return Starts(said)


def _run_command(command: Command, environment: Mapping[str, str], given: str) -> list[float]:
    program = [sys.executable, *command]
    done = subprocess.run(program, env=environment, input=given, capture_output=True, text=True, check=True)
    answer: list[float] = json.loads(done.stdout.splitlines()[-1])
    return answer
