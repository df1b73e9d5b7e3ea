"""A burst of callers at one event, and its outcome."""

import random
import statistics
from dataclasses import dataclass, field

import simpy

from benchmarks.on_sale.designs import Design, consume_queue
from benchmarks.on_sale.dynamodb import Conflict, DynamoDB, Throttled
from chalicelib.aws import table

SECONDS = 5  #: that a burst lasts
MAX_CONCURRENT = 1000  #: functions: an account's quota until it is raised (Lambda quotas, “Concurrent executions”)
_TIMEOUT_SECONDS = 29.0  #: seconds until API Gateway gives up
_OWN_WORK = 0.004  #: seconds of a function besides its calls


@dataclass
class Outcome:
    """Seconds until each answered caller had a response, the number refused, and the time of the last response."""

    durations: list[float] = field(default_factory=list)
    refused: int = 0
    ended: float = 0.0

    @property
    def calls_per_second(self) -> float:
        """Answered calls per second."""
        return len(self.durations) / max(self.ended, SECONDS)

    @property
    def share_refused(self) -> float:
        """The share of callers who were told to come back."""
        return self.refused / (self.refused + len(self.durations))

    def percentile(self, percent: int) -> float:
        """Return the percentile of the seconds until a response."""
        return statistics.quantiles(self.durations, n=100)[percent - 1]


def run(design: Design, rate: int, median: float, seed: int = 1) -> Outcome:
    """Let `rate` people a second arrive for `SECONDS` seconds, at random."""
    environment = simpy.Environment()
    chance = random.Random(seed)
    random.seed(seed)  # the pauses between attempts are drawn from there
    burst = _Burst(environment, DynamoDB(environment, chance, median), design, chance)
    environment.process(burst.arrivals(rate))
    environment.run(until=SECONDS + _TIMEOUT_SECONDS)
    return burst.outcome


@dataclass
class _Burst:
    environment: simpy.Environment
    database: DynamoDB
    design: Design
    chance: random.Random
    outcome: Outcome = field(default_factory=Outcome)
    running: int = 0

    def arrivals(self, rate: int) -> simpy.events.ProcessGenerator:
        queue = simpy.Store(self.environment)
        if self.design.attempt is None:
            self.environment.process(consume_queue(self.database, queue))
        number = 0
        while self.environment.now < SECONDS:
            yield self.environment.timeout(self.chance.expovariate(rate))
            number += 1
            self.environment.process(self._caller(number, queue))

    def _caller(self, number: int, queue: simpy.Store) -> simpy.events.ProcessGenerator:
        started_at = self.environment.now
        if self.running >= MAX_CONCURRENT:
            self.outcome.refused += 1
            return
        self.running += 1
        yield self.environment.timeout(_OWN_WORK)
        answered = yield from (
            self._wait_for_queue(queue) if self.design.attempt is None else self._retry_attempt(number)
        )
        self.running -= 1
        if answered:
            self.outcome.durations.append(self.environment.now - started_at)
            self.outcome.ended = self.environment.now
        else:
            self.outcome.refused += 1

    def _wait_for_queue(self, queue: simpy.Store) -> simpy.events.ProcessGenerator:
        response = self.environment.event()
        yield queue.put(response)
        yield response | self.environment.timeout(_TIMEOUT_SECONDS)
        return response.triggered

    def _retry_attempt(self, number: int) -> simpy.events.ProcessGenerator:
        """As often, and after such pauses, as `chalicelib.aws.table` tries."""
        assert self.design.attempt is not None
        for attempt in range(table.MAX_ATTEMPTS):
            try:
                yield from self.design.attempt(self.database, number)
            except (Conflict, Throttled):
                yield self.environment.timeout(table.compute_backoff(attempt))
            else:
                return True
        return False
