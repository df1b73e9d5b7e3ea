"""Runs by the schedule, each with a line in the log.

The line has what was written and the type of an error, never the error's words, which may hold personal data.
"""

from collections.abc import Callable
from functools import wraps

from chalicelib.aws import write_log
from chalicelib.aws.log import error_label, log


class RunFailed(RuntimeError):
    """A run by the schedule failed. Lambda writes this down; the log says where it failed."""


def log_broken_event(event_id: str) -> None:
    """Log that an event is passed over, because its stored document cannot be read."""
    log.warning("An event cannot be read", extra={"event_id": event_id})


def logged(run: Callable[[], None]) -> Callable[[], None]:
    """Log what a run by the schedule wrote; raises RunFailed, which has of the error its type alone."""

    @wraps(run)
    def call() -> None:
        written = write_log.begin()
        try:
            run()
        except Exception as error:
            log.exception("A run failed", extra={"run": run.__name__, "written": written})
            raise RunFailed(error_label(error)) from None
        if written:
            log.info("A run wrote something", extra={"run": run.__name__, "written": written})

    return call
