"""Changing the programme: an organiser's documents and capacities."""

from contextlib import suppress
from datetime import datetime

from chalicelib.audit import audit_log
from chalicelib.audit.audit_log import Actor, AuditEntry
from chalicelib.aws.keys import format_timestamp
from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields, NotFound, TooBusy, VersionOutdated
from chalicelib.programme import store
from chalicelib.programme.differences import diff_events
from chalicelib.programme.model import MAX_UNITS, Event
from chalicelib.programme.store import StoredEvent

MAX_ATTEMPTS = 10


def create_if_absent(event: Event, now: datetime) -> bool:
    """Put the event into the programme unless there is one of its id; says whether it was put."""
    return store.create(event, format_timestamp(now))


def put(event: Event, version: int | None, now: datetime, actor: Actor | None = None) -> StoredEvent:
    """Create the event (`version` None) or change that version of it, by an organiser's word; raises as
    `store.replace` does."""
    if version is None:
        made = (
            [audit_log.build_put(AuditEntry(event.id, "event-created", actor, format_timestamp(now)))]
            if actor
            else []
        )
        if not store.create(event, format_timestamp(now), *made):
            raise VersionOutdated
        return StoredEvent(event, 1)
    stored = store.read_current(event.id)
    if stored.version != version:
        raise VersionOutdated
    return _replace(stored, event, "event-edited", actor, now, confirmed=False)


def set_capacity(
    event_id: str,
    allotment_name: str,
    capacity: int,
    now: datetime,
    *,
    confirmed: bool,
    actor: Actor | None = None,
) -> StoredEvent:
    """Give the allotment `capacity` units, by an organiser's word; raises NotFound for an unknown one and as
    `store.replace` does, but for VersionOutdated: it is done again to whatever version there is by then."""
    for _ in range(MAX_ATTEMPTS):
        stored = store.read_current(event_id)
        changed = _with_capacity(stored.event, allotment_name, capacity)
        with suppress(VersionOutdated):
            return _replace(stored, changed, "capacity", actor, now, confirmed=confirmed)
    raise TooBusy


def _replace(
    stored: StoredEvent, event: Event, kind: str, actor: Actor | None, now: datetime, *, confirmed: bool
) -> StoredEvent:
    """The next version, with what is otherwise in it in the journal."""
    changes, at = diff_events(stored.event, event), format_timestamp(now)
    done = (
        [audit_log.build_put(AuditEntry(event.id, kind, actor, at, changes=changes))] if actor and changes else []
    )
    return store.replace(stored, event, at, *done, confirmed=confirmed)


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
    """Take units from one allotment and give them to another, by an organiser's word; raises as `set_capacity`
    does, and VersionOutdated where a `version` is named and the event is in another: repeated, it moves no
    more."""
    for _ in range(MAX_ATTEMPTS):
        stored = store.read_current(event_id)
        if version not in (None, stored.version):
            raise VersionOutdated
        capacities = stored.event.capacities
        if source not in capacities or target not in capacities:
            raise NotFound
        moved = _with_capacity(stored.event, source, max(0, capacities[source] - units))
        moved = _with_capacity(moved, target, capacities[target] + min(units, capacities[source]))
        with suppress(VersionOutdated):
            return _replace(stored, moved, "units-moved", actor, now, confirmed=confirmed)
    raise TooBusy


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
