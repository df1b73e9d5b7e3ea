"""Moments of the programme: the one place that reads local times, and the field type of all models with a time.

A moment has a fixed offset, never a `ZoneInfo`: Python compares, subtracts and hashes the datetimes of one zone by
their wall clocks, which is wrong in the hour that is repeated when the clocks go back.
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ValidationInfo
from pydantic_core import PydanticCustomError

ZONE = ZoneInfo("Europe/Copenhagen")
FIRST_YEAR, LAST_YEAR = 2000, 2999


def to_local(moment: datetime) -> datetime:
    """Return the instant in local time, with its offset fixed."""
    local = moment.astimezone(ZONE)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)


def read_moment(written: datetime) -> datetime:
    """Return the moment that was written, in local time; without an offset it was written in local time.

    Of an hour that is repeated, a time without an offset is the earlier one. Raises ValueError (as pydantic's
    validators do) for a time that the clocks skip, and for a local year that is out of range.
    """
    try:
        local = to_local(written if written.tzinfo else written.replace(tzinfo=ZONE, fold=0).astimezone(UTC))
    except OverflowError:  # at the ends of Python's calendar
        local = None
    if local is None or not FIRST_YEAR <= local.year <= LAST_YEAR:
        bounds = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise PydanticCustomError("year_out_of_range", "must be between the years {first} and {last}", bounds)
    if written.tzinfo is None and local.replace(tzinfo=None) != written.replace(fold=0):
        raise PydanticCustomError("skipped_time", "does not exist that night: the clocks go forward")
    return local


def parse_moment(text: str) -> datetime:
    """Parse a moment that was written outside a document, in ISO 8601; raises as `read_moment`."""
    return read_moment(datetime.fromisoformat(text.strip()))


def require_later_than(earlier_field: str) -> Any:
    """Return a validator that checks that a moment is later than that of the named field."""

    def check(_cls: Any, moment: datetime, info: ValidationInfo) -> datetime:
        if earlier_field in info.data and moment <= info.data[earlier_field]:
            raise PydanticCustomError("not_later", "must be later than {earlier}", {"earlier": earlier_field})
        return moment

    return classmethod(check)


Moment = Annotated[datetime, AfterValidator(read_moment)]
