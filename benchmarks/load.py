"""Callers with a kept connection each, who ask for one thing after the other."""

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
    """What became of the calls: seconds that each took, in no order, their statuses, and seconds of it all."""

    durations: tuple[float, ...]
    statuses: tuple[int, ...]
    seconds: float

    @property
    def calls_per_second(self) -> float:
        return len(self.durations) / self.seconds

    def milliseconds(self, percent: int) -> float:
        """How long a call took at most, of so many percent of them."""
        return statistics.quantiles(self.durations, n=100, method="inclusive")[percent - 1] * 1000


def person(number: int) -> bytes:
    """Somebody, as a script posts them."""
    return json.dumps(builders.person("Anna", "Hansen", email=f"anna-{number}@example.org")).encode()


def post(address: str, path: str, bodies: Sequence[bytes], connections: int) -> LoadResult:
    """Post all of the bodies to the path, over so many connections."""
    waiting: SimpleQueue[bytes] = SimpleQueue()
    for body in bodies:
        waiting.put(body)
    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as callers:
        done = [callers.submit(_call, address, path, waiting) for _ in range(connections)]
        answers = [answer for each in done for answer in each.result()]
    ended = time.perf_counter()
    return LoadResult(tuple(took for took, _ in answers), tuple(status for _, status in answers), ended - began)


def _call(address: str, path: str, waiting: "SimpleQueue[bytes]") -> list[tuple[float, int]]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    answers: list[tuple[float, int]] = []
    while True:
        try:
            body = waiting.get_nowait()
        except Empty:
            connection.close()
            return answers
        began = time.perf_counter()
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        with connection.getresponse() as response:
            response.read()
            answers.append((time.perf_counter() - began, response.status))
