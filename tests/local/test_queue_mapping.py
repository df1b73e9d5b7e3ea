"""A queue's messages and the function that works them off."""

from typing import Any

import boto3

from infra.local.queue_mapping import QueueMapping
from infra.local.stack import Stack
from tests.local.watched import Watched, eventually


def _visible_again_after(seconds: int, made: Stack, logical_id: str) -> str:
    """The queue's address; what failed comes again after that time."""
    url = made.queue_urls[logical_id]
    boto3.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})
    return url


def _send(url: str, *bodies: str, group: str | None = None) -> None:
    sqs: Any = boto3.client("sqs")
    for body in bodies:
        fifo = {"MessageGroupId": group, "MessageDeduplicationId": body} if group else {}
        sqs.send_message(QueueUrl=url, MessageBody=body, **fifo)


def _left(url: str) -> int:
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(count) for count in found.values())


def _bodies(watched: Watched) -> list[str]:
    return [record["body"] for record in watched.records]


def test_messages_come_in_batches_and_are_deleted(made: Stack, watched: Watched) -> None:
    """As many as the function asks for, also more than SQS gives in one call."""
    url = made.queue_urls["FeedbackQueue"]
    _send(url, *(str(n) for n in range(23)))

    watched.start(QueueMapping(watched, "watched", url, batch_size=20))

    eventually(lambda: _left(url) == 0)
    assert [len(event["Records"]) for event in watched.events] == [20, 3]
    assert sorted(_bodies(watched), key=int) == [str(n) for n in range(23)]


def test_a_record_has_lambdas_shape(made: Stack, watched: Watched) -> None:
    """What the batch processor and the handlers read is there, spelt as Lambda spells it."""
    url = made.queue_urls["MailQueue"]
    boto3.client("sqs").send_message(
        QueueUrl=url,
        MessageBody="hello",
        MessageGroupId="g",
        MessageDeduplicationId="d",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "greeting"}},
    )

    watched.start(QueueMapping(watched, "watched", url, batch_size=10))

    record = eventually(lambda: watched.records)[0]
    assert {name: record[name] for name in record if name not in ("messageId", "receiptHandle", "attributes")} == {
        "body": "hello",
        "messageAttributes": {
            "kind": {
                "stringValue": "greeting",
                "dataType": "String",
                "stringListValues": [],
                "binaryListValues": [],
            }
        },
        "md5OfBody": "5d41402abc4b2a76b9719d911017c592",  # pragma: allowlist secret - the MD5 of “hello”
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:000000000001:MailQueue.fifo",
        "awsRegion": "eu-west-1",
    }
    counted = {name: record["attributes"][name] for name in ("ApproximateReceiveCount", "MessageGroupId")}
    assert counted == {"ApproximateReceiveCount": "1", "MessageGroupId": "g"}
    context = watched.contexts[0]
    assert context.function_name == "watched"
    assert context.invoked_function_arn == "arn:aws:lambda:eu-west-1:000000000001:function:watched"
    assert 0 < context.get_remaining_time_in_millis() <= 60_000


def test_what_the_function_reports_as_failed_comes_again(made: Stack, watched: Watched) -> None:
    """The others of the batch are deleted."""
    url = _visible_again_after(1, made, "FeedbackQueue")
    _send(url, "good", "bad")

    def fail_bad_once(event: Any) -> Any:
        bad = [record["messageId"] for record in event["Records"] if record["body"] == "bad"]
        failed = bad if len(watched.events) == 1 else []
        return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}

    watched.answer = fail_bad_once
    watched.start(QueueMapping(watched, "watched", url, batch_size=2))

    eventually(lambda: _left(url) == 0)
    assert _bodies(watched) == ["good", "bad", "bad"]


def test_a_report_that_names_no_message_counts_for_all(made: Stack, watched: Watched) -> None:
    """Lambda then takes the whole batch as failed."""
    url = _visible_again_after(0, made, "FeedbackQueue")
    _send(url, "one")
    reports = [{"batchItemFailures": [{"itemIdentifier": ""}]}]
    watched.answer = lambda _event: reports.pop() if reports else None

    watched.start(QueueMapping(watched, "watched", url, batch_size=1))

    eventually(lambda: not reports and _left(url) == 0)
    assert _bodies(watched) == ["one", "one"]


def test_a_message_that_keeps_failing_becomes_a_dead_letter(made: Stack, watched: Watched, capsys: Any) -> None:
    """After as many receipts as the template says; each failure is reported with its cause."""
    url = _visible_again_after(0, made, "WaitlistQueue")
    _send(url, "poison", group="g")

    def fail(_event: Any) -> Any:
        raise RuntimeError("this message is poison")

    watched.answer = fail
    watched.start(QueueMapping(watched, "watched", url, batch_size=1))

    eventually(lambda: _left(made.queue_urls["WaitlistDeadLetters"]) == 1)
    counts = [record["attributes"]["ApproximateReceiveCount"] for record in watched.records]
    assert counts == ["1", "2", "3", "4", "5"]
    assert _left(url) == 0
    assert capsys.readouterr().err.count("RuntimeError: this message is poison") == 5


def test_a_failed_message_holds_back_its_group_alone(made: Stack, watched: Watched) -> None:
    """On a FIFO queue the next of the same group waits for it; other groups go on."""
    url = _visible_again_after(1, made, "MailQueue")
    _send(url, "a1", group="a")

    def fail_once(_event: Any) -> Any:
        if len(watched.events) == 1:
            _send(url, "a2", group="a")
            _send(url, "b1", group="b")
            raise RuntimeError("not now")

    watched.answer = fail_once
    watched.start(QueueMapping(watched, "watched", url, batch_size=1))

    eventually(lambda: _left(url) == 0)
    assert _bodies(watched) == ["a1", "b1", "a1", "a2"]
