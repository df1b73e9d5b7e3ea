"""The log: lines of JSON that name nobody.

What an exception says may hold what somebody wrote, so a line has its type and where it was raised, and none of
its words. Registrations go by their ids, and what happened to one by its kind and moment: by these, the line of a
request, of the relay and of a mail are found again.
"""

import traceback
from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter


class RedactingFormatter(LambdaPowertoolsFormatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        return "\n".join(format_frames(ei[1]))

    def _extract_log_exception(self, log_record: Any) -> tuple[Any, Any, None]:
        text, name, _notes = super()._extract_log_exception(log_record)
        return text, name, None


def format_frames(error: BaseException) -> Iterator[str]:
    """Where the error was raised, and of which type; those before it first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before:
        yield from format_frames(before)
    frames = traceback.extract_tb(error.__traceback__)
    yield "\n".join([*(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames), error_label(error)])
    for part in getattr(error, "exceptions", ()):
        yield from format_frames(part)


def error_label(error: BaseException) -> str:
    """The error's type, and AWS's code of it."""
    code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
    return type(error).__qualname__ + (f" ({code})" if code else "")


log = Logger(service="tilmelding", logger_formatter=RedactingFormatter(serialize_stacktrace=False))
