"""The deadline of an offer. Pure."""

from datetime import UTC, datetime, time, timedelta

from chalicelib.programme.model import ZONE, Event, to_local

MORNING, EVENING = time(8, 0), time(22, 0)  #: local; no answer is asked for in between
_LATEST_EVENING_EXPIRY = time(21, 30)
MIN_DURATION = timedelta(hours=1)  #: less is too short to answer in
_REMAINING_TIME_DIVISOR = 4


def compute_expires_at(event: Event, now: datetime) -> datetime | None:
    """Compute when an offer made now expires; None when none is to be made and the organiser decides.

    It stands the event's `offer_hours`, or a quarter of the time that is left until the list's deadline (the
    event's beginning, if there is none), whichever is shorter, but never less than an hour. An end in the night is
    put off to the morning, or, if that is too late, brought forward to the evening before.
    """
    now = now.astimezone(UTC)  # hours are counted, whatever the clocks are changed to
    latest = min(event.waitlist.list_deadline or event.starts_at, event.starts_at)
    duration = min(timedelta(hours=event.waitlist.offer_hours), (latest - now) / _REMAINING_TIME_DIVISOR)
    end = to_local(now + max(duration, MIN_DURATION))
    candidates = (
        (_move_to_next(end, MORNING), _move_to_previous(end, _LATEST_EVENING_EXPIRY))
        if _is_at_night(end)
        else (end,)
    )
    return next((candidate for candidate in candidates if now + MIN_DURATION <= candidate <= latest), None)


def _is_at_night(moment: datetime) -> bool:
    return moment.time() >= EVENING or moment.time() < MORNING


def _move_to_next(moment: datetime, time_of_day: time) -> datetime:
    day = moment.date() if moment.time() < time_of_day else moment.date() + timedelta(days=1)
    return to_local(datetime.combine(day, time_of_day, ZONE))


def _move_to_previous(moment: datetime, time_of_day: time) -> datetime:
    day = moment.date() if moment.time() >= time_of_day else moment.date() - timedelta(days=1)
    return to_local(datetime.combine(day, time_of_day, ZONE))
