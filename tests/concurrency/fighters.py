"""Run people who all want the same places at once, from several processes with several threads each."""

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
from testing.registration_links import participant
from testing.world import build_registration_id

PROCESSES, THREADS = 4, 4
TRIES = 50

Step = tuple[str, str, int]  # register or cancel, the event, the person's number


def fight(steps: list[Step], environment: dict[str, str]) -> list[str]:
    """Do all steps, shared out over the processes, and return the outcome of each, in their order."""
    context = get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, context, initializer=_join_in, initargs=(environment, sys.path)) as pool:
        shares = [steps[start::PROCESSES] for start in range(PROCESSES)]
        outcomes = list(pool.map(_all_at_once, shares))
    outcome = [""] * len(steps)
    for start, share in enumerate(outcomes):
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
    action, event_id, number = step
    act = _register if action == "register" else _cancel
    return _until_not_busy(lambda: act(event_id, number))


def _until_not_busy(act: Callable[[], str]) -> str:
    """Call it again while it answers that it is too busy, as a client does after a 503."""
    for _ in range(TRIES):
        try:
            return act()
        except TooBusy:
            time.sleep(0.05)
    raise TooBusy


def _register(event_id: str, number: int) -> str:
    event = programme_store.read_cached(event_id)
    attendee = builders.attendee(f"P{number}", "Hansen", email=f"p{number}@example.org")
    applicant = Applicant(build_registration_id(event_id, attendee.email), attendee)
    return registering.register(event, applicant, f"key-{number}", clock.now()).status


def _cancel(event_id: str, number: int) -> str:
    registration_id = build_registration_id(event_id, f"p{number}@example.org")
    return flows.cancel(participant(event_id, registration_id), clock.now()).status
