"""Call something repeatedly in a thread of its own, until asked to stop."""

import sys
import threading
from abc import ABC, abstractmethod

from botocore.exceptions import BotoCoreError, ClientError

_RETRY_PAUSE = 0.5


class Poller(ABC):
    """Calls `poll` from `start` until `stopping` is set; a call that has begun is finished first."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def poll(self) -> None:
        """Do one round, which may wait for work."""

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wait_until_ended(self, seconds: float) -> bool:
        """Return True if the thread is not running, or ends within the time."""
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self.stopping.is_set():
            try:
                self.poll()
            except (BotoCoreError, ClientError) as error:
                if not self.stopping.is_set():
                    print(f"{self.name}: the local AWS does not answer as it should: {error}", file=sys.stderr)
                self.stopping.wait(_RETRY_PAUSE)
