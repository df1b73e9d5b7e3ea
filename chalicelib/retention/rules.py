"""The retention table: which of an event's items are deleted, and when. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from chalicelib.aws.keys import parse_kind
from chalicelib.programme.model import Event, RetentionStage
from chalicelib.registration.details import list_deleted_by

#: The action on an item: keep it, delete it (with its files), delete it and count its units, redact it, or
#: withdraw its files.
Action = Literal["stays", "goes", "goes-with-files", "is-forgotten", "is-stripped", "is-withdrawn"]

#: The action on each kind of item at each stage; without one, it is kept.
ACTIONS: dict[str, dict[RetentionStage, Action]] = {
    "EVENT": {},
    "PLACES": {},
    "PURGE": {},
    "REG": {"health": "is-stripped", "travel": "is-stripped", "people": "is-forgotten"},
    "MANIFEST": {"health": "is-withdrawn", "travel": "is-withdrawn", "people": "goes-with-files"},
    "BOOKED": {"travel": "goes", "people": "goes"},
    "LISTS": {"travel": "goes", "people": "goes"},
    "MAIL": {"people": "goes"},
    "LINK": {"people": "goes"},
    "PROBLEM": {"people": "goes"},
    "JOURNAL": {"travel": "goes", "people": "goes"},
    "ROUND": {"people": "goes"},
    "SKIP": {"people": "goes"},
    "WAIT": {"people": "goes"},
}


def find_due_stage(event: Event, at: datetime) -> RetentionStage | None:
    """Find the last stage that is due at that moment, which includes those before it; None where none is."""
    stages = [stage for stage, moment in event.purge_moments.items() if moment <= at]
    return stages[-1] if stages else None


def find_last_due(event: Event, at: datetime) -> datetime | None:
    """Find when something was due last before that moment, or at it; None when nothing was."""
    return max((moment for moment in event.purge_moments.values() if moment <= at), default=None)


def find_next_due(event: Event, at: datetime) -> datetime | None:
    """Find when something is due after that moment; None when there is nothing left."""
    return min((moment for moment in event.purge_moments.values() if moment > at), default=None)


def choose_action(item: Mapping[str, str], stage: RetentionStage) -> Action:
    """Choose the action on the item at that stage; an item of an unknown kind is deleted."""
    kind = parse_kind(item)
    return ACTIONS[kind].get(stage, "stays") if kind in ACTIONS else "goes"


def redact_attendee(attendee: Mapping[str, Any], stage: RetentionStage) -> dict[str, Any]:
    """Redact the stored attendee to what is held after that stage."""
    kept = {name: dict(value) if isinstance(value, Mapping) else value for name, value in attendee.items()}
    for detail in list_deleted_by(stage):
        group, _, name = detail.name.rpartition(".")
        if holder := kept.get(group) if group else kept:
            holder.pop(name, None)
    return {name: value for name, value in kept.items() if value != {}}
