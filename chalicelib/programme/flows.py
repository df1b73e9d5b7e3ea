"""Changes of the programme: an organiser's documents and capacities."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from chalicelib.audit import audit_log
from chalicelib.audit.audit_log import Actor, AuditEntry
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.retry import retried
from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields, NotFound, VersionOutdated
from chalicelib.programme import purge_schedule, store, transactions
from chalicelib.programme.differences import diff_documents
from chalicelib.programme.documents import StoredDocument, dump_event
from chalicelib.programme.model import MAX_UNITS, RETENTION_STAGES, Event
from chalicelib.programme.purge_schedule import UNKNOWN, PlanChange, PurgeSchedule, ScheduleChange
from chalicelib.programme.store import StoredEvent
from chalicelib.programme.versions import Version

#: Called with the event's id and what plans the change once it is known what is left to delete; returns the plan,
#: or raises WouldDelete to refuse the change.
CheckDeletion = Callable[[str, PlanChange], ScheduleChange]


def create_if_absent(event: Event, now: datetime) -> bool:
    """Create the event unless there is one of its id; return True if it was created."""
    return transactions.create(event, format_timestamp(now))


@retried()
def put(
    event: Event,
    version: int | None,
    now: datetime,
    actor: Actor | None = None,
    *,
    check_deletion: CheckDeletion | None = None,
    restored_version: int | None = None,
) -> StoredEvent:
    """Create the event (`version` None) or change that version of it, which may be broken.

    `check_deletion` may refuse a change that brings a deletion forward. `restored_version` is the number of the
    version that is brought back by it, for the audit log.
    Raises VersionOutdated for a version that is no longer the latest, and BelowTaken, BelowHeld and
    AllotmentInUse as `transactions.replace` does; TooBusy after too many lost races.
    """
    if version is None:
        return _create(event, now, actor)
    stored = store.read_document(event.id)
    if stored.version != version:
        raise VersionOutdated
    kind, subject = ("event-restored", str(restored_version)) if restored_version else ("event-edited", "")
    return _replace(
        stored, event, kind, actor, now, confirmed=False, check_deletion=check_deletion, subject=subject
    )


def _create(event: Event, now: datetime, actor: Actor | None) -> StoredEvent:
    at = format_timestamp(now)
    entries = [audit_log.build_put(AuditEntry(event.id, "event-created", actor, at))] if actor else []
    if not transactions.create(event, at, *entries, by=actor.email if actor else ""):
        raise VersionOutdated
    return StoredEvent(event, 1)


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
    """Give the allotment `capacity` units, whatever the event's version; where it has them, nothing is written.

    Raises NotFound for an unknown allotment, BelowTaken and BelowHeld as `transactions.replace` does, and TooBusy
    after too many lost races.
    """
    stored = store.read_current(event_id)
    changed = _with_capacity(stored.event, allotment_name, capacity)
    if changed == stored.event:
        return stored  # also by a request that is repeated
    return _replace(stored, changed, "capacity", actor, now, confirmed=confirmed)


def _replace(
    stored: StoredEvent | StoredDocument,
    event: Event,
    kind: str,
    actor: Actor | None,
    now: datetime,
    *,
    confirmed: bool,
    check_deletion: CheckDeletion | None = None,
    subject: str = "",
) -> StoredEvent:
    """Write the next version, with its differences in the audit log and among the versions."""
    changes, at = diff_documents(stored.document, dump_event(event)), format_timestamp(now)
    schedule, counted_at = _plan_deletions(event.id, _choose_plan(stored, event, now), check_deletion)
    version = Version(stored.version + 1, at, actor.email if actor else "", changes)
    entries = (
        [audit_log.build_put(AuditEntry(event.id, kind, actor, at, subject, changes))] if actor and changes else []
    )
    return transactions.replace(
        stored, event, version, *entries, schedule=schedule, changes=counted_at, confirmed=confirmed
    )


def _plan_deletions(
    event_id: str, plan_change: PlanChange | None, check_deletion: CheckDeletion | None
) -> tuple[PurgeSchedule | None, int | None]:
    """Plan what is purged when, if that changes, and return the change count of the places that it is true for."""
    if plan_change is None:
        return None, None
    schedule = plan_change(RETENTION_STAGES).schedule
    if check_deletion and schedule.not_before:
        counted_at = store.read_change_count(event_id)
        return check_deletion(event_id, plan_change).schedule, counted_at
    return schedule, None


def _choose_plan(stored: StoredEvent | StoredDocument, event: Event, now: datetime) -> PlanChange | None:
    """Choose how to plan what is purged when, if the change moves any of it."""
    moments = event.purge_moments
    if stored.event:
        if moments == stored.event.purge_moments:
            return None
        return partial(purge_schedule.read_schedule(stored.event).plan_change, moments, stored.version, now)
    schedule = purge_schedule.find_schedule(event.id) or UNKNOWN
    if schedule.due == moments:
        return None  # what the last document said that could be read
    return partial(schedule.plan_change, moments, stored.version, now, is_readable=False)


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
