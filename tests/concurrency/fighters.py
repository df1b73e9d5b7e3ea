"""People who all want the same places at once, from several processes with several threads each."""

import os
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime
from multiprocessing import get_context

from chalicelib import clock
from chalicelib.problems import TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.registration import flows, registering
from chalicelib.registration.registering import Applicant
from testing import builders
from testing.process import NOW
from testing.world import build_registration_id

PROCESSES, THREADS = 4, 4
TRIES = 50

Step = tuple[str, str, int]  # register or cancel, the event, the person's number


def fight(steps: list[Step], environment: dict[str, str]) -> list[str]:
    """Do all steps, shared out over the processes; what became of each, in their order."""
    context = get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, context, initializer=_join_in, initargs=(environment, sys.path)) as pool:
        shares = [steps[start::PROCESSES] for start in range(PROCESSES)]
        done = list(pool.map(_all_at_once, shares))
    outcome = [""] * len(steps)
    for start, share in enumerate(done):
        outcome[start::PROCESSES] = share
    return outcome


def _join_in(environment: dict[str, str], path: list[str]) -> None:
    os.environ.update(environment)
    sys.path[:] = path
    clock.start_at(datetime.fromisoformat(NOW))


def _all_at_once(steps: Iterable[Step]) -> list[str]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(_do, steps))


def _do(step: Step) -> str:
    what, event_id, number = step
    act = _register if what == "register" else _cancel
    return _until_not_busy(lambda: act(event_id, number))


def _until_not_busy(act: Callable[[], str]) -> str:
    """An honest 503 is answered by coming back."""
    for _ in range(TRIES):
        try:
            return act()
        except TooBusy:
            time.sleep(0.05)
    raise TooBusy


def _register(event_id: str, number: int) -> str:
    event = programme_store.read_cached(event_id)
    who = builders.attendee(f"P{number}", "Hansen", email=f"p{number}@example.org")
    applicant = Applicant(build_registration_id(event_id, who.email), who)
    return registering.register(event, applicant, f"key-{number}", clock.now()).status


def _cancel(event_id: str, number: int) -> str:
    return flows.cancel(
        event_id, build_registration_id(event_id, f"p{number}@example.org"), "participant", clock.now()
    ).status
