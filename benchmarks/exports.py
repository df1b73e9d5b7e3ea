"""The organiser's spreadsheet of who comes."""

from benchmarks.headlines import Figure, Section
from benchmarks.measuring import Cost, least_cost_of

SIZES = {600: 5, 10_000: 2}  #: and how often each is measured
_PEER = 4.2  #: seconds of processor that pretix 2026.8.0 took for an XLSX of 600 rows, on a comparable machine

_SECTION = """## Exports

Registrations read from a table in the process's own memory and written as a file, in a process of its own; of
several runs, the one that took least.

| registrations | file | seconds of processor | memory at most |
|---|---|---|---|
{rows}

The peer named above took {peer} seconds for 600 rows of XLSX: {share:.0%} of that here.
"""


def section() -> Section:
    """What was measured."""
    costs = {
        (size, kind): least_cost_of(times, "benchmarks.exporting", size, kind)
        for size, times in SIZES.items()
        for kind in ("xlsx", "csv")
    }
    rows = "\n".join(_row(*what, cost) for what, cost in costs.items())
    small, large = (costs[size, "xlsx"].processor for size in SIZES)
    return Section(
        _SECTION.format(rows=rows, peer=_PEER, share=small / _PEER),
        (Figure(f"XLSX of {min(SIZES)}, seconds of processor", small), Figure("XLSX, growth", large / small)),
    )


def _row(size: int, kind: str, cost: Cost) -> str:
    return f"| {size:,} | {kind.upper()} | {cost.processor:.2f} | {cost.megabytes:.0f} MB |"
