"""When an offer ends: the rules of its deadline. Pure."""

from datetime import UTC, datetime, time, timedelta

from chalicelib.programme.model import ZONE, Event

MORNING, EVENING = time(8, 0), time(22, 0)  #: local; nobody is asked to answer in between
_LAST_IN_THE_EVENING = time(21, 30)
SHORTEST = timedelta(hours=1)  #: less is no time to answer
_PART_OF_WHAT_IS_LEFT = 4


def ends(event: Event, now: datetime) -> datetime | None:
    """When an offer made now ends; None when none is to be made and the organiser decides.

    It stands the event's `offer_hours`, or a quarter of the time that is left until the list's deadline (the
    event's beginning, if there is none), whichever is shorter, but never less than an hour. An end in the night
    is put off to the morning, or, if that is too late, brought forward to the evening before.
    """
    now = now.astimezone(UTC)  # hours are counted, whatever the clocks are changed to
    last = min(event.waitlist.list_deadline or event.starts_at, event.starts_at)
    stands = min(timedelta(hours=event.waitlist.offer_hours), (last - now) / _PART_OF_WHAT_IS_LEFT)
    end = (now + max(stands, SHORTEST)).astimezone(ZONE)
    candidates = (_next(end, MORNING), _before(end, _LAST_IN_THE_EVENING)) if _at_night(end) else (end,)
    return next((by_day for by_day in candidates if now + SHORTEST <= by_day <= last), None)


def _at_night(moment: datetime) -> bool:
    return moment.time() >= EVENING or moment.time() < MORNING


def _next(moment: datetime, at: time) -> datetime:
    day = moment.date() if moment.time() < at else moment.date() + timedelta(days=1)
    return datetime.combine(day, at, ZONE)


def _before(moment: datetime, at: time) -> datetime:
    day = moment.date() if moment.time() >= at else moment.date() - timedelta(days=1)
    return datetime.combine(day, at, ZONE)
