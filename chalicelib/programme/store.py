"""Where events live: the event's document with its version, and the capacities that registering rests on.

A description may be a few seconds old in a function's memory, and so may the PLACES item beside it, which is only
to guess by. What must be exact, the units of the allotments, is written in the same transaction as the document,
and stands in the conditions of whatever takes or gives back any.
"""

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws import keys, table
from chalicelib.aws.items import Item, Put, Update, Write
from chalicelib.aws.keys import timestamp
from chalicelib.aws.table import Refused
from chalicelib.problems import EventNotFound, TooBusy, TooLarge, VersionOutdated
from chalicelib.programme import units
from chalicelib.programme.model import Event

_ATTEMPTS = 10
REMEMBERED_FOR = 3.0  # seconds
_LATE = timedelta(days=1)  #: a reminder that was due this lately is looked at again when the event changes
LARGEST = 300_000  # bytes of a document: an item of the table holds 400 KB


@dataclass(frozen=True)
class Stored:
    """An event as it stands in the table; `version` rises by one with each change."""

    event: Event
    version: int


@dataclass
class Remembered:
    """An event until that moment of the monotonic clock, and its places as they were last seen."""

    until: float
    event: Event
    places: Item


_remembered: dict[str, Remembered] = {}


def forget() -> None:
    """Drop the events in memory, so that the next look-up reads the table."""
    _remembered.clear()


def read(event_id: str) -> Event:
    """The event, at most a few seconds old; raises EventNotFound."""
    known = _recent(event_id)
    if known is None:
        known = _remembered[event_id] = _read(event_id)
    return known.event


def places_seen(event_id: str) -> Item | None:
    """The event's PLACES as they were seen a few seconds ago at most, which is good for a guess alone."""
    known = _recent(event_id)
    return known.places if known else None


def note_places(event_id: str, places: Item) -> None:
    """These are the event's PLACES just now; noted where the event itself is in memory."""
    if known := _recent(event_id):
        known.places = places


def _recent(event_id: str) -> Remembered | None:
    known = _remembered.get(event_id)
    return known if known and known.until > time.monotonic() else None


def _read(event_id: str) -> Remembered:
    """Both in one call: what a guess saves is worth the read unit that it takes."""
    both = keys.event_key(event_id), keys.places_key(event_id)
    found = {item["SK"]: item for item in table.get_many(both)}
    if len(found) < len(both):
        raise EventNotFound(event_id=event_id)
    event, places = (found[key["SK"]] for key in both)
    return Remembered(time.monotonic() + REMEMBERED_FOR, as_stored(event).event, places)


def read_stored(event_id: str) -> Stored:
    """The event with its version, as it is now; raises EventNotFound."""
    item = table.get(keys.event_key(event_id))
    if item is None:
        raise EventNotFound(event_id=event_id)
    return as_stored(item)


def all_events() -> list[Stored]:
    """Every event, the earliest first."""
    found = [as_stored(item) for item in table.get_many([keys.event_key(event_id) for event_id in event_ids()])]
    return sorted(found, key=lambda stored: (stored.event.starts_at, stored.event.id))


def event_ids() -> list[str]:
    """The ids of all events, in alphabetical order."""
    catalogue = table.get(keys.CATALOGUE_KEY)
    return sorted(catalogue["ids"]) if catalogue else []


def create(event: Event, at: str, *also: Write) -> bool:
    """Write a new event with all its units free, and whatever belongs to that; False, with nothing written, where
    there is one of that id."""
    none_yet = dict.fromkeys(event.capacities, 0)
    places = {
        "capacity": event.capacities,
        "held": none_yet,
        "holds": {},
        "taken": none_yet,
        "lines": {},
        "line_length": 0,
        "last_joined": "",
        "changes": 0,
        "freed": 0,
        "released": 0,
        "rested": 0,
        "noted": "",
        "prioritised": 0,
    }
    catalogue = Update(
        key=keys.CATALOGUE_KEY,
        expression="ADD ids :id",
        condition="attribute_not_exists(PK) OR attribute_exists(PK)",
        names={},
        values={":id": {event.id}},
    )
    try:
        put = Put(_item(event, 1, at)), Put({**keys.places_key(event.id), **places})
        table.transact(*put, catalogue, _purge(event), *also)
    except Refused:
        return False
    forget()
    return True


