"""Places freed while so many wait, in turns at events on one table in memory:
`python -m benchmarks.waitlist_growth WAITING …`.

Says what settling each line took in each turn, and that alone: seconds of processor, calls, and units read and
written.
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
    client = in_memory.use_memory_table()
    events = [_publish_full(int(each)) for each in waiting]
    used = _count_calls(client)
    gc.freeze()  # what the table holds is elsewhere in AWS: nobody looks through it for garbage
    took = [[_measure_freed(event, turn, used) for event in events] for turn in range(TURNS)]
    print(json.dumps(took))  # noqa: T201 - what the measuring process reads


def _publish_full(waiting: int) -> Event:
    """An event for which so many wait."""
    event = publish(builders.event(f"with-{waiting}", allotments=[builders.allotment("place", 1)]))
    registering.register(event, _applicant(event, 0), "0", clock.now())
    _fill_waitlist(event, waiting)
    assert store.read_places(event.id).waiting_people == {"place": waiting}
    return event


def _measure_freed(event: Event, turn: int, used: Counter[str]) -> dict[str, float]:
    """What it took, after so many other turns."""
    capacity = 1 + (turn + 1) * FREED
    programme_flows.set_capacity(event.id, "place", capacity, clock.now(), confirmed=False)
    used.clear()
    began = time.process_time()
    moving_up.settle(event.id, clock.now())
    took = {"processor": time.process_time() - began, **used}
    assert store.read_places(event.id).taken == {"place": capacity}
    return took


def _fill_waitlist(event: Event, waiting: int) -> None:
    """So many, written as registering would have, but for the counters, which are written once, and for the
    registrations of those whose turn does not come: one by one that takes minutes."""
    places, joined_at = store.read_places(event.id), ""
    for number in range(1, waiting + 1):
        wanted = registering.build_registration(event, _applicant(event, number), str(number), clock.now())
        joined_at = rules.compute_joining_time(replace(places, last_joined=joined_at), clock.now())
        entry = build_waiting_entry(lines.build_rank(joined_at), {wanted.id: wanted.needs})
        table.write(updates.build_entry_put(event.id, entry))
        if number <= TURNS * FREED:
            table.write(
                updates.build_new_registration(registering.build_waiting(wanted, entry, places, joined_at))
            )
    standing = {"lines": {lines.PLACE: waiting}, "length": waiting, "last": joined_at}
    overwrite_counters(
        event, "SET #lines = :lines, line_length = :length, last_joined = :last, rested = freed", **standing
    )


def _applicant(event: Event, number: int) -> Applicant:
    who = builders.attendee("Anna", "Hansen", email=f"anna-{number}@example.org")
    return Applicant(build_registration_id(event.id, who.email), who)


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
