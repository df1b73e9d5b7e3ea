"""The table's stream and the function that reads it."""

import json
from typing import Any

import boto3

from infra.local import stream_mapping
from infra.local.stack import Stack
from infra.local.stream_mapping import StreamMapping
from tests.local.watched import Watched, eventually


def _put(made: Stack, *names: str) -> None:
    table = boto3.client("dynamodb")
    for name in names:
        table.put_item(
            TableName=made.table_name, Item={"PK": {"S": "EVENT#e"}, "SK": {"S": name}, "B": {"B": b"\x00"}}
        )


def _start(made: Stack, watched: Watched, *, batch_size: int = 100, catch_up: bool = False) -> StreamMapping:
    dead_letters = made.queue_urls["RelayDeadLetters"]
    mapping = StreamMapping(
        watched, "watched", made, batch_size=batch_size, dead_letters_url=dead_letters, catch_up=catch_up
    )
    watched.start(mapping)
    return mapping


def _names(watched: Watched) -> list[str]:
    return [_name(record) for record in watched.records]


def _name(record: Any) -> str:
    return str(record["dynamodb"]["Keys"]["SK"]["S"])


def test_records_come_in_order_and_in_batches(made: Stack, watched: Watched) -> None:
    """Also those written before the mapping reads."""
    wanted = [f"{n:02}" for n in range(7)]
    _put(made, *wanted[:5])

    mapping = _start(made, watched, batch_size=3)
    eventually(mapping.is_drained)
    _put(made, *wanted[5:])
    eventually(mapping.is_drained)

    assert _names(watched) == wanted
    assert max(len(event["Records"]) for event in watched.events) == 3


def test_a_record_has_lambdas_shape(made: Stack, watched: Watched) -> None:
    """Images in DynamoDB's JSON, bytes as base64, time as a number."""
    _put(made, "a")

    eventually(_start(made, watched).is_drained)

    [record] = watched.records
    item = {"PK": {"S": "EVENT#e"}, "SK": {"S": "a"}, "B": {"B": "AA=="}}
    change = record["dynamodb"]
    assert {name: record[name] for name in ("eventName", "eventSource", "eventSourceARN")} == {
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "eventSourceARN": made.stream_arn,
    }
    assert change["NewImage"] == item
    assert "OldImage" not in change
    assert isinstance(change["ApproximateCreationDateTime"], int)


def test_from_a_reported_record_on_everything_comes_again(made: Stack, watched: Watched) -> None:
    """What stands before it is done, and the order is kept."""
    _put(made, "a", "b", "c")

    def fail_on_b_once(event: Any) -> Any:
        if len(watched.events) == 1:
            return {"batchItemFailures": [{"itemIdentifier": event["Records"][1]["dynamodb"]["SequenceNumber"]}]}
        return {"batchItemFailures": []}

    watched.answer = fail_on_b_once
    eventually(_start(made, watched).is_drained)

    assert _names(watched) == ["a", "b", "c", "b", "c"]


def test_a_record_that_keeps_failing_is_left_behind(made: Stack, watched: Watched, monkeypatch: Any) -> None:
    """After five attempts its position is a dead letter, and those after it are told."""
    monkeypatch.setattr(stream_mapping, "_FIRST_BACKOFF", 0.001)
    _put(made, "a", "poison", "c")

    def fail_on_poison(event: Any) -> Any:
        if any(_name(record) == "poison" for record in event["Records"]):
            raise RuntimeError("cannot be read")

    watched.answer = fail_on_poison
    eventually(_start(made, watched).is_drained)

    alone = [_name(event["Records"][0]) for event in watched.events if len(event["Records"]) == 1]
    assert alone == ["a", *["poison"] * 5, "c"]
    poison = next(record for record in watched.records if _name(record) == "poison")
    [letter] = boto3.client("sqs").receive_message(QueueUrl=made.queue_urls["RelayDeadLetters"])["Messages"]
    position = json.loads(letter["Body"])["DDBStreamBatchInfo"]
    assert position["startSequenceNumber"] == poison["dynamodb"]["SequenceNumber"]
    assert position["streamArn"] == made.stream_arn


def test_is_not_drained_before_the_function_is_done(made: Stack, watched: Watched) -> None:
    """A record that was read but not worked off still counts."""
    seen: list[bool] = []
    watched.answer = lambda _event: seen.append(mapping.is_drained())
    mapping = _start(made, watched)

    _put(made, "a")

    eventually(lambda: seen)
    eventually(mapping.is_drained)
    assert seen == [False]


def test_catching_up_gives_what_the_table_holds_first(made: Stack, watched: Watched) -> None:
    """Each item as one that was just written, for the stream's own records may be lost."""
    _put(made, "a", "b", "c")

    mapping = _start(made, watched, batch_size=2, catch_up=True)
    eventually(mapping.is_drained)

    told = [
        (_name(record), record["eventName"], "OldImage" in record["dynamodb"]) for record in watched.records[:3]
    ]
    assert told == [("a", "INSERT", False), ("b", "INSERT", False), ("c", "INSERT", False)]
    assert _names(watched)[3:] == ["a", "b", "c"]


def test_a_lost_iterator_goes_on_after_what_was_done(made: Stack, watched: Watched) -> None:
    """An iterator lasts fifteen minutes; a machine that slept longer reads on where it was."""
    mapping = _start(made, watched)
    _put(made, "a")
    eventually(mapping.is_drained)
    eventually(lambda: _names(watched) == ["a"])

    mapping._iterator = _expired(mapping._iterator)
    _put(made, "b")
    eventually(lambda: "b" in _names(watched))

    assert _names(watched) == ["a", "b"]


def _expired(iterator: str) -> str:
    from base64 import urlsafe_b64decode, urlsafe_b64encode

    token = json.loads(urlsafe_b64decode(iterator))
    return urlsafe_b64encode(json.dumps(token | {"i": 0}).encode()).decode()