def replace(stored: Stored, event: Event, at: str, *also: Write, confirmed: bool = False) -> Stored:
    """Write the event's next version together with its capacities, and whatever belongs to that.

    Raises VersionOutdated when it is no longer `stored`, BelowTaken when a capacity would fall below what is
    taken and that was not confirmed, BelowHeld when it would fall below what is held, AllotmentInUse when an
    allotment in use would go.
    """
    document = Put(
        _item(event, stored.version + 1, at),
        condition="version = :version",
        values={":version": stored.version},
    )
    purge = [_purge(event)] if event.purged_at != stored.event.purged_at else []
    for _ in range(_ATTEMPTS):
        places = _places(event.id)
        units.check(places, stored.event, event, confirmed=confirmed)
        try:
            places_then = units.update(places, stored.event, event, confirmed=confirmed)
            table.transact(document, places_then, *purge, *also)
        except Refused as refused:
            if 0 in refused.found:
                raise VersionOutdated from refused
            continue
        forget()
        return Stored(event, stored.version + 1)
    raise TooBusy


def _places(event_id: str) -> Item:
    item = table.get(keys.places_key(event_id))
    if item is None:
        raise EventNotFound(event_id=event_id)
    return item


def _item(event: Event, version: int, at: str) -> dict[str, Any]:
    document = json.dumps(event.model_dump(mode="json", exclude_none=True), ensure_ascii=False)
    if len(document.encode()) > LARGEST:
        raise TooLarge(limit=LARGEST)
    item = {**keys.event_key(event.id), "version": version, "document": document, "changed_at": at}
    return item | _due(event, datetime.fromisoformat(at) - _LATE)


def complete(events: Sequence[Event]) -> None:
    """Write what lets the clock find those events when what is held about their people begins to go, of which an
    earlier version of the software has not; where it stands, nothing happens."""
    begun = {keys.event_id(item) for item in table.get_many([keys.purge_key(event.id) for event in events])}
    for event in events:
        if event.id not in begun:
            with suppress(Refused):  # another was quicker
                table.write(Put(_purge(event).item))


def _purge(event: Event) -> Put:
    """What lets the clock find the event when what is held about its people begins to go; begun anew where other
    days are set, since some of it may have to go earlier."""
    begins_at = timestamp(min(event.purged_at.values()))
    item = {**keys.purge_key(event.id), **keys.due(event.id, begins_at), "after": ""}
    return Put(item, condition="attribute_not_exists(PK) OR attribute_exists(PK)")


def _due(event: Event, after: datetime) -> dict[str, str]:
    """What lets the clock find the event when it next has something to do there."""
    moments = [moment for moment in event.due_moments if moment > after]
    return keys.due(event.id, timestamp(min(moments))) if moments else {}


def due(now: datetime) -> list[tuple[str, datetime]]:
    """The ids of the events at which the clock has something to do by now, each with since when."""
    found = (item for item in table.due(timestamp(now)) if item["SK"] == "EVENT")
    return [(keys.event_id(item), datetime.fromisoformat(item["due_at"])) for item in found]


def look_again(stored: Stored, at: datetime | None, now: datetime) -> None:
    """Let the clock find the event again at that moment, or not at all; nothing happens to an event that has
    changed since."""
    values: dict[str, Any] = {":version": stored.version, ":now": timestamp(now)}
    later = Update(
        key=keys.event_key(stored.event.id),
        expression="SET due_at = :at" if at else "REMOVE due_shard, due_at",
        condition="version = :version AND due_at <= :now",
        names={},
        values=values | ({":at": timestamp(at)} if at else {}),
    )
    with suppress(Refused):
        table.write(later)


def as_stored(item: Item) -> Stored:
    """The event of an EVENT item."""
    return Stored(Event.model_validate_json(item["document"]), item["version"])
