"""What one registration uses up, from the request to the mail."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from benchmarks import costs
from chalicelib import clock

OF_SIZE = ("answer_bytes", "mail_bytes", "log_bytes")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock._ahead = timedelta(0)


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        (
            "confirmed",
            {"http_requests": 1, "invocations": 3, "stream_reads": 1, "dynamodb_calls": 7, "write_units": 9,
             "read_units": 3, "fifo_queue_requests": 3, "mails": 1},
        ),
        (
            "confirmed, all travel details told",
            {"http_requests": 1, "invocations": 3, "stream_reads": 1, "dynamodb_calls": 7, "write_units": 9,
             "read_units": 5, "fifo_queue_requests": 3, "mails": 1},
        ),
        (
            "waiting, then moved up",
            {"http_requests": 1, "invocations": 9, "stream_reads": 4, "dynamodb_calls": 22, "write_units": 27,
             "read_units": 14, "fifo_queue_requests": 12, "mails": 2},
        ),
        (
            "confirmed, then cancelled",
            {"http_requests": 2, "invocations": 7, "stream_reads": 2, "dynamodb_calls": 15, "write_units": 16,
             "read_units": 7, "fifo_queue_requests": 9, "mails": 2},
        ),
    ],
)  # fmt: skip
def test_what_one_uses_up(kind: str, counts: dict[str, int]) -> None:
    """Requests, units, invocations and messages of one, worked off to the end."""
    used = costs.used_by(kind, 1)
    assert {name: count for name, count in used.counts.items() if name not in OF_SIZE} == counts


def test_a_confirmed_one_costs_two_hundredths_of_a_dollar_for_a_thousand_at_most() -> None:
    """At the listed prices, with every function's milliseconds left out: they are this machine's."""
    used = costs.used_by("confirmed, all travel details told", 1)
    used.milliseconds.clear()
    assert sum(costs.priced(used).values()) * 1000 == pytest.approx(0.0134, abs=0.0006)


def test_nobody_costs_little() -> None:
    """An hour in which nothing happens: the clock looks twelve times, the reconciler once, and neither writes
    anything but that two events' counters do not differ."""
    used = costs.idle()
    counted = {name: count for name, count in used.counts.items() if name not in OF_SIZE}
    assert counted == {"invocations": 13, "dynamodb_calls": 183, "read_units": 169, "write_units": 4}
