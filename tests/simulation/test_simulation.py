"""Worlds, each from its seed."""

import os
import sys
from collections import Counter
from collections.abc import Iterable

import pytest

from tests.simulation.faults import KINDS
from tests.simulation.promises import check_commits, check_drained
from tests.simulation.world import World, lived_in

pytestmark = pytest.mark.usefixtures("memory")

#: Three hundred, or as many as are asked for; or the one that is to be looked at again.
AGAIN = os.environ.get("SEED", "")
SEEDS: Iterable[int] = [int(AGAIN)] if AGAIN else range(int(os.environ.get("SEEDS") or "300"))


def live(seed: int) -> World:
    """The world of that seed; where something does not hold, its story is told."""
    world = World(seed)
    with lived_in(world):
        try:
            world.live()
            check_drained(world)
            world.tick_and_drain()
            check_drained(world)
            check_commits(world)
        except BaseException as error:
            error.add_note("\n".join([f"The story of seed {seed}:", *world.story]))
            raise
    return world


def test_what_was_promised_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever goes wrong on the way, and each kind of fault does."""
    struck: Counter[str] = Counter()
    for seed in SEEDS:
        world = live(seed)
        struck += world.faults.struck
    with capsys.disabled():  # whoever lives through many worlds, or one again, wants to know
        sys.stdout.write("\n".join(["", *(world.story if AGAIN else ()), f"{dict(struck)}\n"]))
    assert AGAIN or struck.keys() == {*KINDS}


def test_the_same_seed_tells_the_same_story() -> None:
    """Line by line, and so does the table's stream; another seed tells another."""
    first, again, other = live(1), live(1), live(2)
    assert first.story == again.story != other.story
    assert first.aws.table.stream == again.aws.table.stream
