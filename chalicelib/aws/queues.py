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

_MOST_IN_A_CALL = 10  #: as SQS has it
_BYTES_IN_A_CALL = 200_000  #: SQS took 262,144 and takes more now


@dataclass(frozen=True)
class Message:
    """A fact for a queue. `group` orders it on a FIFO queue, which drops what it took within five minutes;
    `source` names what it was read from."""

    fact: Fact
    group: str | None
    source: str


class Outbox:
    """Messages that are sent together, of each queue in the order in which they were put in."""

    def __init__(self) -> None:
        self._messages: dict[str, list[Message]] = defaultdict(list)

    def put(self, queue_url: str, message: Message) -> None:
        """Keep the message until `send`."""
        self._messages[queue_url].append(message)

    def send(self) -> set[str]:
        """Send everything; the sources of what a queue did not take. Sending that again is harmless."""
        calls = ((url, part) for url, messages in self._messages.items() for part in _parts(messages))
        return {source for url, part in calls for source in _refused(url, part)}


def _parts(messages: list[Message]) -> Iterator[list[tuple[str, Message]]]:
    """As many bodies, with their messages, as one call takes."""
    part: list[tuple[str, Message]] = []
    room = _BYTES_IN_A_CALL
    for message in messages:
        body = facts.encode(message.fact)
        size = len(body.encode())
        if part and (len(part) == _MOST_IN_A_CALL or size > room):
            yield part
            part, room = [], _BYTES_IN_A_CALL
        part.append((body, message))
        room -= size
    yield part


def _refused(url: str, part: list[tuple[str, Message]]) -> set[str]:
    """Of one call."""
    entries = [_entry(place, body, message) for place, (body, message) in enumerate(part)]
    try:
        answer = client().send_message_batch(QueueUrl=url, Entries=entries)
        refused = [int(each["Id"]) for each in answer.get("Failed", [])]
    except Exception:
        log.exception("A queue could not be reached", extra={"queue": url, "messages": len(part)})
        refused = [*range(len(part))]
    return {part[place][1].source for place in refused}


@cache
def client() -> "SQSClient":
    """The SQS client, made on first use."""
    return boto3.client("sqs", config=Config(retries={"mode": "standard", "total_max_attempts": 4}))


def _entry(place: int, body: str, message: Message) -> "SendMessageBatchRequestEntryTypeDef":
    entry: SendMessageBatchRequestEntryTypeDef = {"Id": str(place), "MessageBody": body}
    if message.group is not None:
        entry["MessageGroupId"] = message.group
        entry["MessageDeduplicationId"] = f"{message.fact.event_id}.{message.fact.key}"
    return entry
