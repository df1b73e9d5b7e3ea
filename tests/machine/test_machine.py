"""Any steps in any order, with messages late, repeated or lost, keep the invariants of the waitlist."""

import os
from collections.abc import Callable
from datetime import datetime
from functools import cache
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from chalicelib import clock
from chalicelib.aws import table
from chalicelib.programme import store as programme_store
from testing.dynamodb.client import create_client
from testing.dynamodb.schema import load_schema
from testing.process import NOW
from tests.machine.organisers import Organisers
from tests.machine.people import People
from tests.machine.workers import Workers

STEPS_EACH = 50


class AllRules(People, Organisers, Workers):
    """The rules of participants, organisers and workers together."""


def run(begin: Callable[[], int], steps: int) -> None:
    """Run the state machine for so many steps; each run of it begins with `begin`."""
    machine = type("Anything", (AllRules,), {"begin": staticmethod(begin)})
    thorough = settings(
        max_examples=steps // STEPS_EACH,
        stateful_step_count=STEPS_EACH,
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=thorough)


@pytest.mark.usefixtures("backend", "ticking")
def test_on_the_local_backend() -> None:
    """Two thousand steps."""
    runs = count()

    def begin() -> int:
        clock.start_at(datetime.fromisoformat(NOW))
        return next(runs)

    run(begin, 2000)


@pytest.mark.usefixtures("memory", "ticking")
def test_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some thousand steps, or as many as are asked for."""

    def begin() -> int:
        client = create_client(load_schema())
        monkeypatch.setattr(table, "client", cache(lambda: client))
        programme_store.clear_cache()
        clock.start_at(datetime.fromisoformat(NOW))
        return 0

    run(begin, int(os.environ.get("STEPS", "4000")))
