"""The rules of broadcasts: their recipients, and when reminders are due. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.broadcasts.model import Broadcast, find_missing_details
from chalicelib.facts import (
    DetailsAsked,
    Reminded,
    ToldOfChange,
)
from chalicelib.histories.model import CONFIRMING_KINDS
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration

#: Participants who got a reminder, a question or the confirmation itself this lately get no other.
QUIET_PERIOD = timedelta(days=1)


def is_recipient(broadcast: Broadcast, registration: Registration, event: Event, now: datetime) -> bool:
    """Return True if the broadcast concerns the registration, and is not in its history.

    An address that has complained about a mail gets none.
    """
    if registration.has_complained:
        return False
    return _RECIPIENT_RULES[broadcast.payload["fact"]](broadcast.payload, registration, event, now)


def payload_for(broadcast: Broadcast, registration: Registration) -> Mapping[str, Any]:
    """Return the payload for the registration: of legs and stays only its own."""
    own = {kind: _select_own(broadcast.payload, kind, registration) for kind in ("was_legs", "was_stays")}
    return {**broadcast.payload, **{kind: parts for kind, parts in own.items() if kind in broadcast.payload}}


def is_over(broadcast: Broadcast, event: Event, now: datetime) -> bool:
    """Return True if it is too late to send more: news until the event's end, the rest until it begins."""
    if broadcast.payload["fact"] == ToldOfChange.kind:
        return event.has_ended(now)
    return event.has_begun(now)


def find_due_reminder(event: Event, since: datetime, now: datetime) -> int | None:
    """Return the reminder, in days before, that became due since then, as the event is dated now.

    Of several it is the last, and None once the event has begun.
    """
    if event.has_begun(now):
        return None
    due = (days for days, moment in event.reminder_moments.items() if since <= moment <= now)
    return min(due, default=None)


def find_next_due(event: Event, now: datetime) -> datetime | None:
    """Return when something is due next; None when nothing is left."""
    return min((moment for moment in event.due_moments if moment > now), default=None)


def _is_change_recipient(
    payload: Mapping[str, Any], registration: Registration, _event: Event, _now: datetime
) -> bool:
    """Return True for a change of time or venue that they have not heard of; those who wait may still move up."""
    if registration.status == "cancelled" or _has_fact(
        registration, fact=ToldOfChange.kind, version=payload["version"]
    ):
        return False
    travels = any(_select_own(payload, kind, registration) for kind in ("was_legs", "was_stays"))
    return bool(payload["was_starts_at"] or payload["was_venue"] or travels)


def _select_own(payload: Mapping[str, Any], kind: str, registration: Registration) -> dict[str, Any]:
    """Return the changed legs or stays that are the registration's own; one that waits has none."""
    if registration.status not in ("confirmed", "offered"):
        return {}
    return {name: part for name, part in payload.get(kind, {}).items() if name in registration.needs}


def _is_reminder_recipient(
    payload: Mapping[str, Any], registration: Registration, _event: Event, now: datetime
) -> bool:
    if registration.status != "confirmed" or _has_fact(registration, **payload):
        return False
    return not _has_recent_fact(registration, (*CONFIRMING_KINDS, Reminded.kind), now)


def _is_details_recipient(
    _payload: Mapping[str, Any], registration: Registration, event: Event, now: datetime
) -> bool:
    if registration.status != "confirmed" or _has_recent_fact(registration, (DetailsAsked.kind,), now):
        return False
    return bool(find_missing_details(event, registration))


_RECIPIENT_RULES: dict[str, Callable[[Mapping[str, Any], Registration, Event, datetime], bool]] = {
    ToldOfChange.kind: _is_change_recipient,
    Reminded.kind: _is_reminder_recipient,
    DetailsAsked.kind: _is_details_recipient,
}


def _has_fact(registration: Registration, **attributes: Any) -> bool:
    return any(
        all(entry.get(name) == value for name, value in attributes.items()) for entry in registration.known_facts
    )


def _has_recent_fact(registration: Registration, kinds: tuple[str, ...], now: datetime) -> bool:
    moments = (datetime.fromisoformat(entry["at"]) for entry in registration.known_facts if entry["fact"] in kinds)
    return any(moment > now - QUIET_PERIOD for moment in moments)
