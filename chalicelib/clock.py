"""The one clock. Rules take `now` as an argument; flows and workers ask here.

The local runner sets the clock, so that a whole programme of events can be lived through in a minute.
"""

from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC) + _offset


def start_at(moment: datetime) -> None:
    """Let the clock go on from `moment` (aware)."""
    global _offset
    _offset = moment - datetime.now(UTC)


def advance(by: timedelta) -> datetime:
    """Move the clock on and return the new present."""
    global _offset
    _offset += by
    return now()
