"""The order in which people see events: those to come by date, then the past ones, the latest first. Pure."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from chalicelib.programme.model import Event

_T = TypeVar("_T")
_U = TypeVar("_U")


class Listing(NamedTuple, Generic[_T]):
    """Events, or what is shown of them: those that are not over yet, and the others."""

    upcoming: list[_T]
    past: list[_T]

    def convert(self, convert: Callable[[_T], _U]) -> "Listing[_U]":
        """Return the same listing of what `convert` makes of each event."""
        return Listing([convert(each) for each in self.upcoming], [convert(each) for each in self.past])


def split_by_end(events: Iterable[Event], now: datetime) -> Listing[Event]:
    """Split the events at their end, and sort them: the next one first, and of the past ones the latest first."""
    known = list(events)
    upcoming = (event for event in known if not event.has_ended(now))
    past = (event for event in known if event.has_ended(now))
    return Listing(
        sorted(upcoming, key=lambda event: (event.starts_at, event.id)),
        sorted(past, key=lambda event: (event.ends_at, event.id), reverse=True),
    )
