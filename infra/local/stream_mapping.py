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
from infra.local.functions import FunctionFailed, Functions, arn, failed_ids
from infra.local.poller import Poller
from infra.local.stack import Stack

ATTEMPTS = 5
_PAUSE = 0.1  # seconds between looks at a stream that was read to its end: Lambda looks four times a second
_PAUSES = 10  # of them at most, where nothing that runs here can have written
_FIRST_RETRY, _LONGEST_RETRY = 0.1, 2.0
_LOST_ITERATOR = {"ExpiredIteratorException", "TrimmedDataAccessException"}


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
        dead_letters: str,
        catch_up: bool = False,
    ) -> None:
        super().__init__(function)
        self._functions, self._function = functions, function
        self._stack, self._batch_size, self._dead_letters = stack, batch_size, dead_letters
        self._streams: Any = boto3.client("dynamodbstreams")
        self._table: Any = boto3.client("dynamodb")
        self._sqs: Any = boto3.client("sqs")
        self._catching_up = catch_up
        self._last_done: str | None = None
        described = self._streams.describe_stream(StreamArn=stack.stream_arn)["StreamDescription"]
        self._shard_id: str = described["Shards"][0]["ShardId"]
        self._iterator = self._open()

    def is_drained(self) -> bool:
        """Whether every record that is in the stream now has been worked off."""
        if self._catching_up:
            return False
        try:
            return not self._streams.get_records(ShardIterator=self._iterator, Limit=1)["Records"]
        except (BotoCoreError, ClientError):
            return False  # the next round opens the stream anew

    def poll(self) -> None:
        if self._catching_up:
            self._catch_up()
        rested = self._functions.work.at_rest()
        records, following = self._read()
        if self._work_off(records):
            # Only now: whoever asks whether all is done looks from here.
            self._iterator = following
        if len(records) < self._batch_size:
            self._rest(rested)

    def _rest(self, rested: int | None) -> None:
        """A pause; further ones as long as nothing has run since before the last look."""
        for _ in range(_PAUSES):
            if self.stopping.wait(_PAUSE) or rested is None or self._functions.work.at_rest() != rested:
                return

    def _catch_up(self) -> None:
        items = self._items()
        while batch := list(islice(items, self._batch_size)):
            if not self._work_off([_as_written(item) for item in batch]):
                return
        self._catching_up = False

    def _items(self) -> Iterator[Any]:
        pages = self._table.get_paginator("scan")
        for page in pages.paginate(TableName=self._stack.table_name, ConsistentRead=True):
            yield from page["Items"]

    def _open(self) -> str:
        position = (
            {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._last_done}
            if self._last_done
            else {"ShardIteratorType": "TRIM_HORIZON"}
        )
        answer = self._streams.get_shard_iterator(
            StreamArn=self._stack.stream_arn, ShardId=self._shard_id, **position
        )
        return str(answer["ShardIterator"])

    def _read(self) -> tuple[list[Any], str]:
        try:
            answer = self._streams.get_records(ShardIterator=self._iterator, Limit=self._batch_size)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _LOST_ITERATOR:
                raise
            self._iterator = self._open()  # the machine slept
            return [], self._iterator
        return answer["Records"], answer["NextShardIterator"]

    def _work_off(self, records: list[Any]) -> bool:
        """Give the records until all are done or left behind; False when told to stop before that."""
        size, attempts = len(records), 0
        while records and not self.stopping.is_set():
            done = self._give(records[:size])
            if done < min(size, len(records)):
                size = 1  # find out which record it is
                attempts = 1 if done else attempts + 1
                self.stopping.wait(min(_LONGEST_RETRY, _FIRST_RETRY * 2 ** (attempts - 1)))
            else:
                attempts = 0
            if attempts == ATTEMPTS:
                self._leave_behind(records[0])
                done, attempts = 1, 0
            records = self._without(done, records)
        return not records

    def _without(self, done: int, records: list[Any]) -> list[Any]:
        if done:
            self._last_done = records[done - 1]["dynamodb"].get("SequenceNumber") or self._last_done
        return records[done:]

    def _give(self, records: list[Any]) -> int:
        """How many of the records are done, counted from the first."""
        numbers = [record["dynamodb"].get("SequenceNumber") or str(place) for place, record in enumerate(records)]
        event = {"Records": [self._record(record, at) for record, at in zip(records, numbers, strict=True)]}
        try:
            failed = failed_ids(self._functions.invoke(self._function, event))
        except FunctionFailed:
            return 0
        if failed is None or not failed <= set(numbers):
            return 0
        return min((numbers.index(number) for number in failed), default=len(records))

    def _record(self, record: Any, number: str) -> dict[str, Any]:
        now = int(clock.now().timestamp())
        change = {**record["dynamodb"], "SequenceNumber": number, "ApproximateCreationDateTime": now}
        return {
            "eventID": record["eventID"],
            "eventName": record["eventName"],
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": json.loads(json.dumps(change, default=_as_json)),
            "eventSourceARN": self._stack.stream_arn,
        }

    def _leave_behind(self, record: Any) -> None:
        change = record["dynamodb"]
        number = change.get("SequenceNumber") or json.dumps(change["Keys"])
        letter = {
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "functionArn": arn(self._function),
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": ATTEMPTS,
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
        self._sqs.send_message(QueueUrl=self._dead_letters, MessageBody=json.dumps(letter))


def _as_written(item: Any) -> dict[str, Any]:
    """The item as the record of its being written."""
    keys = {name: item[name] for name in ("PK", "SK")}
    change = {"Keys": keys, "NewImage": item, "SizeBytes": 0, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    return {"eventID": uuid.uuid4().hex, "eventName": "INSERT", "dynamodb": change}


def _as_json(value: bytes) -> str:
    """The bytes that boto3 has unpacked, as a function is given them."""
    return base64.b64encode(value).decode()
