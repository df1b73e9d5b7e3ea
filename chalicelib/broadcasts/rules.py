"""Who is told by a round, and when reminders are due. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.broadcasts.model import Round, missing_details
from chalicelib.facts import (
    Accepted,
    Confirmed,
    DetailsAsked,
    Promoted,
    Reminded,
    ToldOfChange,
)
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration

#: Who has got a reminder, a question or the place itself this lately is left in peace.
LATELY = timedelta(days=1)
_GIVEN = (Confirmed.kind, Promoted.kind, Accepted.kind)


def is_told(told: Round, registration: Registration, event: Event, now: datetime) -> bool:
    """Whether the round concerns them, and has not told them yet. An address that has complained about a mail
    gets none of these."""
    if registration.has_complained:
        return False
    return _CONCERNS[told.says["fact"]](told.says, registration, event, now)


def said_to(told: Round, registration: Registration) -> Mapping[str, Any]:
    """What the round says to them: of legs and stays only of their own."""
    own = {kind: _own(told.says, kind, registration) for kind in ("was_legs", "was_stays")}
    return {**told.says, **{kind: parts for kind, parts in own.items() if kind in told.says}}


def is_over(told: Round, event: Event, now: datetime) -> bool:
    """Whether it is too late to tell anybody more: news until the event's end, the rest until it begins."""
    if told.says["fact"] == ToldOfChange.kind:
        return now >= event.ends_at
    return event.has_begun(now)


def reminder_due(event: Event, since: datetime, now: datetime) -> int | None:
    """The reminder, in days before, that has become due since then, as the event is dated now; of several the
    last, and none once it has begun."""
    if event.has_begun(now):
        return None
    due = (days for days, moment in event.reminder_moments.items() if since <= moment <= now)
    return min(due, default=None)


def next_due(event: Event, now: datetime) -> datetime | None:
    """When something is due next; None when there is nothing left."""
    return min((moment for moment in event.due_moments if moment > now), default=None)


def _change(says: Mapping[str, Any], registration: Registration, _event: Event, _now: datetime) -> bool:
    """Time and place concern whoever waits, too: they may move up by themselves."""
    if registration.status == "cancelled" or _has(registration, fact=ToldOfChange.kind, version=says["version"]):
        return False
    travels = any(_own(says, kind, registration) for kind in ("was_legs", "was_stays"))
    return bool(says["was_starts_at"] or says["was_venue"] or travels)


def _own(says: Mapping[str, Any], kind: str, registration: Registration) -> dict[str, Any]:
    """The legs or stays that have changed and are theirs; nobody who waits has one."""
    if registration.status not in ("confirmed", "offered"):
        return {}
    return {name: part for name, part in says.get(kind, {}).items() if name in registration.needs}


def _reminder(says: Mapping[str, Any], registration: Registration, _event: Event, now: datetime) -> bool:
    if registration.status != "confirmed" or _has(registration, **says):
        return False
    return not _lately(registration, (*_GIVEN, Reminded.kind), now)


def _details(_says: Mapping[str, Any], registration: Registration, event: Event, now: datetime) -> bool:
    if registration.status != "confirmed" or _lately(registration, (DetailsAsked.kind,), now):
        return False
    return bool(missing_details(event, registration))


_CONCERNS: dict[str, Callable[[Mapping[str, Any], Registration, Event, datetime], bool]] = {
    ToldOfChange.kind: _change,
    Reminded.kind: _reminder,
    DetailsAsked.kind: _details,
}


def _has(registration: Registration, **wanted: Any) -> bool:
    return any(all(entry.get(name) == value for name, value in wanted.items()) for entry in registration.history)


def _lately(registration: Registration, kinds: tuple[str, ...], now: datetime) -> bool:
    moments = (datetime.fromisoformat(entry["at"]) for entry in registration.history if entry["fact"] in kinds)
    return any(moment > now - LATELY for moment in moments)
