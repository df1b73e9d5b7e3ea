"""Interleave tasks: each runs until its next call to AWS, and then any other may go on."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from greenlet import getcurrent, greenlet


class Died(BaseException):
    """The function dies in this moment, with all that it had still to do."""


@dataclass(eq=False)
class Task:
    """A task that has begun.

    `container` is the running function whose memory it finds, `started_at_record` the length of the stream when
    it began, and `fault_count` the number of faults that met it. `source` says by what way the call that it makes
    now reaches a registration, `record_count` how many records of the stream it has caused.
    """

    name: str
    container: int
    thread: greenlet
    started_at_record: int
    fault_count: int = 0
    source: str = ""
    record_count: int = 0


class Tasks:
    """The tasks that have begun and not ended.

    `on_enter` is called with the task that goes on next; `count_records` returns the length of the stream.
    """

    def __init__(
        self, dice: random.Random, on_enter: Callable[[Task], None], count_records: Callable[[], int]
    ) -> None:
        self._dice = dice
        self._on_enter = on_enter
        self._count_records = count_records
        self.unfinished: list[Task] = []
        self.current: Task | None = None

    def begin(self, name: str, container: int, act: Callable[[], None]) -> None:
        """Begin a task, which runs when it is its turn."""
        self.unfinished.append(Task(name, container, greenlet(act), self._count_records()))

    def resume_one(self) -> None:
        """Resume a task drawn by lot until its next call."""
        task = self._dice.choice(self.unfinished)
        self._on_enter(task)
        self.current = task
        task.thread.switch()
        self.current = None
        if task.thread.dead:
            self.unfinished.remove(task)

    def end_all(self) -> None:
        """End the functions that run, as a timeout does; those that have not begun begin later."""
        for task in [task for task in self.unfinished if task.thread]:
            self.unfinished.remove(task)
            task.fault_count += 1
            self.current = task
            task.thread.throw(Died)
            self.current = None

    def pause(self) -> None:
        """Let other tasks go on; called by a task."""
        here = self.current
        if here and here.thread is getcurrent():
            assert here.thread.parent is not None
            here.thread.parent.switch()
