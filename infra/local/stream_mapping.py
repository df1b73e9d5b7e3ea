"""The table's stream and the function that reads it, as Lambda's event source mapping does it."""

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
_PAUSE = 0.1  # seconds between looks at a stream that was read to its end: Lambda looks four times a second
_MAX_PAUSES = 10  # of them at most, where nothing that runs here can have written
_FIRST_BACKOFF, _MAX_BACKOFF = 0.1, 2.0
_LOST_ITERATOR_CODES = {"ExpiredIteratorException", "TrimmedDataAccessException"}


class StreamMapping(Poller):
    """Gives the stream's records to the function, in order; goes on only when a record is done.

    A record that fails five times is left behind: its position goes to the dead-letter queue. With
    `catch_up`, every item of the table is given first, as if it had just been written: unread
    records do not outlive the local AWS.
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
        """Whether every record that is in the stream now has been worked off."""
        if self._is_catching_up:
            return False
        try:
            return not self._streams.get_records(ShardIterator=self._iterator, Limit=1)["Records"]
        except (BotoCoreError, ClientError):
            return False  # the next round opens the stream anew

    def poll(self) -> None:
        if self._is_catching_up:
            self._catch_up()
        rested = self._functions.work.snapshot_if_idle()
        records, following = self._read_records()
        if self._process_records(records):
            # Only now: whoever asks whether all is done looks from here.
            self._iterator = following
        if len(records) < self._batch_size:
            self._pause_while_idle(rested)

    def _pause_while_idle(self, idle_snapshot: int | None) -> None:
        """A pause; further ones as long as nothing has run since before the last look."""
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
        answer = self._streams.get_shard_iterator(
            StreamArn=self._stack.stream_arn, ShardId=self._shard_id, **position
        )
        return str(answer["ShardIterator"])

    def _read_records(self) -> tuple[list[Any], str]:
        try:
            answer = self._streams.get_records(ShardIterator=self._iterator, Limit=self._batch_size)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _LOST_ITERATOR_CODES:
                raise
            self._iterator = self._open_iterator()  # the machine slept
            return [], self._iterator
        return answer["Records"], answer["NextShardIterator"]

    def _process_records(self, records: list[Any]) -> bool:
        """Give the records until all are done or left behind; False when told to stop before that."""
        size, attempts = len(records), 0
        while records and not self.stopping.is_set():
            done = self._deliver(records[:size])
            if done < min(size, len(records)):
                size = 1  # find out which record it is
                attempts = 1 if done else attempts + 1
                self.stopping.wait(min(_MAX_BACKOFF, _FIRST_BACKOFF * 2 ** (attempts - 1)))
            else:
                attempts = 0
            if attempts == MAX_ATTEMPTS:
                self._dead_letter(records[0])
                done, attempts = 1, 0
            records = self._advance_past(done, records)
        return not records

    def _advance_past(self, done: int, records: list[Any]) -> list[Any]:
        if done:
            self._last_sequence_number = (
                records[done - 1]["dynamodb"].get("SequenceNumber") or self._last_sequence_number
            )
        return records[done:]

    def _deliver(self, records: list[Any]) -> int:
        """How many of the records are done, counted from the first."""
        numbers = [record["dynamodb"].get("SequenceNumber") or str(place) for place, record in enumerate(records)]
        event = {"Records": [self._build_record(record, at) for record, at in zip(records, numbers, strict=True)]}
        try:
            failed = read_failed_ids(self._functions.invoke(self._function, event))
        except FunctionFailed:
            return 0
        if failed is None or not failed <= set(numbers):
            return 0
        return min((numbers.index(number) for number in failed), default=len(records))

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
    """The item as the record of its being written."""
    keys = {name: item[name] for name in ("PK", "SK")}
    change = {"Keys": keys, "NewImage": item, "SizeBytes": 0, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    return {"eventID": uuid.uuid4().hex, "eventName": "INSERT", "dynamodb": change}


def _encode_bytes(value: bytes) -> str:
    """The bytes that boto3 has unpacked, as a function is given them."""
    return base64.b64encode(value).decode()
