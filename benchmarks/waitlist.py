"""Measure places that become free while many wait, until the last mail, and by the number who wait."""

import time
from statistics import fmean

from benchmarks import load, plots
from benchmarks.headlines import ABSOLUTE_NOISE, Figure, Section
from benchmarks.local_stack import Program, start_server
from benchmarks.measuring import run_program
from benchmarks.waitlist_growth import FREED, TURNS
from testing import builders

WAITING = 1_000
GROWTH = (1_000, 10_000, 50_000)
_EVENT = "full"

#: pretix, as for registering.
_PEER = {"seconds": 9.5, "milliseconds": 84}

_SECTION = """## The waitlist

{waiting:,} people wait for one event and its capacity is raised by {freed}: until the last of the {freed} mails is
out, on the whole local stack, {seconds:.1f} seconds, {runner:.1f} ms of processor each in the runner and
{emulator:.1f} ms in the emulated AWS. The peer named above took {peer_seconds} seconds, and {peer_ms} ms each.

Settling the line alone, with a table in the process's own memory that counts units as DynamoDB does; the mean
of {turns} turns:

| waiting | ms of processor each | calls each | units written each | units read, together |
|---|---|---|---|---|
{rows}

From {fewest:,} to {most:,} waiting, that is {growth:.1f} times the processor: the line is read from its head, as
far as there are places.

![Milliseconds of processor for each place freed, by how many wait]({plot})
"""


def section() -> Section:
    """Measure, and return the section."""
    seconds, (runner, emulator) = _measure_freed()
    costs = _measure_growth()
    each = {waiting: cost["processor"] * 1000 / FREED for waiting, cost in costs.items()}
    growth = each[GROWTH[-1]] / each[GROWTH[0]]
    text = _SECTION.format(
        waiting=WAITING,
        freed=FREED,
        turns=TURNS,
        seconds=seconds,
        runner=runner * 1000 / FREED,
        emulator=emulator * 1000 / FREED,
        peer_seconds=_PEER["seconds"],
        peer_ms=_PEER["milliseconds"],
        rows="\n".join(_row(waiting, cost) for waiting, cost in costs.items()),
        fewest=GROWTH[0],
        most=GROWTH[-1],
        growth=growth,
        plot=plots.lines("waitlist", ("waiting", "ms of processor each"), {"one line": [*each.items()]}),
    )
    together = sum((runner, emulator)) * 1000 / FREED
    freed = Figure("place freed, ms of processor", together, ABSOLUTE_NOISE)
    return Section(text, (freed, Figure("waitlist, growth", growth)))


def _measure_growth() -> dict[int, dict[str, float]]:
    """Measure the cost of settling the waitlist, by the number of those who wait."""
    turns = run_program("benchmarks.waitlist_growth", *GROWTH)
    lines = zip(*turns, strict=True)
    return {
        waiting: {what: fmean(cost[what] for cost in costs) for what in costs[0]}
        for waiting, costs in zip(GROWTH, lines, strict=True)
    }


def _measure_freed() -> tuple[float, tuple[float, ...]]:
    """Measure the seconds from the raised capacity to the last mail, and seconds of processor of each process."""
    with start_server() as program:
        program.system.create(_EVENT, allotments=[builders.allotment("place", 1)])
        bodies = [load.person(number) for number in range(WAITING + 1)]
        load.post(program.system.address, f"/events/{_EVENT}/registrations", bodies, connections=4)
        program.wait_until_idle()
        assert program.system.read_counts(_EVENT) == {"place": (1, WAITING)}
        former_seconds, started_at = program.read_processor_seconds(), time.perf_counter()
        _raise_capacity(program)
        seconds = time.perf_counter() - started_at
        used = tuple(
            after - since for since, after in zip(former_seconds, program.read_processor_seconds(), strict=True)
        )
        assert program.system.read_counts(_EVENT) == {"place": (1 + FREED, WAITING - FREED)}
        return seconds, used


def _raise_capacity(program: Program) -> None:
    url = f"/organiser/events/{_EVENT}/allotments/place"
    answer = program.system.as_organiser("PUT", url, {"capacity": 1 + FREED})
    assert answer.status == 200, answer.body
    program.wait_until_idle()


def _row(waiting: int, cost: dict[str, float]) -> str:
    each = [cost["processor"] * 1000 / FREED, cost["calls"] / FREED, cost["written"] / FREED]
    return f"| {waiting:,} | {each[0]:.2f} | {each[1]:.2f} | {each[2]:.2f} | {cost['read']:,.0f} |"
