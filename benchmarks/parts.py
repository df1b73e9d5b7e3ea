"""The parts of the benchmarks, each measured in a process of its own, which leaves nothing to the next."""

import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks import (
    cold_starts,
    costs_page,
    exports,
    manifests,
    on_sale,
    registering,
    waitlist,
)
from benchmarks.headlines import Section

#: In the order of the page.
PARTS = {
    "registering": registering,
    "waitlist": waitlist,
    "manifests": manifests,
    "exports": exports,
    "starts": cold_starts,
    "costs": costs_page,
    "on-sale": on_sale,
}
_SIMULATED = ("costs", "on-sale")  #: counted and simulated: these two side by side


def measure_parts(names: Sequence[str]) -> Iterator[Section]:
    """Yield the sections of the parts, as they are done."""
    alone = [name for name in names if name not in _SIMULATED]
    others = [name for name in names if name in _SIMULATED]
    for at_once, parts in ((1, alone), (2, others)):
        with ProcessPoolExecutor(at_once, get_context("spawn"), max_tasks_per_child=1) as pool:
            yield from pool.map(_measure_part, parts)


def _measure_part(name: str) -> Section:
    started_at = time.monotonic()
    try:
        section: Section = PARTS[name].section()
    except Exception as error:  # as text: not every exception finds its way out of a process
        raise RuntimeError(f"{name}:\n{traceback.format_exc()}") from error
    duration = f"{time.monotonic() - started_at:.0f} seconds"
    print(f"Measured: {name}, in {duration}", flush=True)  # noqa: T201 - a command talks to the person who started it
    return section
