"""What one registration uses up, from the request to the mail."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from benchmarks import costs
from chalicelib import clock
from testing import account

OF_SIZE = ("answer_bytes", "mail_bytes", "log_bytes")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock._offset = timedelta(0)


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        (
            "confirmed",
            {"http_requests": 1, "invocations": 3, "stream_reads": 1, "dynamodb_calls": 6, "write_units": 9,
             "read_units": 4, "fifo_queue_requests": 3, "mails": 1},
        ),
        (
            "confirmed, all travel details told",
            {"http_requests": 1, "invocations": 3, "stream_reads": 1, "dynamodb_calls": 6, "write_units": 9,
             "read_units": 6, "fifo_queue_requests": 3, "mails": 1},
        ),
        (
            "waiting",
            {"http_requests": 1, "invocations": 3, "stream_reads": 1, "dynamodb_calls": 7, "write_units": 11,
             "read_units": 6, "fifo_queue_requests": 3, "mails": 1},
        ),
        (
            "moved up",
            {"invocations": 4, "stream_reads": 2, "dynamodb_calls": 9, "write_units": 10,
             "read_units": 5, "fifo_queue_requests": 6, "mails": 1},
        ),
        (
            "cancelled",
            {"http_requests": 1, "invocations": 3, "stream_reads": 1, "dynamodb_calls": 7, "write_units": 7,
             "read_units": 5, "fifo_queue_requests": 3, "mails": 1},
        ),
    ],
)  # fmt: skip
def test_what_one_uses_up(kind: str, counts: dict[str, int]) -> None:
    """Requests, units, invocations and messages of one, worked off to the end."""
    used = costs.measure_usage(kind, 1)
    assert {name: count for name, count in used.counts.items() if name not in OF_SIZE} == counts


@pytest.mark.parametrize(
    ("kind", "dollars"),
    [
        ("confirmed", 0.0141),
        ("confirmed, all travel details told", 0.0144),
        ("waiting", 0.0159),
        ("moved up", 0.0131),
        ("cancelled", 0.0129),
    ],
)
def test_what_a_thousand_cost(kind: str, dollars: float) -> None:
    """At the listed prices, with every function's milliseconds left out: they are this machine's."""
    used = costs.measure_usage(kind, 1)
    used.milliseconds.clear()
    assert sum(costs.price_usage(used).values()) * 1000 == pytest.approx(dollars, abs=0.0003)


def test_so_many_are_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each comes from a network of their own, so that no limit keeps a thousand from being counted."""
    monkeypatch.setitem(account.ENVIRONMENT, "REGISTRATIONS_PER_SOURCE", "1")
    assert costs.measure_usage("confirmed", 2).counts["mails"] == 2


def test_each_function_has_its_part() -> None:
    """The parts are the whole."""
    used = costs.measure_usage("moved up", 1)
    parts = [costs.price_usage(used.select(name)) for name in ("api_handler", "relay", "mail", "waitlist")]
    assert {what: sum(part[what] for part in parts) for what in parts[0]} == pytest.approx(costs.price_usage(used))


def test_nobody_costs_little() -> None:
    """An hour in which nothing happens: the clock runs twelve times, the reconciler once.

    Neither writes anything but that two events' counters do not differ. Each tick looks for mailboxes that are due
    beside what is due otherwise.
    """
    usage = costs.measure_idle_hour()
    counts = {name: count for name, count in usage.counts.items() if name not in OF_SIZE}
    assert counts == {"invocations": 13, "dynamodb_calls": 232, "read_units": 197, "write_units": 4}
