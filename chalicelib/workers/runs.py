"""Runs by the schedule: what they did is in the log, and so is what went wrong, without what the errors say."""

from collections.abc import Callable
from functools import wraps

from chalice.app import CloudWatchEvent

from chalicelib.aws import write_log
from chalicelib.aws.log import error_label, log


class RunFailed(RuntimeError):
    """What Lambda writes down of a run that failed; the log says where."""


def logged(run: Callable[[CloudWatchEvent], None]) -> Callable[[CloudWatchEvent], None]:
    """Log what the run wrote. Raises RunFailed, which has of the error its type alone."""

    @wraps(run)
    def wrapped(event: CloudWatchEvent) -> None:
        written = write_log.begin()
        try:
            run(event)
        except Exception as error:
            log.exception("A run failed", extra={"run": run.__name__, "written": written})
            raise RunFailed(error_label(error)) from None
        if written:
            log.info("A run wrote something", extra={"run": run.__name__, "written": written})

    return wrapped
