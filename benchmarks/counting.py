"""A server that counts its calls to AWS, and the processor time of its responses.

`python -m benchmarks.counting` is the whole local stack; the floor counts in the same way.
"""

import json
import os
import signal
import sys
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import boto3

from infra.local import server
from infra.local.__main__ import main


def start_counting() -> None:
    """Count from now on; write the counts as JSON to the file that COUNTED names at each SIGUSR1.

    These are `calls`, by name, and the seconds of processor that threads have spent `answering` POSTs.
    """
    calls, answering = Counter[str](), _measure_answering()
    boto3.setup_default_session()
    session: Any = boto3.DEFAULT_SESSION
    session.events.register("before-call", lambda model, **_: calls.update([model.name]))
    file = Path(os.environ["COUNTED"])

    def write(*_: Any) -> None:
        unfinished = file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps({"calls": calls, "answering": sum(answering.values())}))
        unfinished.replace(file)

    signal.signal(signal.SIGUSR1, write)


def _measure_answering() -> dict[int, float]:
    """Patch the server to measure its responses to POSTs; return the seconds of processor by thread."""
    spent, handle = defaultdict[int, float](float), server._Handler.handle_one_request

    def handle_and_measure(request: server._Handler) -> None:
        started_at = time.thread_time()
        handle(request)
        if getattr(request, "command", None) == "POST":
            spent[threading.get_ident()] += time.thread_time() - started_at

    # Inherited from BaseHTTPRequestHandler, whose type of it mypy wants.
    server._Handler.handle_one_request = handle_and_measure  # type: ignore[method-assign, assignment]
    return spent


if __name__ == "__main__":
    start_counting()
    sys.exit(main())
