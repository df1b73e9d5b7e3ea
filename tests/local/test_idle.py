"""Whether everything has been worked off."""

import threading
import time
from typing import Any

import boto3
import pytest

from infra.local.functions import Functions, WorkCounter
from infra.local.idle import IdleCheck
from infra.local.mappings import Mappings
from infra.local.queue_mapping import QueueMapping
from infra.local.stack import Stack
from infra.local.stream_mapping import StreamMapping
from tests.local.watched import Watched, eventually


@pytest.fixture
def nothing_runs(made: Stack, work: WorkCounter) -> IdleCheck:
    """The idle check of a stack without pollers."""
    return IdleCheck(work, Mappings((), (), ()), made)


def _send(made: Stack, logical_id: str, body: str, **more: Any) -> None:
    if "Manifest" not in logical_id:
        more |= {"MessageGroupId": "g", "MessageDeduplicationId": body}
    boto3.client("sqs").send_message(QueueUrl=made.queue_urls[logical_id], MessageBody=body, **more)


def test_nothing_to_do_is_idle_at_once(nothing_runs: IdleCheck) -> None:
    """A few looks at the queues, no waiting."""
    began = time.monotonic()

    assert nothing_runs.wait_until_idle(5) == []

    assert time.monotonic() - began < 0.5


def test_a_message_is_work_wherever_it_is(nothing_runs: IdleCheck, made: Stack) -> None:
    """Visible, received but not deleted, or delayed."""
    _send(made, "MailQueue", "visible")
    _send(made, "WaitlistQueue", "in flight")
    boto3.client("sqs").receive_message(QueueUrl=made.queue_urls["WaitlistQueue"])
    _send(made, "FeedbackQueue", "delayed", DelaySeconds=60)

    left = nothing_runs.wait_until_idle(0.1)

    assert sorted(left) == [
        "FeedbackQueue holds messages",
        "MailQueue holds messages",
        "WaitlistQueue holds messages",
    ]


def test_dead_letters_are_not_work(nothing_runs: IdleCheck, made: Stack) -> None:
    """They wait for a person."""
    _send(made, "MailDeadLetters", "dead")

    assert nothing_runs.wait_until_idle(1) == []


def test_a_running_function_is_work(nothing_runs: IdleCheck, work: WorkCounter) -> None:
    """Whatever it may still write."""
    with work.track():
        assert nothing_runs.list_pending() == ["a function is running"]

    assert nothing_runs.list_pending() == []


def test_only_at_rest_is_it_known_how_much_had_begun() -> None:
    """What runs may still write, what has begun since may have written."""
    work = WorkCounter()
    assert work.snapshot_if_idle() == 0
    with work.track():
        assert work.snapshot_if_idle() is None
    assert work.snapshot_if_idle() == 1


def test_is_never_idle_before_a_burst_has_gone_all_the_way(made: Stack, work: WorkCounter) -> None:
    """Stream to queue to table to stream again: whenever idle is answered, everything written has arrived."""
    table: Any = boto3.client("dynamodb")
    sqs: Any = boto3.client("sqs")
    arrived: list[str] = []

    def relay(event: Any, _context: Any) -> None:
        for record in event["Records"]:
            name = record["dynamodb"]["Keys"]["SK"]["S"]
            time.sleep(0.001)
            if not name.startswith("again"):
                sqs.send_message(QueueUrl=made.queue_urls["FeedbackQueue"], MessageBody=name)
            else:
                arrived.append(name)

    def write_again(event: Any, _context: Any) -> None:
        for record in event["Records"]:
            _put(table, made, f"again {record['body']}")

    functions = Functions({"relay": relay, "write_again": write_again}, work)
    stream = StreamMapping(
        functions, "relay", made, batch_size=10, dead_letters_url=made.queue_urls["RelayDeadLetters"]
    )
    queue = QueueMapping(functions, "write_again", made.queue_urls["FeedbackQueue"], 10)
    mappings = Mappings((queue,), (stream,), ())
    idle = IdleCheck(work, mappings, made)
    mappings.start()

    for burst in range(1, 6):
        for n in range(8):
            _put(table, made, f"{burst} {n}")
        assert idle.wait_until_idle(10) == []
        assert len(arrived) == 8 * burst

    assert mappings.stop(5)


def _put(table: Any, made: Stack, name: str) -> None:
    table.put_item(TableName=made.table_name, Item={"PK": {"S": "EVENT#e"}, "SK": {"S": name}})


def test_a_failed_message_is_work_until_it_is_worked_off(made: Stack, work: WorkCounter, watched: Watched) -> None:
    """It is invisible between two attempts, not gone."""
    failed = threading.Event()

    def fail(_event: Any) -> None:
        failed.set()
        raise RuntimeError("not now")

    watched.answer = fail
    _send(made, "FeedbackQueue", "one")
    queue = QueueMapping(watched, "watched", made.queue_urls["FeedbackQueue"], 10)
    watched.start(queue)
    idle = IdleCheck(work, Mappings((queue,), (), ()), made)

    assert failed.wait(5)
    eventually(lambda: not work.running_count)
    assert idle.wait_until_idle(0.2) == ["FeedbackQueue holds messages"]
