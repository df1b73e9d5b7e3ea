"""The SQS client: facts onto queues, up to ten in one call."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from chalicelib import facts
from chalicelib.aws.log import log
from chalicelib.facts import Fact

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

_MAX_BATCH_ENTRIES = 10  #: of one call, as SQS limits it
_MAX_BATCH_BYTES = 200_000  #: of one call: SQS took 262,144, and takes more now


@dataclass(frozen=True)
class Message:
    """A fact for a queue.

    `group_id` orders it on a FIFO queue, which drops duplicates within five minutes; `source_id` names the stream
    record that it was read from.
    """

    fact: Fact
    group_id: str | None
    source_id: str


class Outbox:
    """Messages that are sent together, in each queue's order of putting."""

    def __init__(self) -> None:
        self._messages: dict[str, list[Message]] = defaultdict(list)

    def put(self, queue_url: str, message: Message) -> None:
        """Keep the message until `send`."""
        self._messages[queue_url].append(message)

    def send(self) -> set[str]:
        """Send all messages; returns the sources of those that a queue did not take.

        Sending them again is harmless.
        """
        calls = (
            (url, batch) for url, messages in self._messages.items() for batch in _split_into_batches(messages)
        )
        return {source for url, batch in calls for source in _send_batch(url, batch)}


def _split_into_batches(messages: list[Message]) -> Iterator[list[tuple[str, Message]]]:
    """Yield as many bodies, with their messages, as one call takes."""
    batch: list[tuple[str, Message]] = []
    bytes_left = _MAX_BATCH_BYTES
    for message in messages:
        body = facts.encode(message.fact)
        size = len(body.encode())
        if batch and (len(batch) == _MAX_BATCH_ENTRIES or size > bytes_left):
            yield batch
            batch, bytes_left = [], _MAX_BATCH_BYTES
        batch.append((body, message))
        bytes_left -= size
    yield batch


def _send_batch(url: str, batch: list[tuple[str, Message]]) -> set[str]:
    """Send one batch; return the sources of the messages that the queue did not take."""
    entries = [_build_entry(index, body, message) for index, (body, message) in enumerate(batch)]
    try:
        answer = client().send_message_batch(QueueUrl=url, Entries=entries)
        failed = [int(entry["Id"]) for entry in answer.get("Failed", [])]
    except Exception:
        log.exception("A queue could not be reached", extra={"queue": url, "messages": len(batch)})
        failed = [*range(len(batch))]
    return {batch[index][1].source_id for index in failed}


@cache
def client() -> "SQSClient":
    """Return the SQS client, made on first use."""
    return boto3.client("sqs", config=Config(retries={"mode": "standard", "total_max_attempts": 4}))


def _build_entry(index: int, body: str, message: Message) -> "SendMessageBatchRequestEntryTypeDef":
    entry: SendMessageBatchRequestEntryTypeDef = {"Id": str(index), "MessageBody": body}
    if message.group_id is not None:
        entry["MessageGroupId"] = message.group_id
        entry["MessageDeduplicationId"] = f"{message.fact.event_id}.{message.fact.key}"
    return entry
