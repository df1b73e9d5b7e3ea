"""The one DynamoDB table: reads, queries page by page, and conditional writes with retry and backoff."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.aws import write_log
from chalicelib.aws.items import Item, Put, Update, Write, decode_item, encode_item
from chalicelib.aws.key_grammar import MAX_KEY_BYTES, Key, event_partition, key_condition
from chalicelib.aws.keys import DUE_INDEX, DUE_SHARDS
from chalicelib.aws.retry import LostRace
from chalicelib.problems import TooBusy
from chalicelib.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_ATTEMPTS = 10
_MAX_COUNTED = 2000  #: items, fewer than one page of DynamoDB holds, so that giving up is cheap
_BASE_BACKOFF, _MAX_BACKOFF = 0.02, 0.4  # seconds
_CONTENTION_CODES = {
    "TransactionConflict",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
    "TransactionInProgressException",
    "TransactionConflictException",
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
}


class ConditionFailed(LostRace):
    """A condition did not hold, so nothing was written.

    `current_items` has the items behind it, by the index of their write.
    """

    def __init__(self, current_items: Mapping[int, Item]) -> None:
        super().__init__(f"conditions refused: {sorted(current_items)}")
        self.current_items = dict(current_items)


@cache
def client() -> "DynamoDBClient":
    """Return the DynamoDB client, made on first use; short timeouts, because a person is waiting."""
    return boto3.client(
        "dynamodb",
        config=Config(
            connect_timeout=2,
            read_timeout=5,
            retries={"mode": "standard", "total_max_attempts": 4},
            max_pool_connections=32,
            tcp_keepalive=True,
            # Validating takes a quarter of a call. mypy checks the types, and DynamoDB validates every request.
            parameter_validation=False,
        ),
    )


def transact(*writes: Write) -> None:
    """Write all or nothing.

    Raises ConditionFailed where a condition does not hold, and TooBusy, with nothing written, when contention on
    the same items lasts through all attempts.
    """
    request: Any = [write.as_request() for write in writes]
    for _ in _attempts():
        try:
            client().transact_write_items(TransactItems=request)
        except ClientError as error:
            _raise_unless_contention(error)
        else:
            write_log.record(writes)
            return
    raise TooBusy


def write(operation: Update | Put) -> None:
    """Write one item on its condition, for half the write units of a transaction; raises as `transact` does."""
    request = next(iter(operation.as_request().values()))
    call: Any = client().put_item if isinstance(operation, Put) else client().update_item
    for _ in _attempts():
        try:
            call(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                current: Any = error.response.get("Item")
                raise ConditionFailed({0: decode_item(current or {})}) from error
            _raise_unless_contention(error)
        else:
            write_log.record([operation])
            return
    raise TooBusy


def _raise_unless_contention(error: ClientError) -> None:
    response: Any = error.response
    reasons = response.get("CancellationReasons", [])
    failed = {
        index: decode_item(reason.get("Item", {}))
        for index, reason in enumerate(reasons)
        if reason.get("Code") == "ConditionalCheckFailed"
    }
    if failed:
        raise ConditionFailed(failed) from error
    codes = {reason.get("Code") for reason in reasons} | {response["Error"]["Code"]}
    if not codes & _CONTENTION_CODES:
        raise error


def _attempts() -> Iterator[int]:
    """Yield the number of each attempt, and sleep after it."""
    for attempt in range(MAX_ATTEMPTS):
        yield attempt
        time.sleep(compute_backoff(attempt))


def compute_backoff(attempt: int) -> float:
    """Return the seconds to sleep after an attempt: exponential backoff with full jitter."""
    return random.uniform(0, min(_MAX_BACKOFF, _BASE_BACKOFF * 2**attempt))


def get(key: Key) -> Item | None:
    """Return the item, by a consistent read, or None."""
    if not _can_exist(key):
        return None
    answer = client().get_item(TableName=settings().table_name, Key=encode_item(key), ConsistentRead=True)
    return decode_item(answer["Item"]) if "Item" in answer else None


def _can_exist(key: Key) -> bool:
    """Return whether an item may have the key: DynamoDB refuses to read a longer one, which callers can name."""
    return all(len(str(value).encode()) <= MAX_KEY_BYTES[name] for name, value in key.items())


def get_many(keys: Sequence[Key]) -> list[Item]:
    """Return the items of those keys that exist, in any order, by consistent reads, up to 100 in a call."""
    items: list[Item] = []
    keys = [key for key in keys if _can_exist(key)]
    for start in range(0, len(keys), 100):
        items.extend(_get_batch([encode_item(key) for key in keys[start : start + 100]]))
    return items


def _get_batch(keys: list[dict[str, Any]]) -> Iterator[Item]:
    name = settings().table_name
    request: Any = {name: {"Keys": keys, "ConsistentRead": True}}
    for _ in _attempts():
        answer = client().batch_get_item(RequestItems=request)
        yield from map(decode_item, answer["Responses"].get(name, []))
        request = answer.get("UnprocessedKeys")
        if not request:
            return
    raise TooBusy


def query(
    event_id: str, prefix: str, *, up_to: str | None = None, page_size: int | None = None, **request_options: Any
) -> Iterator[Item]:
    """Yield the event's items whose sort key starts with `prefix`, in order, fetching pages as needed.

    `up_to` is the last sort key (included); `page_size` limits each page; `request_options` go to DynamoDB as they
    are.
    """
    yield from query_partition(
        event_partition(event_id), prefix, up_to=up_to, page_size=page_size, **request_options
    )


def query_partition(partition: str, prefix: str, **options: Any) -> Iterator[Item]:
    """Yield the items of any partition, as `query` does those of an event."""
    for page in query_pages(partition, prefix, **options):
        yield from map(decode_item, page["Items"])


def count(event_id: str, prefix: str, *, up_to: str) -> int:
    """Count the event's items from `prefix` to `up_to` (included)."""
    return sum(
        page["Count"] for page in query_pages(event_partition(event_id), prefix, up_to=up_to, Select="COUNT")
    )


