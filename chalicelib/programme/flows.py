"""Changing the programme: an organiser's documents and capacities."""

from contextlib import suppress
from datetime import datetime

from chalicelib.keys import timestamp
from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields, NotFound, TooBusy, VersionOutdated
from chalicelib.programme import store
from chalicelib.programme.model import MOST_UNITS, Event
from chalicelib.programme.store import Stored

ATTEMPTS = 10


def ensure(event: Event, now: datetime) -> bool:
    """Put the event into the programme unless there is one of its id; says whether it was put."""
    return store.create(event, timestamp(now))


def put(event: Event, version: int | None, now: datetime) -> Stored:
    """Create the event (`version` None) or change that version of it; raises as `store.replace` does."""
    if version is None:
        if not store.create(event, timestamp(now)):
            raise VersionOutdated
        return Stored(event, 1)
    stored = store.read_stored(event.id)
    if stored.version != version:
        raise VersionOutdated
    return store.replace(stored, event, timestamp(now))


def set_capacity(event_id: str, name: str, capacity: int, now: datetime, *, confirmed: bool) -> Stored:
    """Give the allotment `capacity` units; raises NotFound for an unknown one and as `store.replace` does, but
    for VersionOutdated: it is done again to whatever version there is by then."""
    for _ in range(ATTEMPTS):
        stored = store.read_stored(event_id)
        try:
            return store.replace(
                stored, _with_capacity(stored.event, name, capacity), timestamp(now), confirmed=confirmed
            )
        except VersionOutdated:
            continue
    raise TooBusy


def move_units(
    event_id: str,
    source: str,
    target: str,
    units: int,
    now: datetime,
    *,
    version: int | None = None,
    confirmed: bool,
) -> Stored:
    """Take units from one allotment and give them to another; raises as `set_capacity` does, and VersionOutdated
    where a `version` is named and the event is in another: repeated, it moves no more."""
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
            return store.replace(stored, moved, timestamp(now), confirmed=confirmed)
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
