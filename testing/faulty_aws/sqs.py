"""SQS, as far as it is used here: queues that give out messages, and each again unless it is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from testing import account

_DEDUPLICATION_WINDOW = timedelta(minutes=5)  #: what a FIFO queue has taken once


@dataclass(eq=False)
class Message:
    id: str
    body: str
    group: str
    visible_at: datetime
    receive_count: int = 0


class Queue:
    """`dead` has the messages that were given out too often."""

    def __init__(self, name: str, now: Callable[[], datetime]) -> None:
        described = account.load_resources()[f"{name.title()}Queue"]["Properties"]
        self.name = name
        self.fifo: bool = described.get("FifoQueue", False)
        self._visibility_timeout = timedelta(seconds=described["VisibilityTimeout"])
        self._max_receive_count: int = described["RedrivePolicy"]["maxReceiveCount"]
        self._now = now
        self._deduplicated: dict[str, datetime] = {}
        self._number = 0
        self.is_reversed: Callable[[], bool] = lambda: False
        self.messages: list[Message] = []
        self.dead_letters: list[Message] = []

    def put(self, body: str, group: str = "", deduplication_id: str = "", delay: timedelta = timedelta(0)) -> None:
        now = self._now()
        if (
            self.fifo
            and self._deduplicated.get(deduplication_id, now - _DEDUPLICATION_WINDOW) > now - _DEDUPLICATION_WINDOW
        ):
            return
        self._deduplicated[deduplication_id] = now
        self._number += 1
        self.messages.append(Message(f"{self.name}-{self._number}", body, group, now + delay))

    def receive(self, most: int) -> list[Message]:
        """The next few: of a FIFO queue's group none while an earlier one is given out."""
        given: list[Message] = []
        ready = self._list_ready()
        for message in ready[-most:] if self.is_reversed() and not self.fifo else ready[:most]:
            message.receive_count += 1
            message.visible_at = self._now() + self._visibility_timeout
            if message.receive_count > self._max_receive_count:
                self.messages.remove(message)
                self.dead_letters.append(message)
            else:
                given.append(message)
        return given

    def _list_ready(self) -> list[Message]:
        now, held_up, ready = self._now(), set[str](), []
        for message in self.messages:
            if message.visible_at > now:
                held_up.add(message.group)
            elif not self.fifo or message.group not in held_up:
                ready.append(message)
        return ready

    @property
    def has_ready(self) -> bool:
        return bool(self._list_ready())

    def delete(self, messages: Sequence[Message]) -> None:
        self.messages = [message for message in self.messages if message not in messages]

    def redrive(self) -> None:
        """What an operator does once the trouble is over."""
        for message in self.dead_letters:
            message.receive_count = 0
            message.visible_at = self._now()
        self.messages += self.dead_letters
        self.dead_letters = []

    def build_batch(self, messages: Sequence[Message]) -> dict[str, Any]:
        """As a function gets it."""
        return {"Records": [_build_record(message) for message in messages]}


def _build_record(message: Message) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "receiptHandle": message.id,
        "body": message.body,
        "attributes": {"ApproximateReceiveCount": str(message.receive_count), "MessageGroupId": message.group},
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
        self.should_fail: Callable[[], bool] = lambda: False
        self.draw_delay: Callable[[], timedelta] = timedelta

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        self._before("SendMessageBatch")
        queue = self.queues[QueueUrl.rpartition("/")[2]]
        failed = []
        for entry in Entries:
            if self.should_fail():
                failed.append({"Id": entry["Id"], "SenderFault": False, "Code": "InternalError"})
                continue
            same = entry.get("MessageDeduplicationId", "")
            queue.put(entry["MessageBody"], entry.get("MessageGroupId", ""), same, self.draw_delay())
        self._after()
        return {"Successful": [], **({"Failed": failed} if failed else {})}
