"""The log: lines of JSON without personal data.

An exception's message may quote a participant's input, so a line has only the exception's type and where it was
raised. Registrations go by their ids, and a fact by its kind and moment: by these, the lines of a request, of the
relay and of a mail are found together.
"""

import traceback
from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter


class RedactingFormatter(LambdaPowertoolsFormatter):
    """A formatter that leaves out what exceptions say."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        """Format the exception's types and frames, without its message."""
        return "\n".join(format_frames(ei[1]))

    def _extract_log_exception(self, log_record: Any) -> tuple[Any, Any, None]:
        text, name, _notes = super()._extract_log_exception(log_record)
        return text, name, None


def format_frames(error: BaseException) -> Iterator[str]:
    """Yield where the error was raised, and its type; its causes first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before:
        yield from format_frames(before)
    frames = traceback.extract_tb(error.__traceback__)
    yield "\n".join([*(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames), error_label(error)])
    for part in getattr(error, "exceptions", ()):
        yield from format_frames(part)


def error_label(error: BaseException) -> str:
    """Return the error's type, and AWS's error code."""
    code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
    return type(error).__qualname__ + (f" ({code})" if code else "")


log = Logger(service="tilmelding", logger_formatter=RedactingFormatter(serialize_stacktrace=False))
