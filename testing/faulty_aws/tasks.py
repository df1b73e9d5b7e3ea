"""What goes on at the same time: each task runs until its next call to AWS, and then any other may go on."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from greenlet import getcurrent, greenlet


class Died(BaseException):
    """The function is gone in this moment, with all that it had still to do."""


@dataclass(eq=False)
class Task:
    """`container` is the running function whose memory it finds; `began` says how many records of the stream there
    were then; `struck` counts the faults that met it."""

    name: str
    container: int
    thread: greenlet
    started_at_record: int
    fault_count: int = 0


class Tasks:
    """Those that have begun and not ended. `enters` is told whose turn it is, `written` says how many records the
    stream has."""

    def __init__(
        self, dice: random.Random, on_enter: Callable[[Task], None], count_records: Callable[[], int]
    ) -> None:
        self._dice = dice
        self._on_enter = on_enter
        self._count_records = count_records
        self.unfinished: list[Task] = []
        self.current: Task | None = None

    def begin(self, name: str, container: int, act: Callable[[], None]) -> None:
        self.unfinished.append(Task(name, container, greenlet(act), self._count_records()))

    def resume_one(self) -> None:
        """One of them, to its next call."""
        task = self._dice.choice(self.unfinished)
        self._on_enter(task)
        self.current = task
        task.thread.switch()
        self.current = None
        if task.thread.dead:
            self.unfinished.remove(task)

    def end_all(self) -> None:
        """Functions that would run longer than they may are ended; those that have not begun begin later."""
        for task in [task for task in self.unfinished if task.thread]:
            self.unfinished.remove(task)
            task.fault_count += 1
            self.current = task
            task.thread.throw(Died)
            self.current = None

    def pause(self) -> None:
        """Called by a task: others may go on meanwhile."""
        here = self.current
        if here and here.thread is getcurrent():
            assert here.thread.parent is not None
            here.thread.parent.switch()
