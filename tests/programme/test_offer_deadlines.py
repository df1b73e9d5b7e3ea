"""When an offer ends."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.programme import offer_deadlines
from chalicelib.programme.model import ZONE, Event
from testing import builders


def evening(**waitlist: object) -> Event:
    """An event on Tuesday 5 May 2020 at 15.00."""
    return builders.event(waitlist={"mode": "offer", **waitlist})


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZONE)


EARLY: dict[str, object] = {"list_deadline": "2020-05-05T07:00", "offer_hours": 12}
LATER = EARLY | {"list_deadline": "2020-05-05T07:30"}
DEADLINES = [
    ("a day, while there is time", "2020-04-01T12:00", {}, "2020-04-02T12:00"),
    ("made at 21.30, it ends at 21.30 the day after", "2020-04-01T21:30", {}, "2020-04-02T21:30"),
    ("a longer one, if the organiser says so", "2020-04-01T12:00", {"offer_hours": 48}, "2020-04-03T12:00"),
    ("a quarter of what is left, as the event nears", "2020-05-04T15:00", {}, "2020-05-04T21:00"),
    ("not at night: the morning after", "2020-04-01T21:30", {"offer_hours": 4}, "2020-04-02T08:00"),
    ("not before eight", "2020-04-01T23:30", {"offer_hours": 8}, "2020-04-02T08:00"),
    ("a quarter of what is left until the list's deadline", "2020-05-04T18:00", EARLY, "2020-05-04T21:15"),
    ("the morning would be too late: the evening before", "2020-05-04T19:00", LATER, "2020-05-04T21:30"),
    ("across the change to summer time: 24 hours", "2020-03-28T12:00", {}, "2020-03-29T13:00"),
]  # fmt: skip


@pytest.mark.parametrize(("_what", "now", "waitlist", "ends"), DEADLINES, ids=[row[0] for row in DEADLINES])
def test_an_offer_ends(_what: str, now: str, waitlist: dict[str, object], ends: str) -> None:
    """The end of an offer made at that moment."""
    assert offer_deadlines.compute_expires_at(evening(**waitlist), at(now)) == at(ends)


@pytest.mark.parametrize("now", ["2020-05-01T12:00", "2020-05-02T00:00"])
def test_no_offer_from_the_lists_deadline_on(now: str) -> None:
    """The organiser decides."""
    assert offer_deadlines.compute_expires_at(evening(list_deadline="2020-05-01T12:00"), at(now)) is None


def test_no_offer_that_could_only_end_at_night() -> None:
    """Late in the evening before an early deadline there is no time to answer."""
    assert (
        offer_deadlines.compute_expires_at(evening(list_deadline="2020-05-05T07:00"), at("2020-05-04T22:30"))
        is None
    )


@given(
    st.integers(0, 66 * 24 * 60).map(lambda minutes: at("2020-03-01T00:00") + timedelta(minutes=minutes)),
    st.integers(1, 168),
    st.none()
    | st.integers(0, 15 * 24 * 60).map(lambda minutes: at("2020-04-20T00:00") + timedelta(minutes=minutes)),
)
def test_an_end_is_never_at_night_nor_too_late(now: datetime, hours: int, deadline: datetime | None) -> None:
    """Whatever the moment: after now, by day, no longer than said but for the night, and before the deadline."""
    event = evening(offer_hours=hours, list_deadline=deadline)
    last = event.waitlist.list_deadline or event.starts_at
    end = offer_deadlines.compute_expires_at(event, now)
    if end is not None:
        assert now < end <= last
        assert time(8) <= end.astimezone(ZONE).time() < time(22)
        assert end - now <= timedelta(hours=hours + 11)
