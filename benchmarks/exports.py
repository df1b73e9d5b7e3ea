"""Measure the organiser's export of registrations."""

from benchmarks.headlines import ABSOLUTE_NOISE, Figure, Section
from benchmarks.measuring import Cost, mean, measure_program

SIZES = (600, 10_000)
_TURNS = 2
_PEER = 4.2  #: seconds of processor that pretix 2026.8.0 took for an XLSX of 600 rows, on a comparable machine

_SECTION = """## Exports

Registrations read from a table in the process's own memory and written as a file, in a process of its own; the
mean of {turns} turns.

| registrations | file | seconds of processor | memory at most |
|---|---|---|---|
{rows}

The peer named above took {peer} seconds for 600 rows of XLSX: {share:.0%} of that here.
"""


def section() -> Section:
    """Measure, and return the section."""
    files = [(size, kind) for kind in ("xlsx", "csv") for size in SIZES]
    turns = [{file: measure_program("benchmarks.exporting", *file) for file in files} for _ in range(_TURNS)]
    costs = {file: mean([turn[file] for turn in turns]) for file in files}
    rows = "\n".join(_row(*what, cost) for what, cost in costs.items())
    small, large = (costs[size, "xlsx"].processor for size in SIZES)
    return Section(
        _SECTION.format(rows=rows, turns=_TURNS, peer=_PEER, share=small / _PEER),
        (
            Figure(f"XLSX of {min(SIZES)}, seconds of processor", small, ABSOLUTE_NOISE),
            Figure("XLSX, growth", large / small),
        ),
    )


def _row(size: int, kind: str, cost: Cost) -> str:
    return f"| {size:,} | {kind.upper()} | {cost.processor:.2f} | {cost.megabytes:.0f} MB |"
