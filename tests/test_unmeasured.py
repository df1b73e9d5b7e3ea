"""Coverage is not measured where it would cost more than it shows."""

import os
from unittest.mock import Mock

import pytest
from coverage import Coverage

from testing.account import ROOT
from tests.unmeasured import UNMEASURED, Pauses, is_measured


@pytest.mark.parametrize("path", UNMEASURED)
def test_what_is_left_out_exists(path: str) -> None:
    """After a renaming the list would leave nothing out."""
    assert (ROOT / path).exists()


def test_a_test_is_measured_by_its_path() -> None:
    """A folder leaves out all of its tests, a file its own."""
    assert is_measured("tests/mail/test_flows.py::test_a")
    assert not is_measured("tests/mail/delivery/test_storm.py::test_a")
    assert not is_measured("tests/stack/test_links.py::test_a[b]")


def test_measuring_pauses_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subprocesses that start meanwhile are not measured either; what is so already is not done again."""
    monkeypatch.setenv("COVERAGE_PROCESS_CONFIG", "how")
    coverage = Mock(spec=Coverage)
    pauses = Pauses(coverage)
    for wanted in (True, False, False):
        pauses.measure(wanted)
    assert "COVERAGE_PROCESS_CONFIG" not in os.environ
    for wanted in (True, True):
        pauses.measure(wanted)
    assert os.environ["COVERAGE_PROCESS_CONFIG"] == "how"
    assert [call[0] for call in coverage.method_calls] == ["stop", "start"]
