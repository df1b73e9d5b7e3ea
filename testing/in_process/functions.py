"""Call the functions as AWS does, one after the other, and count what each call uses up."""

import io
import json
import logging
import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from itertools import count
from typing import Any

from app import app
from chalicelib import clock
from chalicelib.aws import queues, table
from chalicelib.mail.delivery import sender
from chalicelib.programme import store as programme_store
from chalicelib.workers import clock as worker_clock
from chalicelib.workers import feedback, mail, manifest, reconciler, relay, waitlist
from testing import account
from testing.batches import TICK
from testing.dynamodb.client import create_client
from testing.dynamodb.schema import load_schema
from testing.in_process.aws import InProcessAws
from testing.process import clear_caches

REGISTER = "/events/{event_id}/registrations"
CANCEL = "/registrations/{token}/cancellation"
FIFO = ("mail", "waitlist", "rounds")
_WORKERS: dict[str, Callable[[Any, Any], Any]] = {
    "mail": mail.mail,
    "waitlist": waitlist.waitlist,
    "feedback": feedback.feedback,
    "manifest": manifest.manifest,
}
_SCHEDULED: dict[str, Callable[[Any, Any], Any]] = {
    "clock": worker_clock.tick,
    "reconciler": reconciler.reconcile,
}
_RELAYED_PREFIXES = ("REG#", "LINK#", "MANIFEST#", "ROUND#", "EVENT", "PLACES", "SIGNIN")  # the template's filter


class InProcessFunctions:
    """The functions in this process, with their usage since it was last cleared.

    `usage` has the counts and `milliseconds` the processor time, both by function; `log_lines` has what they
    logged.
    """

    def __init__(self, wire: InProcessAws) -> None:
        self.usage: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.milliseconds: defaultdict[str, float] = defaultdict(float)
        self.log_lines: list[str] = []
        self.wire = wire
        self._read_position = 0
        self._callers = count()

    def request(self, method: str, route: str, body: Any = None, **parameters: str) -> Any:
        """Make one call over HTTP, and return the document of its response."""
        answer = self.send_request(method, route, json.dumps(body or {}), **parameters)
        assert answer["statusCode"] in (200, 201), answer
        return json.loads(answer["body"])

    def send_request(self, method: str, route: str, body: str, **parameters: str) -> Any:
        """Make one call over HTTP from a network of its own, and return the gateway's whole response."""
        event = build_gateway_event(method, route, body, **parameters)
        event["requestContext"]["identity"] = {"sourceIp": f"2001:db8:0:{next(self._callers):x}::1"}
        with self._invocation("api_handler"):
            answer = app(event, None)
        self.usage["api_handler"]["http_requests"] += 1
        self.usage["api_handler"]["answer_bytes"] += len(answer["body"].encode())
        return answer

    def drain(self) -> None:
        """Relay the stream and deliver the messages, until nothing is left to do."""
        while self._read_position < len(self.wire.table.stream) or any(self.wire.queues.values()):
            self.relay()
            for name in _WORKERS:
                self._process_queue(name)

    def relay(self) -> None:
        """Relay the new records of the stream to the queues."""
        records, self._read_position = self.wire.table.stream[self._read_position :], len(self.wire.table.stream)
        relayed = [each for each in records if each["dynamodb"]["Keys"]["SK"]["S"].startswith(_RELAYED_PREFIXES)]
        if relayed:
            self.usage["relay"]["stream_reads"] += 1
            with self._invocation("relay"):
                relay.relay({"Records": relayed}, None)

    def run_scheduled(self, name: str) -> None:
        """Run a scheduled function once."""
        with self._invocation(name):
            _SCHEDULED[name](TICK, None)

    def _process_queue(self, name: str) -> None:
        entries = self.wire.queues.pop(name, [])
        if not entries:
            return
        assert self.deliver(name, *entries) == {"batchItemFailures": []}
        requests = "fifo_queue_requests" if name in FIFO else "queue_requests"
        self.usage[name][requests] += 2  # received, and deleted

    def deliver(self, name: str, *entries: dict[str, Any]) -> Any:
        """Deliver messages with these entries to a worker, and return its response."""
        with self._invocation(name):
            return _WORKERS[name]({"Records": [_build_message(each) for each in entries]}, None)

    @contextmanager
    def _invocation(self, name: str) -> Iterator[None]:
        """Invoke the function as warm, after some time without a call."""
        programme_store.clear_cache()
        self.wire.usage.clear()
        output, answering = io.StringIO(), self.wire.answering_seconds
        started_at = time.process_time()
        try:
            with redirect_stdout(output), capture_log(output):
                yield
        finally:
            self.log_lines += output.getvalue().splitlines()
            spent = time.process_time() - started_at - (self.wire.answering_seconds - answering)
            self.milliseconds[name] += 1000 * spent
            self.usage[name]["invocations"] += 1
            self.usage[name]["log_bytes"] += len(output.getvalue().encode())
            self.usage[name] += self.wire.usage


@contextmanager
def capture_log(log_stream: io.StringIO) -> Iterator[None]:
    """Copy the functions' log to the stream."""
    handlers = [each for each in logging.getLogger("tilmelding").handlers if hasattr(each, "setStream")]
    before = [handler.setStream(log_stream) for handler in handlers]
    try:
        yield
    finally:
        for handler, stream in zip(handlers, before, strict=True):
            handler.setStream(stream)


@contextmanager
def run_in_process() -> Iterator[InProcessFunctions]:
    """Run the functions in this process, with an empty account."""
    before = dict(os.environ)
    os.environ.update(account.ENVIRONMENT | account.build_settings())
    clear_caches()
    wire = InProcessAws(create_client(load_schema(), clock.now))
    wire.connect(table.client(), queues.client(), sender.client())
    try:
        yield InProcessFunctions(wire)
    finally:
        os.environ.clear()
        os.environ.update(before)
        clear_caches()


def build_gateway_event(method: str, route: str, body: str, **parameters: str) -> dict[str, Any]:
    """Build the gateway's event of a call that sends and accepts JSON."""
    return {
        "requestContext": {"httpMethod": method, "resourcePath": route, "identity": {"sourceIp": "192.0.2.1"}},
        "headers": {"content-type": "application/json", "accept": "application/json"},
        "multiValueQueryStringParameters": None,
        "pathParameters": parameters,
        "stageVariables": None,
        "body": body,
        "isBase64Encoded": False,
    }


def _build_message(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "messageId": entry["Id"],
        "receiptHandle": entry["Id"],
        "body": entry["MessageBody"],
        "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": entry.get("MessageGroupId", "")},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:queue",
        "awsRegion": "eu-west-1",
    }
