"""The metrics: how often something happened, and how long it took. They name nobody."""

from collections.abc import Iterable
from typing import Literal

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

Meter = Literal[
    "Registered",
    "Waiting",
    "Offered",
    "Promoted",
    "Cancelled",
    "MailsSent",
    "MailsFailed",
    "MailsBounced",
    "MailsClaimedTwice",
    "MailLag",
    "CounterDrift",
]


def count(meter: Meter, times: float = 1) -> None:
    """It happened so many times."""
    _put(meter, MetricUnit.Count, [times])


def seconds(meter: Meter, took: Iterable[float]) -> None:
    """It took so long, each time."""
    _put(meter, MetricUnit.Seconds, took)


def _put(meter: Meter, unit: MetricUnit, values: Iterable[float]) -> None:
    # Of its own: what Metrics gathers is shared by all threads, of which the local runner has many.
    metrics = EphemeralMetrics(namespace="tilmelding", service="tilmelding")
    for value in values:
        metrics.add_metric(name=meter, unit=unit, value=value)
    metrics.flush_metrics()
