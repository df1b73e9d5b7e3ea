"""The metrics: how often something happened, and how long it took. They name nobody."""

from collections.abc import Iterable
from typing import Literal

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

MetricName = Literal[
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


def count(metric: MetricName, amount: float = 1) -> None:
    """It happened so many times."""
    _emit(metric, MetricUnit.Count, [amount])


def record_seconds(metric: MetricName, durations: Iterable[float]) -> None:
    """It took so long, each time."""
    _emit(metric, MetricUnit.Seconds, durations)


def _emit(metric: MetricName, unit: MetricUnit, values: Iterable[float]) -> None:
    # Of its own: what Metrics gathers is shared by all threads, of which the local runner has many.
    metrics = EphemeralMetrics(namespace="tilmelding", service="tilmelding")
    for value in values:
        metrics.add_metric(name=metric, unit=unit, value=value)
    metrics.flush_metrics()
