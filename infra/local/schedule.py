"""Invoke functions at a rate, by the local clock."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

from chalicelib import clock
from infra.local.aws import ACCOUNT, REGION
from infra.local.functions import FunctionFailed, Functions
from infra.local.poller import Poller

_MAX_ATTEMPTS = 3  # EventBridge retries a failed function twice
_PAUSE, _RETRY_PAUSE = 0.05, 0.5


class Schedule(Poller):
    """Invokes the function at the start, and once each time the clock has passed the next due time."""

    def __init__(self, functions: Functions, function: str, expression: str) -> None:
        super().__init__(function)
        self._functions, self._function = functions, function
        self._interval = parse_rate(expression)
        self._due_at = clock.now()

    def is_due(self) -> bool:
        """Return True if the function is to run now, or is running."""
        return clock.now() >= self._due_at

    def poll(self) -> None:
        """Invoke the function if it is due; otherwise wait a moment."""
        if self.is_due():
            now = clock.now()
            self._fire(now)
            self._due_at = now + self._interval
        else:
            self.stopping.wait(_PAUSE)

    def _fire(self, now: datetime) -> None:
        for _ in range(_MAX_ATTEMPTS):
            try:
                self._functions.invoke(self._function, _build_event(self._function, now))
            except FunctionFailed:
                if self.stopping.wait(_RETRY_PAUSE):
                    return
            else:
                return


def parse_rate(expression: str) -> timedelta:
    """Parse `rate(…)` to the time between two runs; raises ValueError for other expressions."""
    match = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if match is None:
        raise ValueError(f"The local runner knows schedules like rate(5 minutes) only, not {expression}.")
    return timedelta(**{f"{match[2]}s": int(match[1])})


def _build_event(function: str, now: datetime) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{function}"],
        "detail": {},
    }
