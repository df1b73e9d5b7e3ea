"""Worlds, each from its seed."""

from collections import Counter

import pytest

from testing.faulty_aws.faults import KINDS
from tests.simulation.living import run_world

pytestmark = pytest.mark.usefixtures("memory")

SEEDS = range(300)


def test_what_was_promised_is_kept() -> None:
    """In every world, with every kind of fault among them."""
    injected: Counter[str] = Counter()
    for seed in SEEDS:
        injected += run_world(seed).faults.injected
    assert injected.keys() == {*KINDS}


def test_the_same_seed_tells_the_same_story() -> None:
    """Line by line, and so does the table's stream; another seed tells another."""
    first, again, other = run_world(1), run_world(1), run_world(2)
    assert first.story == again.story != other.story
    assert first.aws.table.stream == again.aws.table.stream
