"""Designs of counting a place and writing a registration: the current one and others.

An attempt is a simulated call sequence that raises Conflict or Throttled. No place is taken, so each attempt
writes, which is the hardest case for the counter.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

import simpy

from benchmarks.on_sale.dynamodb import DynamoDB, Throttled

Attempt = Callable[[DynamoDB, int], simpy.events.ProcessGenerator]

#: Write units of one registration: the places, less than a kilobyte; and what is written about a person, the same.
_COUNTED, _WRITTEN = 1, 1
_SHARDS = 16
_BATCH = 10  # messages of one group that a function gets at once: SQS's most for a FIFO queue


@dataclass(frozen=True)
class Design:
    """A design, with the calls of one attempt."""

    name: str
    description: str  #: for the page
    attempt: Attempt | None  #: None: not by each caller, but from a queue


def _today(database: DynamoDB, number: int) -> simpy.events.ProcessGenerator:
    """Write one transaction: the event's places and its registrations share a partition key.

    The rate limit of the caller's network has a partition key of its own.
    """
    items = ["places", f"registration {number}", f"limit {number}"]
    return database.transact(items, {"event": 2 * (_COUNTED + _WRITTEN), f"limit {number}": 2 * _COUNTED})


def _spread(database: DynamoDB, number: int) -> simpy.events.ProcessGenerator:
    """Write the same, with a partition key for each registration, so that only the places are hot."""
    return database.transact(["places", f"registration {number}"], {"event": 2 * _COUNTED})


def _shards(database: DynamoDB, number: int) -> simpy.events.ProcessGenerator:
    """Count places in shards, each with a share of the units; while all have some, any will do."""
    shard = f"shard {random.Random(number).randrange(_SHARDS)}"
    return database.transact([shard, f"registration {number}"], {shard: 2 * _COUNTED})


def _plain(database: DynamoDB, _number: int) -> simpy.events.ProcessGenerator:
    """Update the places, with the owner of the unit, and then write the registration: two calls.

    A repair job must find what a crash left between them.
    """
    yield from database.write({"event": _COUNTED})
    yield from database.write({})


DESIGNS = (
    Design("today", "one transaction, everything under the event's key", _today),
    Design("spread", "one transaction, each registration under a key of its own", _spread),
    Design("shards", f"one transaction, the places counted in {_SHARDS} shards", _shards),
    Design("plain", "a conditional update of the places, then the registration", _plain),
    Design("queue", f"a FIFO queue before it all, {_BATCH} registrations a transaction", None),
)


def consume_queue(database: DynamoDB, queue: simpy.Store) -> simpy.events.ProcessGenerator:
    """Consume the queue alone: a group's messages are given out in order, so one batch at a time."""
    while True:
        batch = [(yield queue.get())]
        while queue.items and len(batch) < _BATCH:
            batch.append((yield queue.get()))
        units: dict[str, float] = {"event": 2 * _COUNTED + 2 * _WRITTEN * len(batch)}
        yield from _retry_while_throttled(database, units)
        for answered in batch:
            answered.succeed()


def _retry_while_throttled(database: DynamoDB, units: dict[str, float]) -> simpy.events.ProcessGenerator:
    while True:
        try:
            yield from database.transact(["places"], units)
        except Throttled:
            yield database.environment.timeout(0.02)
        else:
            return
