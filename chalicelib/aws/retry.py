"""Retry after a lost race: read, decide, and write on the condition that what was read still holds.

This is optimistic locking. A write whose condition fails raises LostRace (`table.ConditionFailed` is one), and the
decorated function begins anew with what stands there now. There is no pause in between: contention on the same
items at the same moment is waited out, with backoff and jitter, by the write itself (`table.transact`).
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

import msgspec

from chalicelib.problems import TooBusy

MAX_ATTEMPTS = 40

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


class LostRace(Exception):
    """Something was written since the read, so the condition failed and nothing was written."""


class _Budget(msgspec.Struct):
    """The number of races that the outermost decorated call may still lose, with all that it calls."""

    left: int


_budget: ContextVar[_Budget | None] = ContextVar("budget", default=None)


def retried(
    attempts: int = MAX_ATTEMPTS,
) -> Callable[[Callable[_Parameters, _Result]], Callable[_Parameters, _Result]]:
    """Call the function again each time that it loses a race; raises TooBusy after so many attempts.

    Nested calls share the attempts of the outermost, so that retries do not multiply. The function must be
    idempotent up to its write, and write last.
    """

    def decorate(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
        @wraps(function)
        def call(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
            outer = _budget.get()
            budget = outer or _Budget(attempts)
            token = _budget.set(budget)
            try:
                for _ in range(attempts):
                    try:
                        return function(*args, **kwargs)
                    except LostRace:
                        budget.left -= 1
                    if budget.left <= 0:
                        break
                raise TooBusy
            finally:
                _budget.reset(token)

        return call

    return decorate
