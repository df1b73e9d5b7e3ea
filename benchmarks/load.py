"""Callers with a keep-alive connection each, who make one request after the other."""

import http.client
import json
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

from testing import builders


@dataclass(frozen=True)
class LoadResult:
    """The result of the calls: seconds of each, in no order, their statuses, and seconds of the whole load."""

    durations: tuple[float, ...]
    statuses: tuple[int, ...]
    seconds: float

    @property
    def calls_per_second(self) -> float:
        """Calls per second over the whole load."""
        return len(self.durations) / self.seconds

    def milliseconds(self, percent: int) -> float:
        """Return the given percentile of a call's duration, in milliseconds."""
        return statistics.quantiles(self.durations, n=100, method="inclusive")[percent - 1] * 1000


def person(number: int) -> bytes:
    """Build the body of a person's registration, as a script posts it."""
    return json.dumps(builders.person("Anna", "Hansen", email=f"anna-{number}@example.org")).encode()


def post(address: str, path: str, bodies: Sequence[bytes], connections: int) -> LoadResult:
    """Post all of the bodies to the path, over so many connections."""
    waiting: SimpleQueue[bytes] = SimpleQueue()
    for body in bodies:
        waiting.put(body)
    started_at = time.perf_counter()
    with ThreadPoolExecutor(connections) as callers:
        futures = [callers.submit(_call, address, path, waiting) for _ in range(connections)]
        answers = [answer for future in futures for answer in future.result()]
    ended_at = time.perf_counter()
    return LoadResult(
        tuple(seconds for seconds, _ in answers), tuple(status for _, status in answers), ended_at - started_at
    )


def _call(address: str, path: str, waiting: "SimpleQueue[bytes]") -> list[tuple[float, int]]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    answers: list[tuple[float, int]] = []
    while True:
        try:
            body = waiting.get_nowait()
        except Empty:
            connection.close()
            return answers
        started_at = time.perf_counter()
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        with connection.getresponse() as response:
            response.read()
            answers.append((time.perf_counter() - started_at, response.status))
