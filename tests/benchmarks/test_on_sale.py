"""The simulated burst keeps to what is known of DynamoDB."""

import random
from typing import Any

import pytest
import simpy

from benchmarks.on_sale import burst
from benchmarks.on_sale.designs import DESIGNS
from benchmarks.on_sale.dynamodb import Conflict, DynamoDB, Throttled

BY_NAME = {design.name: design for design in DESIGNS}


@pytest.fixture
def environment() -> simpy.Environment:
    return simpy.Environment()


def database(environment: simpy.Environment) -> DynamoDB:
    return DynamoDB(environment, random.Random(1), 0.01)


def outcomes(environment: simpy.Environment, *calls: Any) -> list[str]:
    """What becomes of calls that begin at once."""
    became = []

    def one(call: Any) -> Any:
        try:
            yield from call
        except (Conflict, Throttled) as problem:
            became.append(type(problem).__name__)
        else:
            became.append("written")

    for each in calls:
        environment.process(one(each))
    environment.run()
    return sorted(became)


def test_one_transaction_at_a_time_writes_an_item(environment: simpy.Environment) -> None:
    """Of two that begin together, one is refused; one that writes something else is not."""
    table = database(environment)
    calls = [table.transact([name], {}) for name in ("places", "places", "others")]
    assert outcomes(environment, *calls) == ["Conflict", "written", "written"]


def test_a_partition_has_a_thousand_units_a_second(environment: simpy.Environment) -> None:
    """What goes beyond is throttled, and another partition is not touched by that."""
    table = database(environment)
    calls = [table.write({"event": 600}), table.write({"event": 600}), table.write({"other": 600})]
    assert outcomes(environment, *calls) == ["Throttled", "written", "written"]


@pytest.mark.parametrize("name", BY_NAME)
def test_everybody_has_an_answer(name: str) -> None:
    """Each caller was answered or told to come back, and none is counted twice."""
    came = burst.run(BY_NAME[name], rate=400, median=0.01)
    assert len(came.durations) + came.refused == pytest.approx(400 * burst.SECONDS, rel=0.1)


def test_a_seed_repeats_itself() -> None:
    """The same burst comes out the same."""
    first, second = (burst.run(BY_NAME["today"], rate=200, median=0.01) for _ in range(2))
    assert (first.durations, first.refused) == (second.durations, second.refused)
