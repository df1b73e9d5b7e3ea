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
_WHOLE_MACHINE = ("registering", "waitlist")  #: what they load has several processes
_AT_ONCE = 2  #: of the others, each of which counts the processor of one process at a time


def measured(names: Sequence[str]) -> Iterator[Section]:
    """The sections of those parts, as they are done; those that load the whole machine come first."""
    whole = [name for name in names if name in _WHOLE_MACHINE]
    others = [name for name in names if name not in whole]
    for at_once, parts in ((1, whole), (_AT_ONCE, others)):
        with ProcessPoolExecutor(at_once, get_context("spawn"), max_tasks_per_child=1) as pool:
            yield from pool.map(_part, parts)


def _part(name: str) -> Section:
    began = time.monotonic()
    try:
        section = PARTS[name].section()
    except Exception as error:  # as text: not every exception finds its way out of a process
        raise RuntimeError(f"{name}:\n{traceback.format_exc()}") from error
    took = f"{time.monotonic() - began:.0f} seconds"
    print(f"Measured: {name}, in {took}", flush=True)  # noqa: T201 - a command talks to the person who started it
    return section
