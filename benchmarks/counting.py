"""A server that counts what it does: its calls to AWS, and what answering takes of the processor.

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
    """Count from now on. When SIGUSR1 asks, what there is by then is written as JSON to the file that COUNTED
    names: `calls`, by name, and the seconds that threads have spent `answering` POSTs."""
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
    """Filled with each thread's own processor, from a request's first line to its answer's last byte."""
    spent, handle = defaultdict[int, float](float), server._Handler.handle_one_request

    def handle_and_measure(request: server._Handler) -> None:
        began = time.thread_time()
        handle(request)
        if getattr(request, "command", None) == "POST":
            spent[threading.get_ident()] += time.thread_time() - began

    # Inherited from BaseHTTPRequestHandler, whose type of it mypy wants.
    server._Handler.handle_one_request = handle_and_measure  # type: ignore[method-assign, assignment]
    return spent


if __name__ == "__main__":
    start_counting()
    sys.exit(main())
