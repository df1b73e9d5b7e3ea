"""The event source mapping of the table's stream: it invokes the function with records, as Lambda does."""

import base64
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import clock
from infra.local.aws import REGION
from infra.local.functions import FunctionFailed, Functions, build_function_arn, read_failed_ids
from infra.local.poller import Poller
from infra.local.stack import Stack

MAX_ATTEMPTS = 5
_PAUSE = 0.1  # seconds between looks at the end of a stream: Lambda looks four times a second
_MAX_PAUSES = 10  # at most, while nothing that runs here can have written
_FIRST_BACKOFF, _MAX_BACKOFF = 0.1, 2.0
_LOST_ITERATOR_CODES = {"ExpiredIteratorException", "TrimmedDataAccessException"}


class StreamMapping(Poller):
    """Gives the stream's records to the function, in order, and advances only when a record is done.

    A record that fails five times is skipped: its position goes to the dead-letter queue. With `catch_up`, every
    item of the table is given first, as if it had just been written, because the local AWS loses unread records
    when it ends.
    """

    def __init__(
        self,
        functions: Functions,
        function: str,
        stack: Stack,
        *,
        batch_size: int,
        dead_letters_url: str,
        catch_up: bool = False,
    ) -> None:
        super().__init__(function)
        self._functions, self._function = functions, function
        self._stack, self._batch_size, self._dead_letters_url = stack, batch_size, dead_letters_url
        self._streams: Any = boto3.client("dynamodbstreams")
        self._table: Any = boto3.client("dynamodb")
        self._sqs: Any = boto3.client("sqs")
        self._is_catching_up = catch_up
        self._last_sequence_number: str | None = None
        described = self._streams.describe_stream(StreamArn=stack.stream_arn)["StreamDescription"]
        self._shard_id: str = described["Shards"][0]["ShardId"]
        self._iterator = self._open_iterator()

    def is_drained(self) -> bool:
        """Return True if every record that is in the stream now is done."""
        if self._is_catching_up:
            return False
        try:
            return not self._streams.get_records(ShardIterator=self._iterator, Limit=1)["Records"]
        except (BotoCoreError, ClientError):
            return False  # the next round opens the stream anew

    def poll(self) -> None:
        """Read one batch and let the function handle it; pause at the end of the stream."""
        if self._is_catching_up:
            self._catch_up()
        idle_snapshot = self._functions.work.snapshot_if_idle()
        records, next_iterator = self._read_records()
        if self._process_records(records):
            # Only now, because `is_drained` looks from here.
            self._iterator = next_iterator
        if len(records) < self._batch_size:
            self._pause_while_idle(idle_snapshot)

    def _pause_while_idle(self, idle_snapshot: int | None) -> None:
        """Pause, and go on pausing as long as nothing has run since before the last look."""
        for _ in range(_MAX_PAUSES):
            if (
                self.stopping.wait(_PAUSE)
                or idle_snapshot is None
                or self._functions.work.snapshot_if_idle() != idle_snapshot
            ):
                return

    def _catch_up(self) -> None:
        items = self._scan_items()
        while batch := list(islice(items, self._batch_size)):
            if not self._process_records([_build_insert_record(item) for item in batch]):
                return
        self._is_catching_up = False

    def _scan_items(self) -> Iterator[Any]:
        pages = self._table.get_paginator("scan")
        for page in pages.paginate(TableName=self._stack.table_name, ConsistentRead=True):
            yield from page["Items"]

    def _open_iterator(self) -> str:
        position = (
            {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._last_sequence_number}
            if self._last_sequence_number
            else {"ShardIteratorType": "TRIM_HORIZON"}
        )
        response = self._streams.get_shard_iterator(
            StreamArn=self._stack.stream_arn, ShardId=self._shard_id, **position
        )
        return str(response["ShardIterator"])

    def _read_records(self) -> tuple[list[Any], str]:
        try:
            response = self._streams.get_records(ShardIterator=self._iterator, Limit=self._batch_size)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _LOST_ITERATOR_CODES:
                raise
            self._iterator = self._open_iterator()  # the machine was asleep
            return [], self._iterator
        return response["Records"], response["NextShardIterator"]

    def _process_records(self, records: list[Any]) -> bool:
        """Deliver the records until all are done or dead letters; return False if asked to stop before."""
        size, attempts = len(records), 0
        while records and not self.stopping.is_set():
            done_count = self._deliver(records[:size])
            if done_count < min(size, len(records)):
                size = 1  # find the record that fails
                attempts = 1 if done_count else attempts + 1
                self.stopping.wait(min(_MAX_BACKOFF, _FIRST_BACKOFF * 2 ** (attempts - 1)))
            else:
                attempts = 0
            if attempts == MAX_ATTEMPTS:
                self._dead_letter(records[0])
                done_count, attempts = 1, 0
            records = self._advance_past(done_count, records)
        return not records

    def _advance_past(self, done: int, records: list[Any]) -> list[Any]:
        if done:
            self._last_sequence_number = (
                records[done - 1]["dynamodb"].get("SequenceNumber") or self._last_sequence_number
            )
        return records[done:]

    def _deliver(self, records: list[Any]) -> int:
        """Deliver the records; return how many are done, counted from the first."""
        sequence_numbers = [
            record["dynamodb"].get("SequenceNumber") or str(index) for index, record in enumerate(records)
        ]
        event = {
            "Records": [
                self._build_record(record, sequence_number)
                for record, sequence_number in zip(records, sequence_numbers, strict=True)
            ]
        }
        try:
            failed_ids = read_failed_ids(self._functions.invoke(self._function, event))
        except FunctionFailed:
            return 0
        if failed_ids is None or not failed_ids <= set(sequence_numbers):
            return 0
        return min((sequence_numbers.index(failed_number) for failed_number in failed_ids), default=len(records))

    def _build_record(self, record: Any, number: str) -> dict[str, Any]:
        now = int(clock.now().timestamp())
        change = {**record["dynamodb"], "SequenceNumber": number, "ApproximateCreationDateTime": now}
        return {
            "eventID": record["eventID"],
            "eventName": record["eventName"],
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": json.loads(json.dumps(change, default=_encode_bytes)),
            "eventSourceARN": self._stack.stream_arn,
        }

    def _dead_letter(self, record: Any) -> None:
        """Send the record's position to the dead-letter queue."""
        change = record["dynamodb"]
        number = change.get("SequenceNumber") or json.dumps(change["Keys"])
        letter = {
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "functionArn": build_function_arn(self._function),
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": MAX_ATTEMPTS,
            },
            "version": "1.0",
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "DDBStreamBatchInfo": {
                "shardId": self._shard_id,
                "startSequenceNumber": number,
                "endSequenceNumber": number,
                "batchSize": 1,
                "streamArn": self._stack.stream_arn,
            },
        }
        self._sqs.send_message(QueueUrl=self._dead_letters_url, MessageBody=json.dumps(letter))


def _build_insert_record(item: Any) -> dict[str, Any]:
    """Build the record of the item's insertion."""
    keys = {name: item[name] for name in ("PK", "SK")}
    change = {"Keys": keys, "NewImage": item, "SizeBytes": 0, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    return {"eventID": uuid.uuid4().hex, "eventName": "INSERT", "dynamodb": change}


def _encode_bytes(value: bytes) -> str:
    """Encode bytes that boto3 has unpacked as base64, as Lambda gives them to functions."""
    return base64.b64encode(value).decode()
