"""A function that remembers its events and answers as a test says; and a wait for what happens elsewhere."""

import threading
import time
from collections.abc import Callable
from typing import Any

from infra.local.functions import Functions, WorkCounter
from infra.local.poller import Poller


class Watched(Functions):
    """One function, called `watched`."""

    def __init__(self, work: WorkCounter) -> None:
        super().__init__({"watched": self._handler}, work)
        self.events: list[Any] = []
        self.contexts: list[Any] = []
        self.answer: Callable[[Any], Any] = lambda _event: None
        self._pollers: list[Poller] = []

    def _handler(self, event: Any, context: Any) -> Any:
        self.events.append(event)
        self.contexts.append(context)
        return self.answer(event)

    @property
    def records(self) -> list[Any]:
        return [record for event in self.events for record in event["Records"]]

    def start(self, poller: Poller) -> None:
        self._pollers.append(poller)
        poller.start()

    def stop(self) -> None:
        for poller in self._pollers:
            poller.stopping.set()
        for poller in self._pollers:
            assert poller.wait_until_ended(5)


def eventually(holds: Callable[[], Any], seconds: float = 5.0) -> Any:
    """What `holds` returns once it is truthy; fails the test after that time."""
    ends = time.monotonic() + seconds
    while not (value := holds()):
        assert time.monotonic() < ends, "it did not happen in time"
        threading.Event().wait(0.01)
    return value
