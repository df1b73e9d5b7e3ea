"""The model of broadcasts, and the details that a traveller may have left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib import facts
from chalicelib.facts import EventChanged
from chalicelib.programme.model import Event
from chalicelib.registration import details
from chalicelib.registration.details import Detail
from chalicelib.registration.model import Registration

_CHANGE_FIELDS = ("version", "was_starts_at", "was_ends_at", "was_venue", "was_address", "was_legs", "was_stays")


@dataclass(frozen=True)
class Broadcast:
    """A fact for all recipients at an event.

    `payload` is the entry for each history, but for its moment. `after` is the registration up to which all are
    done; empty at the beginning.
    """

    event_id: str
    id: str
    payload: Mapping[str, Any]
    after: str = ""
    is_done: bool = False


def build_change_broadcast(change: EventChanged) -> Broadcast:
    """Build the broadcast of a change of the event: one for each version."""
    payload = {name: getattr(change, name) for name in _CHANGE_FIELDS}
    return Broadcast(change.event_id, f"change-{change.version:06d}", {"fact": facts.ToldOfChange.kind, **payload})


def build_reminder_broadcast(event: Event, days: int) -> Broadcast:
    """Build the broadcast of the reminder so many days before: one for each day on which the event is to begin."""
    starts_on = event.starts_at.date().isoformat()
    payload = {"fact": facts.Reminded.kind, "days": days, "starts_on": starts_on}
    return Broadcast(event.id, f"reminder-{starts_on}-{days:02d}", payload)


def build_details_broadcast(event_id: str, minute: str) -> Broadcast:
    """Build the broadcast that asks for missing travel details; asked twice within a minute it is one."""
    return Broadcast(event_id, f"details-{minute}", {"fact": facts.DetailsAsked.kind})


def find_missing_details(event: Event, registration: Registration) -> tuple[Detail, ...]:
    """Return what airline, hotel or driver need of a traveller and the registration lacks.

    What can only be told until the lists are out comes first.
    """
    away = {leg.name for leg in event.legs} | {stay.name for stay in event.stays}
    if away.isdisjoint(registration.needs):
        return ()
    missing = (each for each in details.DETAILS if not details.read(registration.attendee, each.name))
    return tuple(sorted((each for each in missing if each.request), key=lambda each: not each.locked_by))
