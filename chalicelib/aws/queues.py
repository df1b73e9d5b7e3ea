"""The SQS client: facts onto queues, several in one call."""

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

_MAX_BATCH_ENTRIES = 10  #: as SQS has it
_MAX_BATCH_BYTES = 200_000  #: SQS took 262,144 and takes more now


@dataclass(frozen=True)
class Message:
    """A fact for a queue. `group` orders it on a FIFO queue, which drops what it took within five minutes;
    `source` names what it was read from."""

    fact: Fact
    group_id: str | None
    source_id: str


class Outbox:
    """Messages that are sent together, of each queue in the order in which they were put in."""

    def __init__(self) -> None:
        self._messages: dict[str, list[Message]] = defaultdict(list)

    def put(self, queue_url: str, message: Message) -> None:
        """Keep the message until `send`."""
        self._messages[queue_url].append(message)

    def send(self) -> set[str]:
        """Send everything; the sources of what a queue did not take. Sending that again is harmless."""
        calls = ((url, part) for url, messages in self._messages.items() for part in _split_into_batches(messages))
        return {source for url, part in calls for source in _send_batch(url, part)}


def _split_into_batches(messages: list[Message]) -> Iterator[list[tuple[str, Message]]]:
    """As many bodies, with their messages, as one call takes."""
    part: list[tuple[str, Message]] = []
    room = _MAX_BATCH_BYTES
    for message in messages:
        body = facts.encode(message.fact)
        size = len(body.encode())
        if part and (len(part) == _MAX_BATCH_ENTRIES or size > room):
            yield part
            part, room = [], _MAX_BATCH_BYTES
        part.append((body, message))
        room -= size
    yield part


def _send_batch(url: str, batch: list[tuple[str, Message]]) -> set[str]:
    """Of one call."""
    entries = [_build_entry(place, body, message) for place, (body, message) in enumerate(batch)]
    try:
        answer = client().send_message_batch(QueueUrl=url, Entries=entries)
        refused = [int(each["Id"]) for each in answer.get("Failed", [])]
    except Exception:
        log.exception("A queue could not be reached", extra={"queue": url, "messages": len(batch)})
        refused = [*range(len(batch))]
    return {batch[place][1].source_id for place in refused}


@cache
def client() -> "SQSClient":
    """The SQS client, made on first use."""
    return boto3.client("sqs", config=Config(retries={"mode": "standard", "total_max_attempts": 4}))


def _build_entry(index: int, body: str, message: Message) -> "SendMessageBatchRequestEntryTypeDef":
    entry: SendMessageBatchRequestEntryTypeDef = {"Id": str(index), "MessageBody": body}
    if message.group_id is not None:
        entry["MessageGroupId"] = message.group_id
        entry["MessageDeduplicationId"] = f"{message.fact.event_id}.{message.fact.key}"
    return entry
