"""Inject faults at the boundary to AWS, at each call anew."""

import random
from collections import Counter
from collections.abc import Callable
from typing import NoReturn

from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from testing.dynamodb.errors import NO_REASON, build_client_error, build_transaction_cancelled
from testing.faulty_aws.tasks import Died, Tasks

THROTTLED = "throttled"
CONFLICT = "transaction conflict"
NOT_REACHED = "timeout before the write"
ANSWER_LOST = "timeout after the write"
REPEATED = "answer lost, call repeated by the client"
DIED_BEFORE = "died before a call"
DIED_AFTER = "died after a call"
NOT_TAKEN = "some messages not taken"
NOT_DELETED = "message done and delivered again"
READ_TWICE = "stream read again"
SES_DEAD = "SES unreachable"
REPORTED_TWICE = "mail reported twice"
LATE = "message late"
OVERTAKEN = "messages out of order"
UNPROCESSED = "some items not read"
JUMP = "clock jumped"
KINDS = (
    THROTTLED, CONFLICT, NOT_REACHED, ANSWER_LOST, REPEATED, DIED_BEFORE, DIED_AFTER, NOT_TAKEN, NOT_DELETED,
    READ_TWICE, SES_DEAD, REPORTED_TWICE, LATE, OVERTAKEN, UNPROCESSED, JUMP,
)  # fmt: skip
_RATES = (0, 0.02, 0.05, 0.1, 0.15)


class Faults:
    """The faults of a world, each kind at its own rate, or never; none once it `is_calm`."""

    def __init__(self, dice: random.Random, tasks: Tasks, log_line: Callable[[str], None]) -> None:
        self._dice = dice
        self._tasks = tasks
        self._log_line = log_line
        self.rates = {kind: dice.choice(_RATES) for kind in KINDS}
        self.is_calm = False
        self.injected: Counter[str] = Counter()

    def inject(self, kind: str) -> bool:
        """Return True if the fault happens now; it is logged and counted, for the task that it meets as well."""
        if self.is_calm or self._dice.random() >= self.rates[kind]:
            return False
        self.injected[kind] += 1
        self._log_line(f"! {kind}")
        if self._tasks.current:
            self._tasks.current.fault_count += 1
        return True

    def before(self, operation: str) -> None:
        """Raise a fault of a call that does not reach AWS, or that AWS refuses, if there is one."""
        if self.inject(DIED_BEFORE):
            raise Died
        if self.inject(NOT_REACHED):
            raise_timeout()
        if self.inject(THROTTLED):
            raise build_client_error(operation, "ThrottlingException", "Rate exceeded")
        if operation == "TransactWriteItems" and self.inject(CONFLICT):
            raise build_transaction_cancelled([{"Code": "TransactionConflict"}, NO_REASON])

    def after(self) -> None:
        """Raise a fault of a call that took effect, if there is one."""
        if self.inject(DIED_AFTER):
            raise Died
        if self.inject(ANSWER_LOST):
            raise_timeout()


def raise_timeout() -> NoReturn:
    """Raise botocore's error for a response that does not come."""
    raise ReadTimeoutError(endpoint_url="https://aws.example")


def raise_unreachable() -> NoReturn:
    """Raise botocore's error for an endpoint that cannot be reached."""
    raise EndpointConnectionError(endpoint_url="https://email.example")
