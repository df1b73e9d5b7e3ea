"""Changes of the programme: an organiser's documents and capacities."""

from datetime import datetime

from chalicelib.audit import audit_log
from chalicelib.audit.audit_log import Actor, AuditEntry
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.retry import retried
from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields, NotFound, VersionOutdated
from chalicelib.programme import store
from chalicelib.programme.differences import diff_events
from chalicelib.programme.model import MAX_UNITS, Event
from chalicelib.programme.store import StoredEvent


def create_if_absent(event: Event, now: datetime) -> bool:
    """Create the event unless there is one of its id; return True if it was created."""
    return store.create(event, format_timestamp(now))


@retried()
def put(event: Event, version: int | None, now: datetime, actor: Actor | None = None) -> StoredEvent:
    """Create the event (`version` None) or change that version of it.

    Raises VersionOutdated for a version that is no longer the latest, and BelowTaken, BelowHeld and
    AllotmentInUse as `store.replace` does; TooBusy after too many lost races.
    """
    if version is None:
        entries = (
            [audit_log.build_put(AuditEntry(event.id, "event-created", actor, format_timestamp(now)))]
            if actor
            else []
        )
        if not store.create(event, format_timestamp(now), *entries):
            raise VersionOutdated
        return StoredEvent(event, 1)
    stored = store.read_current(event.id)
    if stored.version != version:
        raise VersionOutdated
    return _replace(stored, event, "event-edited", actor, now, confirmed=False)


@retried()
def set_capacity(
    event_id: str,
    allotment_name: str,
    capacity: int,
    now: datetime,
    *,
    confirmed: bool,
    actor: Actor | None = None,
) -> StoredEvent:
    """Give the allotment `capacity` units, whatever the event's version.

    Raises NotFound for an unknown allotment, BelowTaken and BelowHeld as `store.replace` does, and TooBusy after
    too many lost races.
    """
    stored = store.read_current(event_id)
    changed = _with_capacity(stored.event, allotment_name, capacity)
    return _replace(stored, changed, "capacity", actor, now, confirmed=confirmed)


def _replace(
    stored: StoredEvent, event: Event, kind: str, actor: Actor | None, now: datetime, *, confirmed: bool
) -> StoredEvent:
    """Write the next version, with its differences in the audit log."""
    changes, at = diff_events(stored.event, event), format_timestamp(now)
    entries = (
        [audit_log.build_put(AuditEntry(event.id, kind, actor, at, changes=changes))] if actor and changes else []
    )
    return store.replace(stored, event, at, *entries, confirmed=confirmed)


@retried()
def move_units(
    event_id: str,
    source: str,
    target: str,
    units: int,
    now: datetime,
    *,
    version: int | None = None,
    confirmed: bool,
    actor: Actor | None = None,
) -> StoredEvent:
    """Take units from one allotment and give them to another; raises as `set_capacity` does.

    With a `version` it raises VersionOutdated for any other, so that a repeated request moves no more units.
    """
    stored = store.read_current(event_id)
    if version not in (None, stored.version):
        raise VersionOutdated
    capacities = stored.event.capacities
    if source not in capacities or target not in capacities:
        raise NotFound
    moved = _with_capacity(stored.event, source, max(0, capacities[source] - units))
    moved = _with_capacity(moved, target, capacities[target] + min(units, capacities[source]))
    return _replace(stored, moved, "units-moved", actor, now, confirmed=confirmed)


def _with_capacity(event: Event, name: str, capacity: int) -> Event:
    if event.find_allotment(name) is None:
        raise NotFound
    if capacity > MAX_UNITS:
        message = N_("Use at most %(max_length)s.")
        raise InvalidFields(errors=(FieldError("units", "too_many", message, {"max_length": MAX_UNITS}),))
    allotments = tuple(
        allotment.model_copy(update={"capacity": capacity}) if allotment.name == name else allotment
        for allotment in event.allotments
    )
    return event.model_copy(update={"allotments": allotments})
