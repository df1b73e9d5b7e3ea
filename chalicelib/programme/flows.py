"""Changing the programme: an organiser's documents and capacities."""

from contextlib import suppress
from datetime import datetime

from chalicelib.audit import audit_log
from chalicelib.audit.audit_log import Entry, Word
from chalicelib.aws.keys import timestamp
from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields, NotFound, TooBusy, VersionOutdated
from chalicelib.programme import store
from chalicelib.programme.differences import differences
from chalicelib.programme.model import MOST_UNITS, Event
from chalicelib.programme.store import Stored

ATTEMPTS = 10


def ensure(event: Event, now: datetime) -> bool:
    """Put the event into the programme unless there is one of its id; says whether it was put."""
    return store.create(event, timestamp(now))


def put(event: Event, version: int | None, now: datetime, word: Word | None = None) -> Stored:
    """Create the event (`version` None) or change that version of it, by an organiser's word; raises as
    `store.replace` does."""
    if version is None:
        made = [audit_log.put(Entry(event.id, "event-created", word, timestamp(now)))] if word else []
        if not store.create(event, timestamp(now), *made):
            raise VersionOutdated
        return Stored(event, 1)
    stored = store.read_stored(event.id)
    if stored.version != version:
        raise VersionOutdated
    return _replaced(stored, event, "event-edited", word, now, confirmed=False)


def set_capacity(
    event_id: str, name: str, capacity: int, now: datetime, *, confirmed: bool, word: Word | None = None
) -> Stored:
    """Give the allotment `capacity` units, by an organiser's word; raises NotFound for an unknown one and as
    `store.replace` does, but for VersionOutdated: it is done again to whatever version there is by then."""
    for _ in range(ATTEMPTS):
        stored = store.read_stored(event_id)
        changed = _with_capacity(stored.event, name, capacity)
        with suppress(VersionOutdated):
            return _replaced(stored, changed, "capacity", word, now, confirmed=confirmed)
    raise TooBusy


def _replaced(
    stored: Stored, event: Event, kind: str, word: Word | None, now: datetime, *, confirmed: bool
) -> Stored:
    """The next version, with what is otherwise in it in the journal."""
    changes, at = differences(stored.event, event), timestamp(now)
    done = [audit_log.put(Entry(event.id, kind, word, at, changes=changes))] if word and changes else []
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
    word: Word | None = None,
) -> Stored:
    """Take units from one allotment and give them to another, by an organiser's word; raises as `set_capacity`
    does, and VersionOutdated where a `version` is named and the event is in another: repeated, it moves no
    more."""
    for _ in range(ATTEMPTS):
        stored = store.read_stored(event_id)
        if version not in (None, stored.version):
            raise VersionOutdated
        capacities = stored.event.capacities
        if source not in capacities or target not in capacities:
            raise NotFound
        moved = _with_capacity(stored.event, source, max(0, capacities[source] - units))
        moved = _with_capacity(moved, target, capacities[target] + min(units, capacities[source]))
        with suppress(VersionOutdated):
            return _replaced(stored, moved, "units-moved", word, now, confirmed=confirmed)
    raise TooBusy


def _with_capacity(event: Event, name: str, capacity: int) -> Event:
    if event.allotment(name) is None:
        raise NotFound
    if capacity > MOST_UNITS:
        message = N_("Use at most %(max_length)s.")
        raise InvalidFields(errors=(FieldError("units", "too_many", message, {"max_length": MOST_UNITS}),))
    allotments = tuple(
        allotment.model_copy(update={"capacity": capacity}) if allotment.name == name else allotment
        for allotment in event.allotments
    )
    return event.model_copy(update={"allotments": allotments})
