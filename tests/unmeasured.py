"""A plugin of pytest that stops measuring coverage while tests run that repeat what others cover.

Python 3.11 can only be traced, which makes each line cost two thirds more, also those of libraries. So `make test`
measures the tests that reach the most lines in the least time; the others run at full speed: those at length, of
whole systems, and of what stands in for AWS.
"""

import os
from collections.abc import Generator

import pytest
from coverage import Coverage

UNMEASURED = (
    "tests/benchmarks/",
    "tests/browser/",
    "tests/concurrency/",
    "tests/contract/",
    "tests/deployed/",
    "tests/hostile/",
    "tests/machine/",
    "tests/mail/delivery/test_storm.py",
    "tests/mail/test_hostile.py",
    "tests/mail/test_life.py",
    "tests/memory/",
    "tests/simulation/",
    "tests/stack/",
    "tests/test_imports.py",
    "tests/web/http/test_random_bodies.py",
)
_FOR_SUBPROCESSES = (
    "COVERAGE_PROCESS_CONFIG"  # coverage's own: subprocesses with it in their environment are measured
)


class Pauses:
    """Pause this process's measurement, and that of subprocesses to come, and go on with it."""

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self._configuration = os.environ.get(_FOR_SUBPROCESSES)
        self._measures = True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Before each test, with its fixtures."""
        self.measure(is_measured(item.nodeid))
        return (yield)

    def measure(self, wanted: bool) -> None:
        """Measure from now on, or do not; nothing happens where that is so already."""
        if wanted == self._measures:
            return
        self._measures = wanted
        if wanted:
            self._coverage.start()
            if self._configuration:
                os.environ[_FOR_SUBPROCESSES] = self._configuration
        else:
            self._coverage.stop()
            os.environ.pop(_FOR_SUBPROCESSES, None)


def is_measured(node: str) -> bool:
    """Say whether a test's coverage is measured."""
    return not node.startswith(UNMEASURED)


def pytest_configure(config: pytest.Config) -> None:
    """Do nothing where coverage is not measured."""
    running = Coverage.current()
    if running:
        config.pluginmanager.register(Pauses(running))
