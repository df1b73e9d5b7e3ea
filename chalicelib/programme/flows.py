"""Changing the programme: an organiser's documents and capacities."""

from datetime import datetime

from chalicelib.keys import timestamp
from chalicelib.problems import NotFound, VersionOutdated
from chalicelib.programme import store
from chalicelib.programme.model import Event
from chalicelib.programme.store import Stored


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
    """Give the allotment `capacity` units; raises NotFound for an unknown one and as `store.replace` does."""
    stored = store.read_stored(event_id)
    if stored.event.allotment(name) is None:
        raise NotFound
    allotments = tuple(
        allotment.model_copy(update={"capacity": capacity}) if allotment.name == name else allotment
        for allotment in stored.event.allotments
    )
    changed = stored.event.model_copy(update={"allotments": allotments})
    return store.replace(stored, changed, timestamp(now), confirmed=confirmed)
