"""The local AWS as a process: what it keeps, and how it ends."""

import os
import signal
from collections.abc import Iterator
from importlib import metadata
from itertools import product
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import pytest

from infra.local import aws, stack
from infra.local.data_folder import DataFolder
from infra.local.emulator import PATCHED_MINISTACK_VERSION, _patch_ministack_performance
from infra.local.options import CannotStart
from tests.local.watched import eventually


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    with patch.dict(os.environ), patch.object(boto3, "DEFAULT_SESSION", None):  # it keeps who asked first
        folder = DataFolder.open(tmp_path)
        yield folder
        folder.close()


def _start(folder: DataFolder) -> tuple[aws.Emulator, stack.Stack]:
    emulator = aws.Emulator(folder)
    address = emulator.wait_until_ready()
    aws.point_clients_at(address, address)
    return emulator, stack.ensure(folder)


def test_one_stopped_before_anything_was_made_leaves_a_folder_to_begin_with(folder: DataFolder) -> None:
    """As with Ctrl-C while everything is being started: what it saved holds nothing, so nothing is damaged."""
    stopped = aws.Emulator(folder)
    stopped.wait_until_ready()
    stopped.stop()
    assert (folder.aws / "dynamodb.json").exists()
    assert folder.consume_clean_shutdown_marker()

    again, made = _start(folder)

    assert boto3.client("dynamodb").scan(TableName=made.table_name)["Count"] == 0
    again.stop()


def test_what_was_written_outlives_a_kill(folder: DataFolder) -> None:
    """It saves soon after each change.

    A message in flight is visible again at once, rather than minutes later; a delayed one stays delayed.
    """
    emulator, made = _start(folder)
    sqs: Any = boto3.client("sqs")
    url = made.queue_urls["FeedbackQueue"]
    sqs.send_message(QueueUrl=url, MessageBody="in flight")
    sqs.receive_message(QueueUrl=url)
    sqs.send_message(QueueUrl=url, MessageBody="delayed", DelaySeconds=60)
    boto3.client("s3").put_object(Bucket=made.bucket_name, Key="a.csv", Body=b"kept")
    table: Any = boto3.client("dynamodb")
    table.put_item(TableName=made.table_name, Item={"PK": {"S": "kept"}, "SK": {"S": "b"}})
    eventually(lambda: '"kept"' in _text(folder.aws / "dynamodb.json"))
    eventually(lambda: '"delayed"' in _text(folder.aws / "sqs.json"))
    os.kill(emulator._process.pid, signal.SIGKILL)
    emulator.stop()
    assert emulator.has_ended

    again, same = _start(folder)

    assert (same.table_name, same.stream_arn) == (made.table_name, made.stream_arn)
    assert boto3.client("dynamodb").scan(TableName=made.table_name)["Count"] == 1
    assert boto3.client("s3").get_object(Bucket=made.bucket_name, Key="a.csv")["Body"].read() == b"kept"
    url = same.queue_urls["FeedbackQueue"]
    received = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in received] == ["in flight"]
    again.stop()


def test_what_is_not_to_be_kept_is_not_saved(folder: DataFolder) -> None:
    """Neither while it runs nor at its end."""
    folder.is_persistent = False
    emulator, made = _start(folder)
    boto3.client("dynamodb").put_item(TableName=made.table_name, Item={"PK": {"S": "a"}, "SK": {"S": "b"}})
    emulator.stop()
    assert list(folder.aws.iterdir()) == []


def test_state_that_cannot_be_taken_up_is_refused(folder: DataFolder) -> None:
    """Rather than beginning with nothing and writing that over it."""
    file = folder.aws / "dynamodb.json"
    file.write_text('{"__ministack_format__": 2, "payload": "text"}')
    emulator = aws.Emulator(folder)

    with pytest.raises(CannotStart, match=r"is damaged \(aws cannot be read\)"):
        emulator.wait_until_ready()

    emulator.stop()
    assert file.read_text() == '{"__ministack_format__": 2, "payload": "text"}'


def test_the_patch_fits_the_installed_ministack() -> None:
    """After an upgrade, see that the next test passes and that queries are as fast, and set the version."""
    assert metadata.version("ministack") == PATCHED_MINISTACK_VERSION


def _query(condition: str, first: str, last: str | None = None, **options: Any) -> dict[str, Any]:
    bounds = {":first": {"S": first}} | ({":last": {"S": last}} if last else {})
    values = {":pk": {"S": "EVENT#a"}, **bounds, **options.pop("values", {})}
    return {
        "TableName": "patched",
        "KeyConditionExpression": f"PK = :pk AND {condition}",
        "ExpressionAttributeValues": values,
        **options,
    }


_FILTER: dict[str, Any] = {"FilterExpression": "age = :age", "values": {":age": {"N": "1"}}}


@pytest.mark.parametrize(
    "request_",
    [
        _query("begins_with(SK, :first)", "B#"),
        _query("begins_with(SK, :first)", "B#", ScanIndexForward=False, Limit=2),
        _query("begins_with(SK, :first)", "B#", **_FILTER),
        _query("SK BETWEEN :first AND :last", "A#2", "B#1"),
        _query("SK BETWEEN :first AND :last", "B#0", "B#9", Select="COUNT"),
        _query("SK = :first", "B#1"),
    ],
)
def test_a_patched_query_returns_what_an_unpatched_one_does(
    monkeypatch: pytest.MonkeyPatch, request_: dict[str, Any]
) -> None:
    """By prefix, by range, filtered, backwards and page by page; other conditions are left to ministack."""
    from ministack.services import dynamodb

    monkeypatch.setattr(dynamodb, "_query", dynamodb._query)  # put back at the end
    _fill(dynamodb)
    expected = dynamodb._query(request_)
    _patch_ministack_performance()
    assert dynamodb._query(request_) == expected
    assert expected[0] == 200
    dynamodb._delete_table({"TableName": "patched"})


def _fill(dynamodb: Any) -> None:
    names = (("PK", "HASH"), ("SK", "RANGE"))
    dynamodb._create_table(
        {
            "TableName": "patched",
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name, _ in names],
            "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in names],
            "BillingMode": "PAY_PER_REQUEST",
        }
    )
    for partition, kind, number in product("ab", "ABC", range(4)):
        item = {"PK": {"S": f"EVENT#{partition}"}, "SK": {"S": f"{kind}#{number}"}, "age": {"N": str(number % 2)}}
        dynamodb._put_item({"TableName": "patched", "Item": item})


def _text(file: Path) -> str:
    return file.read_text() if file.exists() else ""
