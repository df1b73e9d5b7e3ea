"""A clock of which each look is a millisecond later: the same steps give the same records."""

from datetime import datetime, timedelta

import pytest

from chalicelib import clock
from testing.process import NOW
from tests.concurrency.conftest import _emulator, backend, local_aws

__all__ = ["_emulator", "backend", "local_aws"]


class Ticking:
    def __init__(self) -> None:
        self._moment = datetime.fromisoformat(NOW)

    def now(self) -> datetime:
        return self.advance(timedelta(milliseconds=1))

    def advance(self, by: timedelta) -> datetime:
        self._moment += by
        return self._moment

    def start_at(self, moment: datetime) -> None:
        self._moment = moment


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    hands = Ticking()
    for name in ("now", "advance", "start_at"):
        monkeypatch.setattr(clock, name, getattr(hands, name))
