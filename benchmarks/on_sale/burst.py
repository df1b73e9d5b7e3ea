"""A burst of callers at one event, and what becomes of them."""

import random
import statistics
from dataclasses import dataclass, field

import simpy

from benchmarks.on_sale.designs import Design, work_off
from benchmarks.on_sale.dynamodb import Conflict, DynamoDB, Throttled
from chalicelib.aws import table

SECONDS = 5  #: that a burst lasts
AT_ONCE = 1000  #: functions: an account's quota until it is raised (Lambda quotas, “Concurrent executions”)
_LONGEST = 29.0  #: seconds until API Gateway gives up
_OWN_WORK = 0.004  #: seconds of a function besides its calls


@dataclass
class Outcome:
    """Seconds until each caller who got an answer had it, how many were told to come back, and when the last
    was answered."""

    took: list[float] = field(default_factory=list)
    refused: int = 0
    ended: float = 0.0

    @property
    def a_second(self) -> float:
        return len(self.took) / max(self.ended, SECONDS)

    @property
    def share_refused(self) -> float:
        return self.refused / (self.refused + len(self.took))

    def percentile(self, percent: int) -> float:
        return statistics.quantiles(self.took, n=100)[percent - 1]


def run(design: Design, rate: int, median: float, seed: int = 1) -> Outcome:
    """Let `rate` people a second come for `SECONDS` seconds, at random."""
    environment = simpy.Environment()
    chance = random.Random(seed)
    random.seed(seed)  # the pauses between attempts are drawn from there
    burst = _Burst(environment, DynamoDB(environment, chance, median), design, chance)
    environment.process(burst.arrivals(rate))
    environment.run(until=SECONDS + _LONGEST)
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
            self.environment.process(work_off(self.database, queue))
        number = 0
        while self.environment.now < SECONDS:
            yield self.environment.timeout(self.chance.expovariate(rate))
            number += 1
            self.environment.process(self._caller(number, queue))

    def _caller(self, number: int, queue: simpy.Store) -> simpy.events.ProcessGenerator:
        began = self.environment.now
        if self.running >= AT_ONCE:
            self.outcome.refused += 1
            return
        self.running += 1
        yield self.environment.timeout(_OWN_WORK)
        answered = yield from (self._by_queue(queue) if self.design.attempt is None else self._by_itself(number))
        self.running -= 1
        if answered:
            self.outcome.took.append(self.environment.now - began)
            self.outcome.ended = self.environment.now
        else:
            self.outcome.refused += 1

    def _by_queue(self, queue: simpy.Store) -> simpy.events.ProcessGenerator:
        done = self.environment.event()
        yield queue.put(done)
        yield done | self.environment.timeout(_LONGEST)
        return done.triggered

    def _by_itself(self, number: int) -> simpy.events.ProcessGenerator:
        """As often, and after such pauses, as `chalicelib.table` tries."""
        assert self.design.attempt is not None
        for attempt in range(table.ATTEMPTS):
            try:
                yield from self.design.attempt(self.database, number)
            except (Conflict, Throttled):
                yield self.environment.timeout(table._pause(attempt))
            else:
                return True
        return False
