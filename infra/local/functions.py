"""The functions that the app registers, run in this process as Lambda would run them."""

import sys
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from infra.local.aws import ACCOUNT, REGION

_TIMEOUT_SECONDS = 60


class WorkCounter:
    """Counts running work. `started_count` only rises: while it stands still and nothing runs, nothing changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.started_count = 0
        self.running_count = 0

    @contextmanager
    def track(self) -> Iterator[None]:
        """Count a piece of work from its beginning to its end."""
        with self._lock:
            self.started_count += 1
            self.running_count += 1
        try:
            yield
        finally:
            with self._lock:
                self.running_count -= 1

    def snapshot_if_idle(self) -> int | None:
        """Return how much work has started so far, or None while some is running."""
        with self._lock:
            return None if self.running_count else self.started_count


class FunctionFailed(Exception):
    """The function raised; its exception was reported."""


class Context:
    """The context that Lambda gives a function with its invocation."""

    memory_limit_in_mb = 512
    function_version = "$LATEST"

    def __init__(self, function_name: str) -> None:
        self.function_name = function_name
        self.aws_request_id = str(uuid.uuid4())
        self.invoked_function_arn = build_function_arn(function_name)
        self.log_group_name = f"/aws/lambda/{function_name}"
        self.log_stream_name = "local"
        self._deadline = time.monotonic() + _TIMEOUT_SECONDS

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the timeout."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def build_function_arn(function_name: str) -> str:
    """Build the ARN of the function."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function_name}"


class Functions:
    """The app's functions by name."""

    def __init__(self, handlers: Mapping[str, Callable[..., Any]], work: WorkCounter) -> None:
        self._handlers = handlers
        self.work = work

    def invoke(self, name: str, event: dict[str, Any]) -> Any:
        """Run the function and return its response; raises FunctionFailed, after the traceback is printed."""
        with self.work.track():
            try:
                return self._handlers[name](event, Context(name))
            except Exception as error:
                report = f"The function {name} failed and will be given its batch again:\n{traceback.format_exc()}"
                print(report, end="", file=sys.stderr, flush=True)
                raise FunctionFailed(name) from error


def read_failed_ids(response: Any) -> set[str] | None:
    """Return the ids that the function reports as failed; None where the report is invalid, so that all failed."""
    failures = response.get("batchItemFailures") if isinstance(response, dict) else None
    try:
        ids = {failure["itemIdentifier"] for failure in failures or []}
    except (TypeError, KeyError):
        return None
    return ids if all(isinstance(id, str) and id for id in ids) else None
