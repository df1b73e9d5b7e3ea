"""Functions that run at a rate, by the local clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import clock
from infra.local import schedule
from infra.local.schedule import Schedule, parse_rate
from tests.local.watched import Watched, eventually


@pytest.fixture(autouse=True)
def _the_clock_goes_on_afterwards() -> Iterator[None]:
    clock.start_at(datetime.fromisoformat("2019-11-01T08:00:00+01:00"))
    yield
    clock.start_at(datetime.now(UTC))


@pytest.mark.parametrize(
    ("expression", "time"),
    [
        ("rate(5 minutes)", timedelta(minutes=5)),
        ("rate(1 hour)", timedelta(hours=1)),
        ("rate(2 days)", timedelta(days=2)),
    ],
)
def test_a_rate_is_a_time(expression: str, time: timedelta) -> None:
    """The units of EventBridge, singular and plural."""
    assert parse_rate(expression) == time


def test_other_expressions_are_refused() -> None:
    """Rather than never running the function."""
    with pytest.raises(ValueError, match="not cron"):
        parse_rate("cron(0 4 * * ? *)")


def test_fires_at_the_start_and_once_for_each_leap_of_the_clock(watched: Watched) -> None:
    """A leap of a day is one run, not 288: the function looks at what is due."""
    ticking = Schedule(watched, "watched", "rate(5 minutes)")
    watched.start(ticking)
    eventually(lambda: not ticking.is_due())
    clock.advance(timedelta(minutes=4))
    assert not ticking.is_due()

    clock.advance(timedelta(hours=25))
    assert ticking.is_due()
    eventually(lambda: not ticking.is_due())

    assert [event["time"][:16] for event in watched.events] == ["2019-11-01T07:00", "2019-11-02T08:04"]
    assert watched.events[0]["detail-type"] == "Scheduled Event"


def test_is_due_until_the_function_has_run(watched: Watched) -> None:
    """A caller who waits for due timers waits for their end."""
    seen: list[bool] = []
    ticking = Schedule(watched, "watched", "rate(5 minutes)")
    watched.answer = lambda _event: seen.append(ticking.is_due())

    watched.start(ticking)

    eventually(lambda: not ticking.is_due())
    assert seen == [True]


def test_a_failed_run_is_tried_twice_more(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """As EventBridge does; after that the next due time comes."""
    monkeypatch.setattr(schedule, "_RETRY_PAUSE", 0.001)

    def fail(_event: object) -> None:
        raise RuntimeError("not now")

    watched.answer = fail
    ticking = Schedule(watched, "watched", "rate(5 minutes)")
    watched.start(ticking)

    eventually(lambda: not ticking.is_due())
    assert len(watched.events) == 3
