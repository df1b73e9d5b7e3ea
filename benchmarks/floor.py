"""The floor: the same server and the same two-item transaction with boto3, and nothing else.

`python -m benchmarks.floor` answers every POST by counting one place and writing one registration, as large as a
real one, without a rule, a check or a mail.
"""

import json
import os
import signal
import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count
from typing import Any

import boto3
from botocore.config import Config

from benchmarks import counting
from benchmarks.local_aws import local_aws
from chalicelib.registration import registering, updates
from chalicelib.registration.counters import Counters
from chalicelib.registration.registering import Applicant
from infra.local.server import HttpRequest, HttpResponse, Server
from testing import builders
from testing.world import build_registration_id, publish

EVENT = builders.event("floor", allotments=[builders.allotment("place", 100_000)])


def main() -> None:
    """Serve until the process is ended."""
    if "COUNTED" in os.environ:
        counting.start_counting()
    with ExitStack() as closing:
        closing.enter_context(local_aws())
        publish(EVENT)
        server = Server(int(os.environ["PORT"]))
        server.serve(_handler(_build_writes()))
        closing.callback(server.stop)
        asked_to_stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: asked_to_stop.set())
        print("Ready", flush=True)  # noqa: T201 - the process that started it waits for that
        asked_to_stop.wait()


def _build_writes() -> list[Any]:
    """Build the writes of a real registration."""
    attendee = builders.attendee("Anna", "Hansen")
    applicant = Applicant(build_registration_id(EVENT.id, attendee.email), attendee)
    draft = registering.build_registration(EVENT, applicant, "request", datetime.now(UTC))
    counters = Counters(EVENT.id)
    counters.take(dict.fromkeys(draft.needs, 1))
    counters.require_none_overtaken()
    put = updates.build_new_registration(registering.build_confirmed(draft, datetime.now(UTC)))
    return [counters.build_update().as_request(), put.as_request()]


def _handler(request: list[Any]) -> Any:
    counter, registration = request
    dynamodb: Any = boto3.client("dynamodb", config=Config(max_pool_connections=32))
    numbers = count()

    def respond(call: HttpRequest) -> HttpResponse:
        if call.method != "POST":
            return HttpResponse(404)
        person = json.loads(call.body)
        key = {"PK": registration["Update"]["Key"]["PK"], "SK": {"S": f"REG#{next(numbers):032x}"}}
        another = {"Update": registration["Update"] | {"Key": key}}
        dynamodb.transact_write_items(TransactItems=[counter, another])
        answer = json.dumps({"registration": {"email": person["email"]}}).encode()
        return HttpResponse(201, answer, {"Content-Type": "application/json"})

    return respond


if __name__ == "__main__":
    main()
