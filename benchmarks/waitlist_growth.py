"""Places freed while so many wait, on a table in memory: `python -m benchmarks.waitlist_growth WAITING`.

Says what it took: seconds of processor, calls, and units read and written, of settling the line alone.
"""

import json
import sys
import time
from collections import Counter
from typing import Any

from benchmarks import in_memory
from chalicelib import clock
from chalicelib.programme import flows as programme_flows
from chalicelib.programme.model import Event
from chalicelib.registration import moving_up, registering, store
from chalicelib.registration.registering import Applicant
from tests import builders
from tests.memory.capacity import told
from tests.memory.client import Client
from tests.registration.world import publish, rid

FREED = 200


def main(waiting: int) -> None:
    client = in_memory.begin()
    event = publish(builders.event(allotments=[builders.allotment("place", 1)]))
    for number in range(waiting + 1):
        _register(event, number)
    programme_flows.set_capacity(event.id, "place", FREED + 1, clock.now(), confirmed=False)
    used = _count(client)
    began = time.process_time()
    moving_up.settle(event.id, clock.now())
    took = time.process_time() - began
    assert store.places(event.id).taken == {"place": FREED + 1}
    print(json.dumps({"processor": took, **used}))  # noqa: T201 - what the measuring process reads


def _register(event: Event, number: int) -> None:
    who = builders.attendee("Anna", "Hansen", email=f"anna-{number}@example.org")
    registering.register(event, Applicant(rid(event.id, who.email), who), str(number), clock.now())


def _count(client: Client) -> Counter[str]:
    used: Counter[str] = Counter()

    def ask(_operation: str, request: dict[str, Any]) -> None:
        request["ReturnConsumedCapacity"] = "TOTAL"

    def note(operation: str, _request: dict[str, Any], answer: dict[str, Any]) -> None:
        used["calls"] += 1
        used["read" if operation in ("Query", "GetItem", "BatchGetItem") else "written"] += told(answer)

    client.before, client.after = ask, note
    return used


if __name__ == "__main__":
    main(int(sys.argv[1]))
