"""The one clock. Rules take `now` as an argument; flows and workers read it here.

The local runner and the tests set it, so that a whole programme of events passes in a minute.
"""

from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC) + _offset


def start_at(moment: datetime) -> None:
    """Set the clock to `moment` (aware), from which it goes on."""
    global _offset
    _offset = moment - datetime.now(UTC)


def advance(by: timedelta) -> datetime:
    """Move the clock forward, and return the new present."""
    global _offset
    _offset += by
    return now()
