"""Free places while so many wait, in turns at events on one table in memory.

`python -m benchmarks.waitlist_growth WAITING …` prints for each turn only the cost of settling each line: seconds
of processor, calls, and units read and written.
"""

import gc
import json
import sys
import time
from collections import Counter
from dataclasses import replace
from typing import Any

from benchmarks import in_memory
from chalicelib import clock
from chalicelib.aws import table
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import lines
from chalicelib.programme.model import Event
from chalicelib.registration import moving_up, registering, rules, store, updates
from chalicelib.registration.model import build_waiting_entry
from chalicelib.registration.registering import Applicant
from testing import builders
from testing.dynamodb.capacity import sum_consumed_units
from testing.dynamodb.client import Client
from testing.world import build_registration_id, overwrite_counters, publish

FREED = 200
TURNS = 3


def main(*waiting: str) -> None:
    """Measure each number of waiting people in turns, and print the results."""
    client = in_memory.use_memory_table()
    events = [_publish_full(int(each)) for each in waiting]
    used = _count_calls(client)
    gc.freeze()  # in AWS the table is elsewhere, so the garbage collector must not look through it
    costs = [[_measure_freed(event, turn, used) for event in events] for turn in range(TURNS)]
    print(json.dumps(costs))  # noqa: T201 - what the measuring process reads


def _publish_full(waiting: int) -> Event:
    """Publish a full event for which so many wait."""
    event = publish(builders.event(f"with-{waiting}", allotments=[builders.allotment("place", 1)]))
    registering.register(event, _applicant(event, 0), "0", clock.now())
    _fill_waitlist(event, waiting)
    assert store.read_places(event.id).waiting_people == {"place": waiting}
    return event


def _measure_freed(event: Event, turn: int, used: Counter[str]) -> dict[str, float]:
    """Measure one turn, after so many others."""
    capacity = 1 + (turn + 1) * FREED
    programme_flows.set_capacity(event.id, "place", capacity, clock.now(), confirmed=False)
    used.clear()
    started_at = time.process_time()
    moving_up.settle(event.id, clock.now())
    cost = {"processor": time.process_time() - started_at, **used}
    assert store.read_places(event.id).taken == {"place": capacity}
    return cost


def _fill_waitlist(event: Event, waiting: int) -> None:
    """Write the waiting registrations as registering would, but faster: one by one takes minutes.

    The counters are written once, and registrations whose turn does not come are left out.
    """
    places, joined_at = store.read_places(event.id), ""
    for number in range(1, waiting + 1):
        draft = registering.build_registration(event, _applicant(event, number), str(number), clock.now())
        joined_at = rules.compute_joining_time(replace(places, last_joined=joined_at), clock.now())
        entry = build_waiting_entry(lines.build_rank(joined_at), {draft.id: draft.needs})
        table.write(updates.build_entry_put(event.id, entry))
        if number <= TURNS * FREED:
            table.write(updates.build_new_registration(registering.build_waiting(draft, entry, places, joined_at)))
    standing = {"lines": {lines.PLACE: waiting}, "length": waiting, "last": joined_at}
    overwrite_counters(
        event, "SET #lines = :lines, line_length = :length, last_joined = :last, rested = freed", **standing
    )


def _applicant(event: Event, number: int) -> Applicant:
    attendee = builders.attendee("Anna", "Hansen", email=f"anna-{number}@example.org")
    return Applicant(build_registration_id(event.id, attendee.email), attendee)


def _count_calls(client: Client) -> Counter[str]:
    used: Counter[str] = Counter()

    def ask(_operation: str, request: dict[str, Any]) -> None:
        request["ReturnConsumedCapacity"] = "TOTAL"

    def note(operation: str, _request: dict[str, Any], answer: dict[str, Any]) -> None:
        used["calls"] += 1
        used["read" if operation in ("Query", "GetItem", "BatchGetItem") else "written"] += sum_consumed_units(
            answer
        )

    client.before, client.after = ask, note
    return used


if __name__ == "__main__":
    main(*sys.argv[1:])
