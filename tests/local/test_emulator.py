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
from tests.local.watched import eventually


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    with patch.dict(os.environ):
        folder = DataFolder.open(tmp_path)
        yield folder
        folder.close()


def _start(folder: DataFolder) -> tuple[aws.Emulator, stack.Stack]:
    emulator = aws.Emulator(folder)
    address = emulator.wait_until_ready()
    aws.reach(address, address)
    return emulator, stack.make(folder)


def test_what_was_written_outlives_a_kill(folder: DataFolder) -> None:
    """It saves soon after each change, so even a sudden end loses next to nothing."""
    emulator, made = _start(folder)
    boto3.client("s3").put_object(Bucket=made.bucket_name, Key="a.csv", Body=b"kept")
    table: Any = boto3.client("dynamodb")
    table.put_item(TableName=made.table_name, Item={"PK": {"S": "kept"}, "SK": {"S": "b"}})
    eventually(lambda: '"kept"' in _text(folder.aws / "dynamodb.json"))
    os.kill(emulator._process.pid, signal.SIGKILL)
    emulator.stop()
    assert emulator.ended

    again, same = _start(folder)

    assert (same.table_name, same.stream_arn) == (made.table_name, made.stream_arn)
    assert boto3.client("dynamodb").scan(TableName=made.table_name)["Count"] == 1
    assert boto3.client("s3").get_object(Bucket=made.bucket_name, Key="a.csv")["Body"].read() == b"kept"
    again.stop()


def test_messages_that_nobody_works_on_any_more_are_there_again(folder: DataFolder) -> None:
    """A run that ended in the middle of a batch would otherwise hold it back for minutes; delays are kept."""
    emulator, made = _start(folder)
    sqs: Any = boto3.client("sqs")
    url = made.queue_urls["ManifestQueue"]
    sqs.send_message(QueueUrl=url, MessageBody="in flight")
    sqs.receive_message(QueueUrl=url)
    sqs.send_message(QueueUrl=url, MessageBody="delayed", DelaySeconds=60)
    emulator.stop()

    again, same = _start(folder)

    answer = boto3.client("sqs").receive_message(QueueUrl=same.queue_urls["ManifestQueue"], MaxNumberOfMessages=10)
    assert [message["Body"] for message in answer["Messages"]] == ["in flight"]
    again.stop()


def _text(file: Path) -> str:
    return file.read_text() if file.exists() else ""
