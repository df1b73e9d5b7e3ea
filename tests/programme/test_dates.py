"""Days and times as people read them."""

from datetime import UTC, datetime

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
