"""The retention table: which of an event's items are deleted, and when. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from chalicelib.audit.lasting import LASTING_KINDS
from chalicelib.aws.key_grammar import parse_kind
from chalicelib.aws.keys import AuditKey
from chalicelib.programme.model import RETENTION_STAGES, RetentionStage
from chalicelib.programme.purge_schedule import Moments
from chalicelib.registration.details import list_deleted_by

#: The action on an item: keep it, delete it (with its files), delete it and count its units, redact it, withdraw
#: its files, take the ids of registrations out of it, or number what it names.
Action = Literal[
    "stays",
    "goes",
    "goes-with-files",
    "is-forgotten",
    "is-stripped",
    "is-withdrawn",
    "is-anonymised",
    "is-unnamed",
]

#: The action on each kind of item at each stage; without one, it is kept.
ACTIONS: dict[str, dict[RetentionStage, Action]] = {
    "EVENT": {},
    "VERSION": {},
    "NUMBERS": {},
    "PLACES": {"people": "is-unnamed"},
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


def find_due_stage(due: Moments, at: datetime) -> RetentionStage | None:
    """Find the last stage that is due at that moment, which includes those before it; None where none is."""
    stages = [stage for stage in RETENTION_STAGES if due[stage] <= at]
    return stages[-1] if stages else None


def find_last_due(due: Moments, at: datetime) -> datetime | None:
    """Find when a stage was due last before that moment, or at it; None when none was."""
    return max((moment for moment in due.values() if moment <= at), default=None)


def find_next_due(due: Moments, at: datetime) -> datetime | None:
    """Find when a stage is due after that moment; None when there is nothing left."""
    return min((moment for moment in due.values() if moment > at), default=None)


def choose_action(item: Mapping[str, Any], stage: RetentionStage) -> Action:
    """Choose the action on the item at that stage; an item of an unknown kind is deleted."""
    kind = parse_kind(item)
    if kind == AuditKey.KIND and item["kind"] in LASTING_KINDS:
        return "is-anonymised" if stage == "people" else "stays"
    return ACTIONS[kind].get(stage, "stays") if kind in ACTIONS else "goes"


def redact_attendee(attendee: Mapping[str, Any], stage: RetentionStage) -> dict[str, Any]:
    """Redact the stored attendee to what is held after that stage."""
    kept = {name: dict(value) if isinstance(value, Mapping) else value for name, value in attendee.items()}
    for detail in list_deleted_by(stage):
        group, _, name = detail.name.rpartition(".")
        if holder := kept.get(group) if group else kept:
            holder.pop(name, None)
    return {name: value for name, value in kept.items() if value != {}}


def replace_hold_names(holds: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Replace the names of the holds, which may name a person, by numbers; one without units is left out."""
    filled = {name: dict(units) for name, units in holds.items() if any(units.values())}
    numbers = [str(number) for number, _ in enumerate(filled, start=1)]
    return filled if set(filled) == set(numbers) else dict(zip(numbers, filled.values(), strict=True))
