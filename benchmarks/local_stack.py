"""The whole local stack, as `make run` starts it, and what its processes use."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from benchmarks import load
from benchmarks.load import LoadResult
from testing.system import System

_BETWEEN = 0.5  # seconds
_TICKS = os.sysconf("SC_CLK_TCK")  # per second


@dataclass(frozen=True)
class Program:
    """A server that was started, its processes, and its URL."""

    system: System
    pid: int

    @property
    def processes(self) -> tuple[int, ...]:
        """The server's own process, then those it started."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return (self.pid, *map(int, children))

    def wait_until_idle(self) -> None:
        """Wait until all work is done; each check costs processor time, so it is made rarely."""
        while self.system.get("/_local/idle?timeout=0").status == HTTPStatus.GATEWAY_TIMEOUT:
            time.sleep(_BETWEEN)

    def read_processor_seconds(self) -> tuple[float, ...]:
        """Read the seconds of processor that each of the processes has used so far."""
        return tuple(_read_processor_seconds(pid) for pid in self.processes)

    def run_load(self, event_id: str, bodies: Sequence[bytes], connections: int) -> "Measurement":
        """Register the people over so many connections; return the measurement once all work is done."""
        before = self.read_processor_seconds()
        result = load.post(self.system.address, f"/events/{event_id}/registrations", bodies, connections)
        self.wait_until_idle()
        seconds = (after - since for since, after in zip(before, self.read_processor_seconds(), strict=True))
        return Measurement(result, tuple(each * 1000 / len(bodies) for each in seconds))


@dataclass(frozen=True)
class Measurement:
    """A server under a load: the result, and milliseconds of processor for each call, by process."""

    load: LoadResult
    processor: tuple[float, ...]


def _read_processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS  # utime and stime: proc_pid_stat(5), 14 and 15


@contextmanager
def start_server(module: str = "infra.local", **more: str) -> Iterator[Program]:
    """Start the module's server on a free port, with nothing kept; stop it at the end.

    It prints “Ready” when it answers; its environment has PORT and `more`.
    """
    port = _free_port()
    environment = {**os.environ, "PORT": str(port), "DATA": "", "PYTHONUNBUFFERED": "1", **more}
    command = [sys.executable, "-m", module]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            _wait_until_ready(process)
            yield Program(System(f"http://127.0.0.1:{port}"), process.pid)
        finally:
            process.terminate()
            process.communicate()


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Ready"):
            return
    raise RuntimeError(f"{process.args!r} ended before it was ready")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
