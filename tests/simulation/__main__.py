"""Run `make simulate`: as many worlds as SEEDS says, in PROCESSES at a time; or tell the story of SEED."""

import os
import sys
import time

from tests.simulation import report
from tests.simulation.living import run_world, use_test_settings
from tests.simulation.many import RunTotals, count_cores, run_all_worlds

_DEFAULT_SEEDS = 20_000  # worlds
_MIN_SEEDS_FOR_REPORT = 1_000  #: worlds, of which docs/reliability.md tells
_PROGRESS_SECONDS = 30  # seconds


def main() -> None:
    """Run the worlds, or the one, that the environment asks for."""
    if seed := os.environ.get("SEED"):
        _print_story(int(seed))
    else:
        _run_worlds(int(os.environ.get("SEEDS") or _DEFAULT_SEEDS))


def _print_story(seed: int) -> None:
    with use_test_settings():
        world = run_world(seed)
    sys.stdout.write("\n".join([*world.story, f"{dict(world.faults.injected)}", ""]))


def _run_worlds(seeds: int) -> None:
    totals, printed_at = RunTotals(), 0.0
    for totals in run_all_worlds(seeds, count_cores()):
        if time.monotonic() - printed_at > _PROGRESS_SECONDS or totals.seeds >= seeds:
            printed_at = time.monotonic()
            sys.stdout.write(f"{totals.seeds} worlds, {totals.faults.total()} faults\n")
            sys.stdout.flush()
    if seeds >= _MIN_SEEDS_FOR_REPORT:
        report.write(totals)


if __name__ == "__main__":
    main()
