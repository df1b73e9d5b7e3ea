"""What an app has registered, wired to the stack."""

import threading
from typing import Any

import boto3
import pytest
from chalice import Chalice, Rate

from infra.local import mappings, queue_mapping
from infra.local.functions import WorkCounter
from infra.local.stack import Stack
from tests.local.watched import eventually


def _app(seen: list[str], goes_on: threading.Event) -> Chalice:
    app = Chalice(app_name="small")

    @app.on_dynamodb_record(stream_arn="arn:aws:dynamodb:eu-west-1:0:table/x/stream/y", name="relay")
    def relay(_record: Any) -> None:
        seen.append("relay")
        goes_on.wait(10)

    @app.on_sqs_message(queue="FeedbackQueue", batch_size=5, name="manifest")
    def manifest(_event: Any) -> None:
        seen.append("manifest")

    @app.schedule(Rate(5, unit=Rate.MINUTES), name="clock")
    def tick(_event: Any) -> None:
        seen.append("clock")

    return app


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_mapping, "_WAIT_SECONDS", 0)


def _write(made: Stack) -> None:
    boto3.client("dynamodb").put_item(TableName=made.table_name, Item={"PK": {"S": "a"}, "SK": {"S": "b"}})


def test_each_function_gets_what_it_is_registered_for(made: Stack, work: WorkCounter) -> None:
    """Queues by their logical id in the template, the table's stream, the schedule."""
    seen: list[str] = []
    goes_on = threading.Event()
    goes_on.set()
    mapped = mappings.build(_app(seen, goes_on), made, work, catch_up=False)
    mapped.start()

    _write(made)
    boto3.client("sqs").send_message(QueueUrl=made.queue_urls["FeedbackQueue"], MessageBody="one")

    eventually(lambda: sorted(seen) == ["clock", "manifest", "relay"])
    assert mapped.stop(5)
    assert mapped.has_drained_streams()


def test_a_stop_says_when_something_was_left_untold(made: Stack, work: WorkCounter) -> None:
    """A function that hangs does not hold up the end, and the next run is to catch up."""
    seen: list[str] = []
    goes_on = threading.Event()
    mapped = mappings.build(_app(seen, goes_on), made, work, catch_up=False)
    mapped.start()
    _write(made)
    eventually(lambda: "relay" in seen)

    assert not mapped.stop(0.2)

    goes_on.set()
    assert mapped.streams[0].wait_until_ended(5)
