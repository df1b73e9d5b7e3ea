"""Draw plots as SVG files beside the page; deterministic: the same figures give the same bytes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

FOLDER = Path(__file__).parent.parent / "docs" / "benchmarks"
_MARKERS = "osD^vP"


def lines(
    name: str,
    axes: tuple[str, str],
    series: Mapping[str, Sequence[tuple[float, float]]],
    *,
    logarithmic: bool = False,
) -> str:
    """Draw each series of points with named axes, and return the picture's URL for the page."""
    mpl.rcParams["svg.hashsalt"] = name
    figure = Figure(figsize=(7, 4), layout="constrained")
    plot = figure.subplots()
    for marker, (title, points) in zip(_MARKERS, series.items(), strict=False):
        plot.plot(*zip(*points, strict=True), marker=marker, label=title)
    if logarithmic:
        plot.set_xscale("log")
        plot.set_yscale("log")
    else:
        plot.set_ylim(bottom=0)  # so that twice as much looks like it
    plot.set_xlabel(axes[0])
    plot.set_ylabel(axes[1])
    plot.grid(visible=True, alpha=0.3)
    plot.legend()
    FOLDER.mkdir(exist_ok=True)
    figure.savefig(FOLDER / f"{name}.svg", metadata={"Date": None})
    return f"benchmarks/{name}.svg"
