"""What the person who starts the runner may ask for."""

from datetime import datetime
from pathlib import Path

import pytest

from infra.local import options
from infra.local.options import CannotStart, Options


def test_nothing_asked_gives_the_documented_defaults() -> None:
    """Port 8000, no moment, and the data in .local/ of the current folder."""
    assert options.read({}) == Options(port=8000, now=None, folder=Path.cwd() / ".local")


def test_empty_port_and_now_count_as_not_given() -> None:
    """Make exports variables that are not set as empty ones."""
    assert options.read({"PORT": "", "NOW": "", "DATA": "kept"}) == Options(8000, None, Path.cwd() / "kept")


def test_empty_data_keeps_nothing() -> None:
    """`DATA=` names no folder."""
    assert options.read({"DATA": ""}).folder is None


def test_now_without_an_offset_is_danish_time() -> None:
    """The programme's own time zone, summer time included."""
    asked = options.read({"NOW": "2020-08-25T09:30"})

    assert asked.now is not None
    assert asked.now.isoformat() == "2020-08-25T09:30:00+02:00"


def test_now_with_an_offset_is_that_moment() -> None:
    """An offset is kept as written."""
    assert options.read({"NOW": "2019-11-01T08:00+01:00"}).now == datetime.fromisoformat("2019-11-01T07:00:00Z")


def test_now_in_an_hour_that_comes_twice_is_the_first_of_them() -> None:
    """As everywhere, unless an offset names the second."""
    first, second = (options.read({"NOW": f"2020-10-25T02:30{offset}"}).now for offset in ("", "+01:00"))
    assert first
    assert second
    assert (second - first).total_seconds() == 3600


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PORT": "http"}, "PORT is “http”"),
        ({"PORT": "0"}, "PORT is “0”"),
        ({"PORT": "65536"}, "PORT is “65536”"),
        ({"PORT": "²"}, "PORT is “²”"),
        ({"NOW": "tomorrow"}, "NOW is “tomorrow”"),
        ({"NOW": "2019-02-30"}, "NOW is “2019-02-30”"),
        ({"NOW": "2020-03-29T02:30"}, "NOW is “2020-03-29T02:30”, which does not exist that night"),
        ({"NOW": "1999-12-31T12:00"}, "NOW is “1999-12-31T12:00”, which must be between the years 2000 and 2999"),
        ({"NOW": "0001-01-01T00:00"}, "must be between the years"),
    ],
)
def test_what_cannot_be_read_is_named(environment: dict[str, str], said: str) -> None:
    """The refusal quotes what was given and shows how to write it."""
    with pytest.raises(CannotStart, match=said):
        options.read(environment)
