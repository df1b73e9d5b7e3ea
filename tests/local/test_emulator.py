"""The local AWS as a process: what it keeps, and how it ends."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import pytest

from infra.local import aws, stack
from infra.local.data_folder import DataFolder
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
    """It saves soon after each change. A message that was being worked on is there again at once, rather than
    minutes later; a delayed one stays delayed."""
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


def _text(file: Path) -> str:
    return file.read_text() if file.exists() else ""
