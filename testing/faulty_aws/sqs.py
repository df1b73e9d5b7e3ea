"""Double SQS as far as it is used here: queues that deliver messages, and each again until it is deleted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from testing import account

_DEDUPLICATION_WINDOW = timedelta(minutes=5)  #: what a FIFO queue has taken once


@dataclass(eq=False)
class Message:
    """A message in a queue, hidden until `visible_at`."""

    id: str
    body: str
    group: str
    visible_at: datetime
    receive_count: int = 0


class Queue:
    """A queue of the template; `dead_letters` has the messages that were received too often."""

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
        """Put a message into the queue; a FIFO queue drops a duplicate within five minutes."""
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
        """Receive the next few messages.

        A FIFO queue holds a group back while an earlier message of it is hidden.
        """
        received: list[Message] = []
        ready = self._list_ready()
        for message in ready[-most:] if self.is_reversed() and not self.fifo else ready[:most]:
            message.receive_count += 1
            message.visible_at = self._now() + self._visibility_timeout
            if message.receive_count > self._max_receive_count:
                self.messages.remove(message)
                self.dead_letters.append(message)
            else:
                received.append(message)
        return received

    def _list_ready(self) -> list[Message]:
        now, hidden_groups, ready = self._now(), set[str](), []
        for message in self.messages:
            if message.visible_at > now:
                hidden_groups.add(message.group)
            elif not self.fifo or message.group not in hidden_groups:
                ready.append(message)
        return ready

    @property
    def has_ready(self) -> bool:
        """Return True if there are messages to receive."""
        return bool(self._list_ready())

    def delete(self, messages: Sequence[Message]) -> None:
        """Delete messages that are done."""
        self.messages = [message for message in self.messages if message not in messages]

    def redrive(self) -> None:
        """Put the dead letters back, as an operator does once the trouble is over."""
        for message in self.dead_letters:
            message.receive_count = 0
            message.visible_at = self._now()
        self.messages += self.dead_letters
        self.dead_letters = []

    def build_batch(self, messages: Sequence[Message]) -> dict[str, Any]:
        """Build the batch of messages as a function gets it."""
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
    """The client with its one call; the end of a queue's URL is its name."""

    def __init__(self, queues: dict[str, Queue], before: Callable[[str], None], after: Callable[[], None]) -> None:
        self.queues = queues
        self._before = before
        self._after = after
        self.should_fail: Callable[[], bool] = lambda: False
        self.draw_delay: Callable[[], timedelta] = timedelta

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        """Put the entries into their queue, and report those that failed."""
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