def count_in_one_page(event_id: str, first: str, last: str) -> int | None:
    """Count the event's items between the two sort keys; None where one page cannot hold them."""
    partition = event_partition(event_id)
    page = next(query_pages(partition, first, up_to=last, Select="COUNT", page_size=_MAX_COUNTED))
    return None if "LastEvaluatedKey" in page else int(page["Count"])


def query_due(until: str) -> Iterator[Item]:
    """Yield the keys of all items that are due at `until` or before, the earliest of each shard first."""
    for shard in DUE_SHARDS:
        request: dict[str, Any] = {
            "TableName": settings().table_name,
            "IndexName": DUE_INDEX,
            "KeyConditionExpression": "due_shard = :shard AND due_at <= :until",
            "ExpressionAttributeValues": encode_item({":shard": shard, ":until": until}),
        }
        for page in client().get_paginator("query").paginate(**request):
            yield from map(decode_item, page["Items"])


def query_pages(
    partition: str,
    prefix: str,
    *,
    up_to: str | None = None,
    page_size: int | None = None,
    after: Key | None = None,
    values: Mapping[str, Any] | None = None,
    **request_options: Any,
) -> Iterator[Any]:
    """Yield DynamoDB's own pages of the query; `after` is the key that an earlier page ended with."""
    condition = key_condition(partition, prefix, up_to)
    request: dict[str, Any] = {
        "TableName": settings().table_name,
        "KeyConditionExpression": condition.expression,
        "ExpressionAttributeValues": encode_item({**condition.values, **(values or {})}),
        "ConsistentRead": True,
        **({"Limit": page_size} if page_size else {}),
        **({"ExclusiveStartKey": encode_item(after)} if after else {}),
        **request_options,
    }
    while True:
        page = client().query(**request)
        yield page
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
