"""The whole local stack, which counts its calls to AWS: `python -m benchmarks.counted`.

What was called so far, by the calls' names, is written as JSON to the file that CALLS names when SIGUSR1 asks.
"""

import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import boto3

from infra.local.__main__ import main


def _count_calls() -> None:
    called: Counter[str] = Counter()
    boto3.setup_default_session()
    session: Any = boto3.DEFAULT_SESSION
    session.events.register("before-call", lambda model, **_: called.update([model.name]))
    file = Path(os.environ["CALLS"])

    def write(*_: Any) -> None:
        unfinished = file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(called))
        unfinished.replace(file)

    signal.signal(signal.SIGUSR1, write)


if __name__ == "__main__":
    _count_calls()
    sys.exit(main())
