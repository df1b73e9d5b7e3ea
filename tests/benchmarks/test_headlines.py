"""Two runs of the benchmarks are laid beside each other."""

from pathlib import Path

import pytest

from benchmarks import headlines
from benchmarks.headlines import Figure

FIGURES = [Figure("answering, floors", 1.2, 0.25), Figure("units", 6.0, 0.0)]


@pytest.fixture(autouse=True)
def _file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headlines, "FILE", tmp_path / "benchmarks" / "figures.json")


def test_the_first_run_has_nothing_beside_it() -> None:
    """No figure is made up for a run that never was."""
    said = headlines.compare(FIGURES, headlines.read())
    assert "| units | 6 | – | – | 0% |" in said
    assert "There was no run before this one." in said


def test_the_next_run_agrees_within_what_is_stated() -> None:
    """What was written is read by the next run, whose figures lie within their noise."""
    headlines.write({each.name: each.value for each in FIGURES})
    said = headlines.compare([Figure("answering, floors", 1.5, 0.25), FIGURES[1]], headlines.read())
    assert "| answering, floors | 1.5 | 1.2 | 25% | 25% |" in said
    assert "All 2 agree." in said


def test_what_lies_further_apart_is_named() -> None:
    """A figure that moved by more than stated is not passed over, in whichever direction it did."""
    headlines.write({each.name: each.value for each in FIGURES})
    said = headlines.compare([Figure("answering, floors", 0.9, 0.25), Figure("units", 7.0, 0.0)], headlines.read())
    assert "**Further apart than stated:** answering, floors, units." in said
