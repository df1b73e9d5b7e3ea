"""`make simulate`: as many worlds as SEEDS says, in PROCESSES at a time; or the story of the one of SEED."""

import os
import sys
import time

from tests.simulation import report
from tests.simulation.living import live, settings
from tests.simulation.many import Lived, cores, live_through_all

_WHOLE = 20_000  # worlds
_WORTH_TELLING = 1_000  #: worlds, of which docs/reliability.md tells
_SAYS_EACH = 30  # seconds


def main() -> None:
    if seed := os.environ.get("SEED"):
        _tell(int(seed))
    else:
        _live_through(int(os.environ.get("SEEDS") or _WHOLE))


def _tell(seed: int) -> None:
    with settings():
        world = live(seed)
    sys.stdout.write("\n".join([*world.story, f"{dict(world.faults.struck)}", ""]))


def _live_through(seeds: int) -> None:
    lived, said = Lived(), 0.0
    for lived in live_through_all(seeds, cores()):
        if time.monotonic() - said > _SAYS_EACH or lived.seeds >= seeds:
            said = time.monotonic()
            sys.stdout.write(f"{lived.seeds} worlds, {lived.faults.total()} faults\n")
            sys.stdout.flush()
    if seeds >= _WORTH_TELLING:
        report.write(lived)


if __name__ == "__main__":
    main()
