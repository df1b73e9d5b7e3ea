"""Check that all work is done, reliably enough to wait for it."""

import time
from typing import Any

import boto3

from infra.local.functions import WorkCounter
from infra.local.mappings import Mappings
from infra.local.stack import Stack

_PAUSE = 0.02
_COUNT_ATTRIBUTES = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
_UNREAD = "the table's stream has unread records"


class IdleCheck:
    """Looks at streams, queues, schedules and functions.

    Only a function or a request to the app moves anything. So if none ran while each part was checked, and each
    was empty, then all of them were empty together.
    """

    def __init__(self, work: WorkCounter, mappings: Mappings, stack: Stack) -> None:
        self._work, self._mappings = work, mappings
        # Dead letters wait for a person, not for a function.
        self._queues = {name: url for name, url in stack.queue_urls.items() if not name.endswith("DeadLetters")}
        self._sqs: Any = boto3.client("sqs")

    def wait_until_idle(self, seconds: float) -> list[str]:
        """Wait until nothing is left to do; return what is left at the timeout, in words."""
        deadline = time.monotonic() + seconds
        while (pending := self.list_pending()) and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        return pending

    def list_pending(self) -> list[str]:
        """List what is left to do at this moment, in words."""
        started_count = self._work.started_count
        if self._work.running_count:
            return ["a function is running"]
        pending = [
            *(f"the schedule of {poller.name} is due" for poller in self._mappings.schedules if poller.is_due()),
            *(_UNREAD for poller in self._mappings.streams if not poller.is_drained()),
            *(f"{name} holds messages" for name, url in self._queues.items() if self._count_messages(url)),
        ]
        return pending if pending or self._work.started_count == started_count else ["a function was running"]

    def _count_messages(self, url: str) -> int:
        attributes = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_COUNT_ATTRIBUTES))[
            "Attributes"
        ]
        return sum(int(attributes[name]) for name in _COUNT_ATTRIBUTES)
