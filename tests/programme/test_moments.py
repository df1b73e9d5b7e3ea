"""Moments: local times are read in one place, compared as instants, and read back as they were written."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from chalicelib.programme import moments
from chalicelib.programme.journey import Deadlines, Leg, Release, Stay
from chalicelib.programme.model import Event, Meal, Session, Waitlist, Window
from testing import builders

_moment: TypeAdapter[datetime] = TypeAdapter(moments.Moment)


def read(written: str) -> datetime:
    return _moment.validate_python(written)


@pytest.mark.parametrize(
    "written",
    [
        "2020-03-29T02:00",
        "2020-03-29T02:30",
        "2020-03-29T02:59:59.999999",
        "2000-03-26T02:15",
        "2026-03-29T02:30",
        "2999-03-31T02:30",
    ],
)
def test_a_time_that_the_clocks_skip_is_refused(written: str) -> None:
    """It exists in no reading of it, so it is neither moved nor stored."""
    with pytest.raises(ValidationError, match="does not exist that night"):
        read(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2020-03-29T01:59:59", "2020-03-29T01:59:59+01:00"),
        ("2020-03-29T03:00", "2020-03-29T03:00:00+02:00"),
        ("2020-03-29T02:30+01:00", "2020-03-29T03:30:00+02:00"),
        ("2020-03-29T02:30Z", "2020-03-29T04:30:00+02:00"),
        ("2020-10-25T02:30", "2020-10-25T02:30:00+02:00"),
        ("2020-10-25T02:30+02:00", "2020-10-25T02:30:00+02:00"),
        ("2020-10-25T02:30+01:00", "2020-10-25T02:30:00+01:00"),
        ("2020-10-25T01:30Z", "2020-10-25T02:30:00+01:00"),
        ("2020-10-25T03:00", "2020-10-25T03:00:00+01:00"),
    ],
)
def test_a_time_is_read_as_local_unless_an_offset_says_otherwise(written: str, expected: str) -> None:
    """Of an hour that is repeated it is the earlier one; what an offset names exists always."""
    assert read(written).isoformat() == expected


@pytest.mark.parametrize(
    "written",
    [
        "1999-12-31T23:59:59",
        "2000-01-01T00:30+03:00",
        "1999-12-31T22:59Z",
        "3000-01-01T00:00",
        "2999-12-31T23:30Z",
        "2999-12-31T23:30-05:00",
        "0001-01-01T00:00",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59",
        "9999-12-31T23:59-14:00",
    ],
)
def test_the_year_is_that_of_the_local_time(written: str) -> None:
    """A year is checked after the offset is converted, because that is how it is read back."""
    with pytest.raises(ValidationError, match="must be between the years 2000 and 2999"):
        read(written)


@pytest.mark.parametrize(
    "written", ["2000-01-01T00:00", "1999-12-31T23:00Z", "2000-01-01T02:30+03:00", "2999-12-31T23:59:59.999999"]
)
def test_the_first_and_the_last_moment_are_taken(written: str) -> None:
    """What is in range in local time is in range, whatever the offset made of its year."""
    assert moments.FIRST_YEAR <= read(written).year <= moments.LAST_YEAR


#: Around both changes of the hour and both ends of the range, and anywhere in between.
_INSTANTS = st.one_of(
    *(
        st.timedeltas(timedelta(hours=-4), timedelta(hours=4)).map(middle.__add__)
        for middle in (
            datetime(2000, 1, 1, 3, tzinfo=UTC),
            datetime(2020, 3, 29, 1, tzinfo=UTC),
            datetime(2020, 10, 25, 1, tzinfo=UTC),
            datetime(2999, 12, 31, 18, tzinfo=UTC),
        )
    ),
    st.integers(1, 300_000).map(lambda days: datetime(2000, 1, 2, tzinfo=UTC) + timedelta(days, hours=days % 24)),
)


@given(instant=_INSTANTS, other=_INSTANTS)
def test_moments_compare_as_instants(instant: datetime, other: datetime) -> None:
    """Order, equality, hash and difference are those of the instants, in every hour of the year."""
    one, two = moments.to_local(instant), moments.to_local(other)
    assert (one < two, one == two, hash(one) == hash(two)) == (instant < other, instant == other, instant == other)
    assert one - two == instant - other
    assert one == instant


@given(instant=_INSTANTS, offset=st.integers(-14 * 60, 14 * 60))
def test_a_moment_is_read_back_as_it_was_read(instant: datetime, offset: int) -> None:
    """Whatever the offset that it was written with, JSON gives the same instant with the same local time."""
    written = (instant.replace(tzinfo=None) + timedelta(minutes=offset)).isoformat()
    sign, minutes = "-" if offset < 0 else "+", abs(offset)
    moment = read(f"{written}{sign}{minutes // 60:02d}:{minutes % 60:02d}")
    again = _moment.validate_json(_moment.dump_json(moment))
    assert (moment, again, again.isoformat()) == (instant, instant, moment.isoformat())


_LEG = {
    "name": "bus",
    "kind": "bus",
    "title": {"da": "Bus", "en": "Bus"},
    "carrier": "Bus",
    "origin": "A",
    "destination": "B",
}
_STAY = {"name": "room", "title": {"da": "Rum", "en": "Room"}, "hotel": "Hotel", "beds": 1}
_TITLE = {"da": "Titel", "en": "Title"}
_SPANS: list[tuple[type[BaseModel], dict[str, Any], str, str]] = [
    (Event, builders.event_document(), "starts_at", "ends_at"),
    (Window, {}, "opens_at", "closes_at"),
    (Leg, _LEG, "departs", "arrives"),
    (Stay, _STAY, "check_in", "check_out"),
]


@pytest.mark.parametrize(("model", "rest", "first", "last"), _SPANS)
def test_a_span_over_the_repeated_hour_is_as_long_as_it_is(
    model: type[BaseModel], rest: dict[str, Any], first: str, last: str
) -> None:
    """45 minutes over the change are taken; an end 45 minutes before its beginning is refused at its field."""
    early, late = "2020-10-25T02:30+02:00", "2020-10-25T02:15+01:00"
    assert model.model_validate({**rest, first: early, last: late})
    for begin, end in ((late, early), ("2020-10-25T02:30+01:00", "2020-10-25T02:45+02:00"), (late, late)):
        with pytest.raises(ValidationError, match=f"must be later than {first}") as refused:
            model.model_validate({**rest, first: begin, last: end})
        assert [error["loc"] for error in refused.value.errors()] == [(last,)]


@pytest.mark.parametrize(
    ("model", "rest", "field"),
    [
        *((model, rest, field) for model, rest, *fields in _SPANS for field in fields),
        (Session, {"title": _TITLE}, "starts_at"),
        (Meal, {"title": _TITLE, "name": "lunch"}, "starts_at"),
        (Release, {"title": _TITLE}, "at"),
        (Deadlines, {}, "names"),
        (Deadlines, {}, "rooms"),
        (Waitlist, {}, "list_deadline"),
    ],
)
def test_every_model_with_a_time_refuses_what_does_not_exist(
    model: type[BaseModel], rest: dict[str, Any], field: str
) -> None:
    """A skipped hour and a year out of range are errors of that field."""
    for written, kind in (("2020-03-29T02:30", "skipped_time"), ("2000-01-01T00:30+03:00", "year_out_of_range")):
        with pytest.raises(ValidationError) as refused:
            model.model_validate({**rest, field: written})
        assert (kind, (field,)) in [(error["type"], error["loc"]) for error in refused.value.errors()]
