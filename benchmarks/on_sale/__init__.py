"""An on-sale burst beyond this machine: a discrete-event simulation of designs within DynamoDB's limits."""

from collections.abc import Iterable

from benchmarks import plots
from benchmarks.headlines import EXACT_NOISE, Figure, Section
from benchmarks.on_sale.burst import MAX_CONCURRENT, SECONDS, Outcome, run
from benchmarks.on_sale.designs import DESIGNS, Design

RATES = (50, 100, 200, 500, 1_000, 3_000, 10_000)
_MEDIANS = (0.005, 0.010, 0.020)
_FEW = 0.01  #: of those who came: so many refused is few

_SECTION = """## An on-sale burst

Simulated, not measured: so many people a second for {seconds} seconds at one event that has room for all, with
DynamoDB's published limits (`benchmarks/on_sale/dynamodb.py` names them), at most {at_once:,} functions at once,
and each caller tried for as often and as long as `chalicelib/aws/table.py` does. How long a transaction takes is
not published: {median:.0f} ms in the middle are assumed first.

{what}

![Answered a second, by how many came a second]({plot})

Each cell: answered a second, in how many milliseconds 99 of 100 had their answer, and how many were told to
come back (503, which the form's page says in words; nothing of theirs is half done).

| design | {rates} |
|---|{rules}|
{rows}

How many people a second each design takes with less than one in a hundred told to come back, of the rates above,
if a transaction takes

| design | {medians} |
|---|{median_rules}|
{held}
"""


def section() -> Section:
    """Simulate, and return the section."""
    outcomes = {design.name: {rate: run(design, rate, _MEDIANS[1]) for rate in RATES} for design in DESIGNS}
    answered = {
        name: [(rate, each.calls_per_second) for rate, each in by_rate.items()]
        for name, by_rate in outcomes.items()
    }
    axes = ("people a second", "answered a second")
    text = _SECTION.format(
        seconds=SECONDS,
        at_once=MAX_CONCURRENT,
        median=_MEDIANS[1] * 1000,
        what="\n".join(f"- **{design.name}**: {design.description}" for design in DESIGNS),
        plot=plots.lines("on-sale", axes, answered, logarithmic=True),
        rates=" | ".join(f"{rate:,}/s" for rate in RATES),
        rules="---|" * (len(RATES) - 1) + "---",
        rows="\n".join(_row(name, by_rate.values()) for name, by_rate in outcomes.items()),
        medians=" | ".join(f"{median * 1000:.0f} ms" for median in _MEDIANS),
        median_rules="---|" * (len(_MEDIANS) - 1) + "---",
        held="\n".join(_format_capacity_row(design) for design in DESIGNS),
    )
    most = max(each.calls_per_second for each in outcomes[DESIGNS[0].name].values())
    return Section(text, (Figure(f"on sale, answered a second at most, {DESIGNS[0].name}", most, EXACT_NOISE),))


def _row(name: str, outcomes: Iterable[Outcome]) -> str:
    cells = [
        f"{each.calls_per_second:,.0f}, {each.percentile(99) * 1000:,.0f} ms, {each.share_refused:.0%}"
        for each in outcomes
    ]
    return f"| {name} | {' | '.join(cells)} |"


def _format_capacity_row(design: Design) -> str:
    cells = [_find_highest_rate(design, median) for median in _MEDIANS]
    return f"| {design.name} | {' | '.join(cells)} |"


def _find_highest_rate(design: Design, median: float) -> str:
    """Return the highest of the rates, tried upwards, at which few are refused."""
    highest = 0
    for rate in RATES:
        if run(design, rate, median).share_refused >= _FEW:
            break
        highest = rate
    return f"{highest:,}" if highest else f"less than {RATES[0]}"
