"""Compare each part's figures with the run before: two runs agree within the stated noise."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent.parent / "docs" / "benchmarks" / "figures.json"

#: How far apart two runs may lie, as a share of the lesser one. What is counted or simulated from a seed repeats
#: itself; ratios are of what was measured in turns; what stands alone is as slow as its machine, which others use
#: too, is at the time.
EXACT_NOISE, RATIO_NOISE, ABSOLUTE_NOISE = 0.0, 0.35, 1.0

_SECTION = """## The run before

How these figures lie beside those of the run before, and how far apart two runs on one machine may lie: what is
counted or simulated comes out the same, ratios of what is measured in turns within {measured:.0%}, and seconds
within {alone:.0%}: a machine that others use too is at times half as fast.

| | this run | the run before | apart | stated |
|---|---|---|---|---|
{rows}

{verdict}
"""


@dataclass(frozen=True)
class Figure:
    """A result of a part; `noise` is the share of it by which another run may differ."""

    name: str
    value: float
    noise: float = RATIO_NOISE


@dataclass(frozen=True)
class Section:
    """A part of the page as Markdown, with its figures."""

    text: str
    figures: tuple[Figure, ...]


def compare(figures: Sequence[Figure], before: Mapping[str, float]) -> str:
    """Return each figure beside its value in the run before, as Markdown."""
    rows = "\n".join(_row(each, before.get(each.name)) for each in figures)
    return _SECTION.format(
        measured=RATIO_NOISE, alone=ABSOLUTE_NOISE, rows=rows, verdict=_verdict(figures, before)
    )


def read() -> dict[str, float]:
    """Read the figures of the run before, by name; none before the first run."""
    return json.loads(FILE.read_text()) if FILE.exists() else {}


def write(figures: Mapping[str, float]) -> None:
    """Write the figures, by name, for the next run."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")


def compute_difference(value: float, other: float) -> float:
    """Compute the difference of two figures as a share of the smaller one."""
    low, high = sorted((value, other))
    return high / low - 1 if low > 0 else float(high != low)


def _verdict(figures: Sequence[Figure], before: Mapping[str, float]) -> str:
    compared = [each for each in figures if each.name in before]
    beyond = [each.name for each in compared if not _agrees(each, before[each.name])]
    if not compared:
        return "There was no run before this one."
    if beyond:
        return f"**Further apart than stated:** {', '.join(beyond)}."
    return f"All {len(compared)} agree."


def _agrees(figure: Figure, before: float) -> bool:
    return compute_difference(figure.value, before) <= figure.noise + 1e-9


def _row(figure: Figure, before: float | None) -> str:
    if before is None:
        return f"| {figure.name} | {figure.value:.3g} | – | – | {figure.noise:.0%} |"
    cells = (
        f"{figure.value:.3g} | {before:.3g} | {compute_difference(figure.value, before):.0%} | {figure.noise:.0%}"
    )
    return f"| {figure.name} | {cells} |"
