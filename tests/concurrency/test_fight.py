"""Sixteen at a time fight for six hundred places."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from chalicelib import clock
from chalicelib.programme.model import Event
from chalicelib.registration import moving_up, store
from chalicelib.registration.model import Registration
from testing import builders
from testing.world import build_registration_id, check_counters, publish, register
from tests.concurrency.fighters import Step, fight

PLACES = 600


def settle(event: Event) -> None:
    """Settle the waitlist of the event."""
    moving_up.settle(event.id, clock.now())


def joined_and_served(each: Registration) -> tuple[str, str]:
    """Return when the registration joined the line, and when it got its place, or an empty text."""
    served = [entry["at"] for entry in each.history if entry["fact"] in ("confirmed", "promoted")]
    return each.rank, served[-1] if served else ""


def test_six_hundred_places_two_thousand_people(backend: dict[str, str]) -> None:
    """Exactly 600 get in, no registration is lost and none overtaken.

    Then 200 cancel while 200 newcomers come, and the line gets what they gave back.
    """
    event = publish(builders.event("fight", allotments=[builders.allotment("place", PLACES)]))
    outcome = fight([("register", event.id, number) for number in range(2000)], backend)
    assert Counter(outcome) == {"confirmed": PLACES, "waiting": 1400}
    check_counters(event.id)

    confirmed = [number for number, status in enumerate(outcome) if status == "confirmed"]
    steps: list[Step] = [("cancel", event.id, number) for number in confirmed[:200]]
    steps += [("register", event.id, number) for number in range(2000, 2200)]
    random.Random(1).shuffle(steps)
    fight(steps, backend)
    settle(event)

    registrations = {each.id: each for each in store.list_registrations(event.id)}
    statuses = Counter(each.status for each in registrations.values())
    assert statuses == {"confirmed": PLACES, "waiting": 1400, "cancelled": 200}
    check_counters(event.id)
    assert len(registrations) == 2200
    _check_order_of_line([each for each in registrations.values() if each.status != "cancelled"])
    newcomers = [
        registrations[build_registration_id(event.id, f"p{number}@example.org")] for number in range(2000, 2200)
    ]
    assert {each.status for each in newcomers} == {"waiting"}


def _check_order_of_line(people: list[Registration]) -> None:
    """Check that the first of the line were served and the last wait: no gap, no exception."""
    line = sorted((each for each in people if each.rank), key=lambda each: each.rank)
    served = [each.status == "confirmed" for each in line]
    assert served == sorted(served, reverse=True)


def test_a_rush_at_a_full_event_joins_its_line(backend: dict[str, str]) -> None:  # noqa: ARG001 - the local AWS
    """Sixteen at a time join its line, at the first try."""
    event = publish(builders.event("full", allotments=[builders.allotment("place", 0)]))
    with ThreadPoolExecutor(16) as threads:
        joined = list(threads.map(lambda number: register(event, f"P{number}"), range(160)))
    assert {each.status for each in joined} == {"waiting"}
    assert len({each.rank for each in joined}) == len(joined)
    check_counters(event.id)
