"""Profile a running program by sampling: the share of processor by owner of the code."""

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_SAMPLES_PER_SECOND = 100  # samples
_SPY = Path(sys.executable).with_name("py-spy")

#: Whose a stack's time is: of its innermost frame that lies in one of these. The first that fits counts.
_OWNERS = (
    ("our code", ("chalicelib/", "app.py")),
    ("boto", ("botocore/", "boto3/", "urllib3/", "s3transfer/")),
    ("the caught mails", ("moto/", "werkzeug/", "flask/", "infra/local/mailbox.py")),
    ("the HTTP server", ("http/server.py", "socketserver.py", "infra/local/server.py", "chalice/")),
    ("the local runner", ("infra/local/",)),
    ("libraries", ("site-packages/",)),
)
ELSE = "Python itself"


def measure_shares(pid: int, work: Callable[[], object]) -> dict[tuple[bool, str], float]:
    """Return each owner's share of the processor that the program uses during the work.

    Threads that answer requests (True) are kept apart from all others.
    """
    with tempfile.TemporaryDirectory() as folder:
        stacks = Path(folder) / "stacks"
        with _sampling(pid, stacks):
            work()
        samples: Counter[tuple[bool, str]] = Counter()
        for line in stacks.read_text().splitlines():
            stack, _, times = line.rpartition(" ")
            samples[_is_answering(stack), _find_owner(stack)] += int(times)
    return {owner: each / samples.total() for owner, each in samples.items()}


@contextmanager
def _sampling(pid: int, into: Path) -> Iterator[None]:
    """Sample the program into the file, only threads that are on a processor."""
    command = [str(_SPY), "record", "--pid", str(pid), "--rate", str(_SAMPLES_PER_SECOND), "--format", "raw"]
    more = ["--threads", "--full-filenames", "--nonblocking", "--output", str(into)]
    with subprocess.Popen([*command, *more], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as spy:
        try:
            yield
        finally:
            spy.send_signal(2)  # SIGINT: it writes down what it has


def _is_answering(stack: str) -> bool:
    return "infra/local/server.py" in stack


def _find_owner(stack: str) -> str:
    for frame in reversed(stack.split(";")):
        for owner, places in _OWNERS:
            if any(place in frame for place in places):
                return owner
    return ELSE
