"""The SQS client: facts onto queues."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from chalicelib import facts
from chalicelib.facts import Fact

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

_MOST_IN_A_CALL = 10


class NotSent(RuntimeError):
    """A queue did not take some of the facts; sending them all again is harmless."""


@cache
def client() -> "SQSClient":
    """The SQS client, made on first use."""
    return boto3.client("sqs", config=Config(retries={"mode": "standard", "total_max_attempts": 4}))


def send(queue_url: str, happened: Sequence[Fact], group: str | None = None) -> None:
    """Put the facts on the queue, in order; `group` orders them on a FIFO queue, which drops what it
    took within five minutes. Raises NotSent when the queue refused any."""
    for start in range(0, len(happened), _MOST_IN_A_CALL):
        entries = [
            _entry(place, fact, group) for place, fact in enumerate(happened[start : start + _MOST_IN_A_CALL])
        ]
        answer = client().send_message_batch(QueueUrl=queue_url, Entries=entries)
        if answer.get("Failed"):
            raise NotSent(f"{len(answer['Failed'])} of {len(entries)} facts were not taken by {queue_url}")


def _entry(place: int, fact: Fact, group: str | None) -> "SendMessageBatchRequestEntryTypeDef":
    entry: SendMessageBatchRequestEntryTypeDef = {"Id": str(place), "MessageBody": facts.encode(fact)}
    if group is not None:
        entry["MessageGroupId"] = group
        entry["MessageDeduplicationId"] = f"{fact.event_id}.{fact.key}"
    return entry
