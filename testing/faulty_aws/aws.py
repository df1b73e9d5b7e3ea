"""Offer AWS as the functions of a world find it: table, queues, bucket and SES, with faults at each call."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from testing.dynamodb.client import Client, create_client
from testing.dynamodb.schema import load_schema
from testing.faulty_aws.faults import LATE, NOT_TAKEN, REPEATED, UNPROCESSED, Faults
from testing.faulty_aws.s3 import Bucket
from testing.faulty_aws.ses import Ses
from testing.faulty_aws.sqs import Queue, Sqs
from testing.faulty_aws.stream import StreamReader
from testing.faulty_aws.tasks import Task, Tasks

_WRITES = {"TransactWriteItems": "", "PutItem": "put_item", "UpdateItem": "update_item"}
QUEUES = ("mail", "waitlist", "rounds", "manifest", "feedback")


class Aws:
    """The clients of one world.

    `commits` has the length of the stream after each write, `sources` for each record of the stream the source of
    the task that wrote it; `calls` counts the calls that were tried.
    """

    def __init__(self, dice: random.Random, tasks: Tasks, faults: Faults, clock: "Clock") -> None:
        self._dice, self._tasks, self._faults, self._clock = dice, tasks, faults, clock
        self.commits: list[int] = []
        self.sources: list[str] = []
        self.calls = 0
        self._repeating_tasks: list[Task] = []  #: others go on beside them, with faults of their own
        self.table: Client = create_client(load_schema(), clock.now)
        self.table.before, self.table.after = self._before, self._after
        self.queues = {name: Queue(name, clock.now) for name in QUEUES}
        self.sqs = Sqs(self.queues, self._before_sending, faults.after)
        self.sqs.should_fail = lambda: faults.inject(NOT_TAKEN)
        self.sqs.draw_delay = lambda: (
            timedelta(seconds=dice.randint(1, 900)) if faults.inject(LATE) else timedelta(0)
        )
        self.bucket = Bucket(faults, tasks, self._count_call)
        self.stream_reader = StreamReader(self.table.stream)
        self.ses = Ses(faults, tasks, clock.now, self.queues["feedback"].put, lambda: len(self.table.stream))

    def _before(self, operation: str, _request: Any) -> None:
        if self._tasks.current:
            self._tasks.pause()
            self._clock.advance(timedelta(milliseconds=self._dice.randint(1, 20)))
            self._count_call()
            self._faults.before(operation)

    def _count_call(self) -> None:
        self.calls += 1

    def _before_sending(self, operation: str) -> None:
        self._count_call()
        self._tasks.pause()
        self._faults.before(operation)

    def _after(self, operation: str, request: dict[str, Any], answer: Any) -> None:
        self._attribute_records()
        if operation == "BatchGetItem" and self._faults.inject(UNPROCESSED):
            answer |= {"Responses": {}, "UnprocessedKeys": request["RequestItems"]}
        if operation in _WRITES:
            self.commits.append(len(self.table.stream))
        if self._tasks.current and operation in _WRITES and self._tasks.current not in self._repeating_tasks:
            self._tasks.pause()
            self._faults.after()
            self._repeat(_WRITES[operation], request)

    def _attribute_records(self) -> None:
        """Attribute the new records of the stream to the task that wrote them."""
        task, count = self._tasks.current, len(self.table.stream) - len(self.sources)
        self.sources += [task.source if task else ""] * count
        if task:
            task.record_count += count

    def _repeat(self, method: str, request: dict[str, Any]) -> None:
        """Repeat the write, as the client does when the response is lost.

        Only a transaction has a token by which DynamoDB recognises the repetition.
        """
        task = self._tasks.current
        if task and self._faults.inject(REPEATED) and method:
            self._repeating_tasks.append(task)
            try:
                getattr(self.table, method)(**request)
            finally:
                self._repeating_tasks.remove(task)


class Clock:
    """The one clock of a world, which stands in for the standard library's `time`, too."""

    def __init__(self, start: datetime, pause: Callable[[], None]) -> None:
        self._start = self._moment = start
        self._pause = pause

    def now(self) -> datetime:
        """Return the time, which moves on by a microsecond at each look."""
        self._moment += timedelta(microseconds=1)
        return self._moment

    def advance(self, by: timedelta) -> datetime:
        """Move the clock on, and return the new time."""
        self._moment += by
        return self._moment

    def monotonic(self) -> float:
        """Return the seconds since the world began."""
        return (self._moment - self._start).total_seconds()

    def sleep(self, _seconds: float) -> None:
        """Let other tasks go on instead of sleeping."""
        self._pause()
