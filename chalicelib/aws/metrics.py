"""The metrics: counts and durations, without personal data."""

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
    "MailsWithheld",
    "MailsDrawnTogether",
    "MailLag",
    "CounterDrift",
    "DeletionOfEveryone",
]


def count(metric: MetricName, amount: float = 1) -> None:
    """Add so many to the metric."""
    _emit(metric, MetricUnit.Count, [amount])


def record_seconds(metric: MetricName, durations: Iterable[float]) -> None:
    """Record durations in seconds."""
    _emit(metric, MetricUnit.Seconds, durations)


def _emit(metric: MetricName, unit: MetricUnit, values: Iterable[float]) -> None:
    # Powertools' Metrics is shared by all threads, of which the local runner has many; this one is not.
    metrics = EphemeralMetrics(namespace="tilmelding", service="tilmelding")
    for value in values:
        metrics.add_metric(name=metric, unit=unit, value=value)
    metrics.flush_metrics()
