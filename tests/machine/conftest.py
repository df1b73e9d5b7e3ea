"""A clock of which each look is a millisecond later: the same steps give the same records."""

from datetime import datetime, timedelta

import pytest

from chalicelib import clock
from testing.process import NOW
from tests.concurrency.conftest import _emulator, backend, local_aws

__all__ = ["_emulator", "backend", "local_aws"]


class Ticking:
    """A clock that moves on by a millisecond at each look."""

    def __init__(self) -> None:
        self._moment = datetime.fromisoformat(NOW)

    def now(self) -> datetime:
        """Return the next millisecond."""
        return self.advance(timedelta(milliseconds=1))

    def advance(self, by: timedelta) -> datetime:
        """Move the clock on, and return the new time."""
        self._moment += by
        return self._moment

    def start_at(self, moment: datetime) -> None:
        """Set the clock."""
        self._moment = moment


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the ticking clock."""
    hands = Ticking()
    for name in ("now", "advance", "start_at"):
        monkeypatch.setattr(clock, name, getattr(hands, name))
