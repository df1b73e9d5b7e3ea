"""The words of rounds: Round, and what a traveller may have left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib import facts
from chalicelib.facts import EventChanged
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration

MissingDetail = Literal["name_on_id", "phone", "emergency_contact"]


_CHANGE_FIELDS = ("version", "was_starts_at", "was_ends_at", "was_venue", "was_address", "was_legs", "was_stays")


@dataclass(frozen=True)
class Broadcast:
    """One thing that everybody whom it concerns at an event is told.

    `says` is what is added to each history, the fact as an entry but for its moment. `after` is the registration
    up to which all have been told; empty at the beginning.
    """

    event_id: str
    id: str
    payload: Mapping[str, Any]
    after: str = ""
    is_done: bool = False


def build_change_broadcast(change: EventChanged) -> Broadcast:
    """Of a change of the event's time or place, or of its legs and stays: one for each version."""
    says = {name: getattr(change, name) for name in _CHANGE_FIELDS}
    return Broadcast(change.event_id, f"change-{change.version:06d}", {"fact": facts.ToldOfChange.kind, **says})


def build_reminder_broadcast(event: Event, days: int) -> Broadcast:
    """Of the reminder so many days before: one for each day on which the event is to begin."""
    starts_on = event.starts_at.date().isoformat()
    says = {"fact": facts.Reminded.kind, "days": days, "starts_on": starts_on}
    return Broadcast(event.id, f"reminder-{starts_on}-{days:02d}", says)


def build_details_broadcast(event_id: str, minute: str) -> Broadcast:
    """Of an organiser's question for missing travel details; asked twice within a minute it is one."""
    return Broadcast(event_id, f"details-{minute}", {"fact": facts.DetailsAsked.kind})


def find_missing_details(event: Event, registration: Registration) -> tuple[MissingDetail, ...]:
    """What airline, hotel or driver need and somebody on a leg or in a room has not told."""
    away = {leg.name for leg in event.legs} | {stay.name for stay in event.stays}
    if away.isdisjoint(registration.needs):
        return ()
    who, travel = registration.attendee, registration.attendee.travel
    told: dict[MissingDetail, object] = {
        "name_on_id": travel and travel.name_on_id,
        "phone": who.phone,
        "emergency_contact": travel and travel.emergency_contact,
    }
    return tuple(name for name, value in told.items() if not value)
