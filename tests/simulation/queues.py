"""SQS, as far as it is used here: queues that give out messages, and each again unless it is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests import local_aws as account

_DROPS_SAME = timedelta(minutes=5)  #: what a FIFO queue has taken once


@dataclass(eq=False)
class Message:
    id: str
    body: str
    group: str
    visible_at: datetime
    received: int = 0


class Queue:
    """`dead` has the messages that were given out too often."""

    def __init__(self, name: str, now: Callable[[], datetime]) -> None:
        described = account.resources()[f"{name.title()}Queue"]["Properties"]
        self.name = name
        self.fifo: bool = described.get("FifoQueue", False)
        self._hides = timedelta(seconds=described["VisibilityTimeout"])
        self._most: int = described["RedrivePolicy"]["maxReceiveCount"]
        self._now = now
        self._taken: dict[str, datetime] = {}
        self._number = 0
        self.backwards: Callable[[], bool] = lambda: False
        self.messages: list[Message] = []
        self.dead: list[Message] = []

    def put(self, body: str, group: str = "", same: str = "", late: timedelta = timedelta(0)) -> None:
        now = self._now()
        if self.fifo and self._taken.get(same, now - _DROPS_SAME) > now - _DROPS_SAME:
            return
        self._taken[same] = now
        self._number += 1
        self.messages.append(Message(f"{self.name}-{self._number}", body, group, now + late))

    def receive(self, most: int) -> list[Message]:
        """The next few: of a FIFO queue's group none while an earlier one is given out."""
        given: list[Message] = []
        ready = self._ready()
        for message in ready[-most:] if self.backwards() and not self.fifo else ready[:most]:
            message.received += 1
            message.visible_at = self._now() + self._hides
            if message.received > self._most:
                self.messages.remove(message)
                self.dead.append(message)
            else:
                given.append(message)
        return given

    def _ready(self) -> list[Message]:
        now, held_up, ready = self._now(), set[str](), []
        for message in self.messages:
            if message.visible_at > now:
                held_up.add(message.group)
            elif not self.fifo or message.group not in held_up:
                ready.append(message)
        return ready

    @property
    def is_ready(self) -> bool:
        return bool(self._ready())

    def done(self, messages: Sequence[Message]) -> None:
        self.messages = [message for message in self.messages if message not in messages]

    def redrive(self) -> None:
        """What an operator does once the trouble is over."""
        for message in self.dead:
            message.received = 0
            message.visible_at = self._now()
        self.messages += self.dead
        self.dead = []

    def batch(self, messages: Sequence[Message]) -> dict[str, Any]:
        """As a function gets it."""
        return {"Records": [_record(message) for message in messages]}


def _record(message: Message) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "receiptHandle": message.id,
        "body": message.body,
        "attributes": {"ApproximateReceiveCount": str(message.received), "MessageGroupId": message.group},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:queue",
        "awsRegion": "eu-west-1",
    }


class Sqs:
    """The client's one call; queues are known by the end of their address."""

    def __init__(self, queues: dict[str, Queue], before: Callable[[str], None], after: Callable[[], None]) -> None:
        self.queues = queues
        self._before = before
        self._after = after
        self.not_taken: Callable[[], bool] = lambda: False
        self.late: Callable[[], timedelta] = timedelta

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        self._before("SendMessageBatch")
        queue = self.queues[QueueUrl.rpartition("/")[2]]
        failed = []
        for entry in Entries:
            if self.not_taken():
                failed.append({"Id": entry["Id"], "SenderFault": False, "Code": "InternalError"})
                continue
            same = entry.get("MessageDeduplicationId", "")
            queue.put(entry["MessageBody"], entry.get("MessageGroupId", ""), same, self.late())
        self._after()
        return {"Successful": [], **({"Failed": failed} if failed else {})}
