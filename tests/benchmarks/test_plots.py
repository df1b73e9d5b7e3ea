"""What a plot shows is as large as it looks."""

from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from benchmarks import plots


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Figure]:
    """The figures that were saved, in a folder of the test's own."""
    saved: list[Figure] = []
    save = Figure.savefig
    monkeypatch.setattr(plots, "FOLDER", tmp_path)

    def save_and_keep(figure: Figure, *to: Any, **how: Any) -> None:
        saved.append(figure)
        save(figure, *to, **how)

    monkeypatch.setattr(Figure, "savefig", save_and_keep)
    return saved


def test_lengths_are_shown_from_nothing(drawn: list[Figure]) -> None:
    """A growth of a tenth does not look like a multiple."""
    assert plots.lines("growth", ("waiting", "ms"), {"line": [(1, 10.0), (2, 11.0)]}) == "benchmarks/growth.svg"
    assert drawn[0].axes[0].get_ylim()[0] == 0


def test_what_spans_magnitudes_is_shown_by_them(drawn: list[Figure]) -> None:
    """There, nothing has no place."""
    plots.lines("burst", ("came", "answered"), {"today": [(50, 45.0), (10_000, 130.0)]}, logarithmic=True)
    assert drawn[0].axes[0].get_yscale() == "log"


def test_the_same_figures_make_the_same_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that measured nothing new changes no file."""
    monkeypatch.setattr(plots, "FOLDER", tmp_path)
    made = []
    for _ in range(2):
        plots.lines("same", ("a", "b"), {"line": [(1, 1.0), (2, 2.0)]})
        made.append((tmp_path / "same.svg").read_bytes())
    assert made[0] == made[1]
