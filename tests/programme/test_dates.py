"""Days and times as people read them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from chalicelib.language import Language
from chalicelib.programme import dates
from chalicelib.programme.model import ZONE

MORNING = datetime(2020, 8, 25, 9, 30, tzinfo=ZONE)
NOON = datetime(2020, 8, 25, 12, 30, tzinfo=ZONE)
NEXT_DAY = datetime(2020, 8, 26, 11, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("da", "tirsdag den 25. august 2020 kl. 9.30–12.30"),
        ("en", "Tuesday 25 August 2020, 9:30–12:30"),
    ],
)
def test_a_span_within_a_day_names_the_day_once(language: Language, expected: str) -> None:
    """The day stands once, the times are joined by an en dash."""
    assert dates.format_period(MORNING, NOON, language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("da", "tirsdag den 25. august 2020 kl. 9.30 til onsdag den 26. august 2020 kl. 11.00"),
        ("en", "Tuesday 25 August 2020, 9:30 to Wednesday 26 August 2020, 11:00"),
    ],
)
def test_a_span_over_days_writes_both_moments_out(language: Language, expected: str) -> None:
    """Begin and end each have their day."""
    assert dates.format_period(MORNING, NEXT_DAY, language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("da", "onsdag den 26. august 2020 kl. 11.00"), ("en", "Wednesday 26 August 2020, 11:00")],
)
def test_a_moment_has_day_and_time(language: Language, expected: str) -> None:
    """A single moment is written with its weekday, day, year and time."""
    assert dates.format_date_time(NEXT_DAY, language) == expected


def test_a_day_may_go_without_its_year() -> None:
    """Where the year is plain only weekday and day are written."""
    assert (dates.format_date_without_year(MORNING, "da"), dates.format_date_without_year(MORNING, "en")) == (
        "tirsdag den 25. august",
        "Tuesday 25 August",
    )


def test_times_are_local_to_the_programme() -> None:
    """A moment in UTC is shown as Copenhagen's clocks show it, also when that is another day there."""
    assert (
        dates.format_date_time(datetime(2020, 3, 25, 23, 5, tzinfo=UTC), "da")
        == "torsdag den 26. marts 2020 kl. 0.05"
    )


def test_a_span_counts_days_as_they_are_in_copenhagen() -> None:
    """A span of one day in UTC and two in Copenhagen is written as two."""
    before, after = datetime(2020, 8, 25, 21, 0, tzinfo=UTC), datetime(2020, 8, 25, 23, 0, tzinfo=UTC)
    assert (
        dates.format_period(before, after, "en")
        == "Tuesday 25 August 2020, 23:00 to Wednesday 26 August 2020, 1:00"
    )


@pytest.mark.parametrize(
    ("at", "language", "expected"),
    [
        ("2020-10-25T02:00+02:00", "da", "2.00 sommertid"),
        ("2020-10-25T02:30+02:00", "da", "2.30 sommertid"),
        ("2020-10-25T00:59:59+00:00", "en", "2:59 summer time"),
        ("2020-10-25T02:00+01:00", "en", "2:00 winter time"),
        ("2020-10-25T02:30+01:00", "da", "2.30 normaltid (vintertid)"),
        ("2026-10-25T01:59+00:00", "en", "2:59 winter time"),
    ],
)
def test_a_time_that_comes_twice_says_which_is_meant(at: str, language: Language, expected: str) -> None:
    """In the hour that is repeated at the end of summer time the offset is told in words."""
    assert dates.format_time(datetime.fromisoformat(at), language) == expected


@pytest.mark.parametrize(
    "at",
    [
        "2020-10-25T01:59+02:00",
        "2020-10-25T03:00+01:00",
        "2020-03-29T01:59+01:00",
        "2020-03-29T03:00+02:00",
        "2020-10-24T02:30+02:00",
        "2020-10-26T02:30+01:00",
    ],
)
def test_all_other_times_stand_alone(at: str) -> None:
    """Before and after that hour, in spring and on other days, there is nothing to tell apart."""
    assert "time" not in dates.format_time(datetime.fromisoformat(at), "en")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("da", "søndag den 25. oktober 2020 kl. 2.30 sommertid–2.15 normaltid (vintertid)"),
        ("en", "Sunday 25 October 2020, 2:30 summer time–2:15 winter time"),
    ],
)
def test_a_span_over_the_change_says_both(language: Language, expected: str) -> None:
    """45 minutes from half past two to a quarter past two are no mistake of the page."""
    start = datetime(2020, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2)))
    assert dates.format_period(start, start + timedelta(minutes=45), language) == expected


def test_a_moment_in_a_list_is_told_in_numbers() -> None:
    """A cell of a list has day and time in local time, and the words only in that hour."""
    moments = (datetime(2020, 8, 25, 7, 30, tzinfo=UTC), datetime(2020, 10, 25, 0, 30, tzinfo=UTC))
    assert [dates.format_numeric(each, "da") for each in moments] == [
        "25-08-2020 09:30",
        "25-10-2020 02:30 sommertid",
    ]
