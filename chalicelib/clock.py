"""The one clock. Rules take `now` as an argument; flows and workers ask here.

The local runner sets the clock, so that a whole programme of events can be lived through in a minute.
"""

from datetime import UTC, datetime, timedelta

_ahead = timedelta(0)


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC) + _ahead


def start_at(moment: datetime) -> None:
    """Let the clock go on from `moment` (aware)."""
    global _ahead
    _ahead = moment - datetime.now(UTC)


def advance(by: timedelta) -> datetime:
    """Move the clock on and return the new present."""
    global _ahead
    _ahead += by
    return now()
