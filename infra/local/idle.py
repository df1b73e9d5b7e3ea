"""Whether everything has been worked off, so that whoever waits for it can believe the answer."""

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

    Only a function, or a request to the app, moves anything. So if none ran while each place was
    looked at, and each was empty, then all of them were empty together.
    """

    def __init__(self, work: WorkCounter, mappings: Mappings, stack: Stack) -> None:
        self._work, self._mappings = work, mappings
        # Dead letters wait for a person, not for a function.
        self._queues = {name: url for name, url in stack.queue_urls.items() if not name.endswith("DeadLetters")}
        self._sqs: Any = boto3.client("sqs")

    def wait_until_idle(self, seconds: float) -> list[str]:
        """Wait until nothing is left to do; what is still left after that time, in words."""
        ends = time.monotonic() + seconds
        while (left := self.list_pending()) and time.monotonic() < ends:
            time.sleep(_PAUSE)
        return left

    def list_pending(self) -> list[str]:
        """What is left to do at this moment, in words."""
        begun = self._work.started_count
        if self._work.running_count:
            return ["a function is running"]
        left = [
            *(f"the schedule of {one.name} is due" for one in self._mappings.schedules if one.is_due()),
            *(_UNREAD for one in self._mappings.streams if not one.is_drained()),
            *(f"{name} holds messages" for name, url in self._queues.items() if self._count_messages(url)),
        ]
        return left if left or self._work.started_count == begun else ["a function was running"]

    def _count_messages(self, url: str) -> int:
        attributes = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_COUNT_ATTRIBUTES))[
            "Attributes"
        ]
        return sum(int(attributes[name]) for name in _COUNT_ATTRIBUTES)
