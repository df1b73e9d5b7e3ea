"""DynamoDB's limits in a burst: write units of a partition per second, and items with one transaction at a time.

Published: 1,000 write units a second and partition (developer guide, “Key range throughput exceeded”); an item
costs one unit for each kilobyte begun, twice that in a transaction (“Transactions: how it works”), where
everything is prepared and then committed; a transaction fails with TransactionConflict while another writes one of
its items (API reference, TransactWriteItems). A partition is split when it stays hot, which takes minutes: a burst
is over by then.

Not published, so a parameter here that the section varies: the duration of a transaction.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass, field

import simpy

UNITS_A_SECOND = 1000
_SPREAD = 0.35  # of the logarithm of how long a call takes: one in a hundred takes more than twice the median


class Conflict(Exception):
    """Another transaction is writing one of the items."""


class Throttled(Exception):
    """A partition has no units left in this second."""


@dataclass
class Partition:
    """A bucket of write units that fills by the second; a failed write has used its units, too."""

    environment: simpy.Environment
    units: float = UNITS_A_SECOND
    filled_at: float = 0.0

    def use(self, units: float) -> None:
        """Use units, or raise Throttled."""
        now = self.environment.now
        self.units = min(UNITS_A_SECOND, self.units + (now - self.filled_at) * UNITS_A_SECOND)
        self.filled_at = now
        if self.units < units:
            raise Throttled
        self.units -= units


@dataclass
class DynamoDB:
    """`median` is the duration of a transaction of two items, in seconds; one item takes half of that."""

    environment: simpy.Environment
    chance: random.Random
    median: float
    locked_items: set[str] = field(default_factory=set)
    partitions: dict[str, Partition] = field(default_factory=dict)

    def transact(self, items: Collection[str], units: dict[str, float]) -> simpy.events.ProcessGenerator:
        """Write the items, which use so many units of each partition; raises Conflict and Throttled."""
        takes = self._takes(self.median)
        yield self.environment.timeout(takes / 4)  # on its way there
        self._use(units)
        if self.locked_items & set(items):
            raise Conflict
        self.locked_items |= set(items)
        yield self.environment.timeout(takes / 2)  # prepared, then committed
        self.locked_items -= set(items)
        yield self.environment.timeout(takes / 4)  # on its way back

    def write(self, units: dict[str, float]) -> simpy.events.ProcessGenerator:
        """Write one item by itself: such writes are queued and never conflict. Raises Throttled."""
        takes = self._takes(self.median / 2)
        yield self.environment.timeout(takes / 2)
        self._use(units)
        yield self.environment.timeout(takes / 2)

    def _takes(self, median: float) -> float:
        return median * self.chance.lognormvariate(0, _SPREAD)

    def _use(self, units: dict[str, float]) -> None:
        for name, each in units.items():
            self.partitions.setdefault(name, Partition(self.environment)).use(each)
