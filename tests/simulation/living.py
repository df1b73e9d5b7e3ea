"""Run a world from its seed to the end, and check it when nothing is left to be done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from testing import account
from testing.process import clear_caches
from tests.simulation import victims
from tests.simulation.promises import check_commits, check_drained, check_offers_ended
from tests.simulation.quarrels import quarrel
from tests.simulation.slips import SlippingOrganisers
from tests.simulation.world import World, install_world


def run_world(seed: int) -> World:
    """Run the world of that seed, and return it.

    If an invariant does not hold, the error's notes tell the world's story.
    """
    world = World(seed)
    with install_world(world):
        try:
            world.run()
            quarrel(world)
            check_drained(world)
            victims.begin_anew(world)
            world.tick_and_drain()
            check_drained(world, is_last=True)
            check_offers_ended(world)
            check_commits(world)
            SlippingOrganisers(world).run()
        except BaseException as error:
            error.add_note("\n".join([f"The story of seed {seed}:", *world.story]))
            raise
    return world


@contextmanager
def use_test_settings() -> Iterator[Any]:
    """Set the functions' settings, where no test does."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in (account.ENVIRONMENT | account.build_settings()).items():
            environment.setenv(name, value)
        clear_caches()
        yield environment
    clear_caches()
