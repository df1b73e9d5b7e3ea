"""The store of events: each event's document with its version, and the counters of its allotments.

A description may be a few seconds old in a function's memory, and so may the PLACES item beside it, which is only
to guess by. The units of the allotments must be exact: they are written in the same transaction as the document,
and are in the conditions of each transaction that takes or gives back any.
"""

import dataclasses
import json
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws import keys, table
from chalicelib.aws.items import Item, Put, Update, Write
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.retry import LostRace
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import EventBroken, EventNotFound, InvalidFields, TooLarge, VersionOutdated
from chalicelib.programme import purge_schedule, units, versions
from chalicelib.programme.documents import StoredDocument, dump_event, parse_document
from chalicelib.programme.model import Event
from chalicelib.programme.purge_schedule import PurgeSchedule
from chalicelib.programme.versions import Version

CACHE_SECONDS = 3.0  #: seconds
#: When the event changes, reminders that were due this lately are considered again.
_REMINDER_GRACE = timedelta(days=1)
MAX_DOCUMENT_BYTES = 300_000  #: an item of the table holds 400 KB


@dataclass(frozen=True)
class StoredEvent:
    """An event as it stands in the table; `version` rises by one with each change."""

    event: Event
    version: int

    @property
    def event_id(self) -> str:
        """The event's id."""
        return self.event.id

    @property
    def document(self) -> dict[str, Any]:
        """The event's document."""
        return dump_event(self.event)

    @property
    def text(self) -> str:
        """The event's document as it stands in the table."""
        return _serialize(self.event)


class StaleVersion(VersionOutdated, LostRace):
    """The event that was read is no longer its latest version, so nothing was written."""


@dataclass
class CachedEvent:
    """An event, valid until a moment of the monotonic clock, and its places as last read."""

    valid_until: float
    event: Event
    places: Item


_cached_events: dict[str, CachedEvent] = {}


def clear_cache() -> None:
    """Forget the cached events, so that the next call reads the table."""
    _cached_events.clear()


def read_cached(event_id: str) -> Event:
    """Return the event, at most a few seconds old; raises EventNotFound and EventBroken."""
    cached = _get_cached(event_id)
    if cached is None:
        cached = _cached_events[event_id] = _read_with_places(event_id)
    return cached.event


def get_cached_places(event_id: str) -> Item | None:
    """Return the event's PLACES, a few seconds old at most: good for a guess alone. None where not cached."""
    cached = _get_cached(event_id)
    return cached.places if cached else None


def cache_places(event_id: str, places: Item) -> None:
    """Cache the event's PLACES as just read, if the event itself is cached."""
    if cached := _get_cached(event_id):
        cached.places = places


def _get_cached(event_id: str) -> CachedEvent | None:
    cached = _cached_events.get(event_id)
    return cached if cached and cached.valid_until > time.monotonic() else None


def _read_with_places(event_id: str) -> CachedEvent:
    """Read the event and its places in one call: a good guess saves more than the read unit that it takes."""
    pair = keys.event_key(event_id), keys.places_key(event_id)
    items = {item["SK"]: item for item in table.get_many(pair)}
    if len(items) < len(pair):
        raise EventNotFound(event_id=event_id)
    event, places = (items[key["SK"]] for key in pair)
    return CachedEvent(time.monotonic() + CACHE_SECONDS, deserialize_event(event).event, places)


def read_current(event_id: str) -> StoredEvent:
    """Return the event with its version, by a consistent read; raises EventNotFound and EventBroken."""
    return deserialize_event(_read_item(event_id))


def read_document(event_id: str) -> StoredDocument:
    """Return the event's document, broken or not, by a consistent read; raises EventNotFound."""
    return deserialize_document(_read_item(event_id))


def _read_item(event_id: str) -> Item:
    item = table.get(keys.event_key(event_id))
    if item is None:
        raise EventNotFound(event_id=event_id)
    return item


def read_all() -> list[StoredEvent]:
    """Return all events that can be read, the earliest first."""
    return [StoredEvent(each.event, each.version) for each in read_documents() if each.event]


def read_documents() -> list[StoredDocument]:
    """Return the documents of all events: the broken ones by id, then the earliest first."""
    items = table.get_many([keys.event_key(event_id) for event_id in read_event_ids()])
    return sorted(map(deserialize_document, items), key=_order_documents)


def _order_documents(stored: StoredDocument) -> tuple[str, str]:
    return format_timestamp(stored.event.starts_at) if stored.event else "", stored.event_id


def read_event_ids() -> list[str]:
    """Return the ids of all events, in alphabetical order."""
    catalogue = table.get(keys.PROGRAMME_KEY)
    return sorted(catalogue["ids"]) if catalogue else []


def create(event: Event, at: str, *extra_writes: Write, by: str = "") -> bool:
    """Write a new event with all its units free, and the extra writes, in one transaction.

    `by` is the organiser's address, if one acts. Returns False, with nothing written, where there is an event of
    that id.
    """
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
    catalogue = Update.set(
        keys.PROGRAMME_KEY,
        {},
        add={"ids": {event.id}},
        when="attribute_not_exists(PK) OR attribute_exists(PK)",
    )
    item = _build_item(event, 1, at)
    purge = purge_schedule.build_purge_put(event.id, purge_schedule.build_first_schedule(event, 1))
    version = versions.build_put(event.id, Version(1, at, by), item["document"])
    try:
        table.transact(
            Put(item), Put({**keys.places_key(event.id), **places}), catalogue, purge, version, *extra_writes
        )
    except ConditionFailed:
        return False
    clear_cache()
    return True


def replace(
    stored: StoredEvent | StoredDocument,
    event: Event,
    version: Version,
    *extra_writes: Write,
    schedule: PurgeSchedule | None = None,
    changes: int | None = None,
    confirmed: bool = False,
) -> StoredEvent:
    """Write the event's next version together with its capacities and the extra writes, in one transaction.

    `schedule` is what is purged when, if that changes. With `changes`, no registration may have come or gone since
    the places had that many. A broken document has the capacities of its places.

    Raises LostRace when something else was written meanwhile: StaleVersion when the event is no longer `stored`,
    ConditionFailed when its places are not those that were checked. Raises BelowTaken when a capacity would fall
    below what is taken and that was not confirmed, BelowHeld when it would fall below what is held, and
    AllotmentInUse when an allotment in use would go.
    """
    item = _build_item(event, version.number, version.at) | _build_repair_attributes(stored, version.at)
    document = Put(item, condition="version = :version", values={":version": stored.version})
    places, kept = _read_places_and_version(stored)
    forgotten = places.get("forgotten", {}) if schedule else {}
    units.check_change(units.take_back(places, forgotten), stored.event, event, confirmed=confirmed)
    places_update = units.build_update(
        places,
        stored.event,
        event,
        confirmed=confirmed,
        forgotten=forgotten,
        changes=places["changes"] if schedule and changes is None else changes,
    )
    writes: list[Write] = [document, places_update, versions.build_put(event.id, version, item["document"]), *kept]
    if schedule:
        writes.append(purge_schedule.build_purge_put(event.id, schedule))
    try:
        table.transact(*writes, *extra_writes)
    except ConditionFailed as failure:
        if 0 in failure.current_items:
            raise StaleVersion from failure
        raise
    clear_cache()
    return StoredEvent(event, version.number)


def _read_places_and_version(stored: StoredEvent | StoredDocument) -> tuple[Item, list[Put]]:
    """Read the event's places, and build the put of its current version if that is not kept yet."""
    event_id = stored.event_id
    wanted = keys.places_key(event_id), keys.version_key(event_id, stored.version)
    items = {item["SK"]: item for item in table.get_many(wanted)}
    places_key, version_key = (key["SK"] for key in wanted)
    if places_key not in items:
        raise EventNotFound(event_id=event_id)
    return items[places_key], [] if version_key in items else [build_version_put(stored)]


def build_version_put(stored: StoredEvent | StoredDocument) -> Put:
    """Build the put of the current version of an event that an earlier release wrote."""
    return versions.build_put(stored.event_id, Version(stored.version, ""), stored.text)


def read_change_count(event_id: str) -> int:
    """Return how often the event's places have changed: it rises with each registration that comes or goes."""
    item = table.get(keys.places_key(event_id))
    if item is None:
        raise EventNotFound(event_id=event_id)
    return int(item["changes"])


def read_purge_schedule(event: Event) -> PurgeSchedule:
    """Read what of the event is purged when."""
    return find_purge_schedule(event.id) or purge_schedule.build_first_schedule(event)


def find_purge_schedule(event_id: str) -> PurgeSchedule | None:
    """Find what of the event is purged when; None where an earlier release wrote it, by the event's document."""
    return purge_schedule.deserialize_schedule(table.get(keys.purge_key(event_id)))


def _build_item(event: Event, version: int, at: str) -> dict[str, Any]:
    document = _serialize(event)
    if len(document.encode()) > MAX_DOCUMENT_BYTES:
        raise TooLarge(limit=MAX_DOCUMENT_BYTES)
    item = {**keys.event_key(event.id), "version": version, "document": document, "changed_at": at}
    _require_readable(item)
    return item | _build_due_attributes(event, datetime.fromisoformat(at) - _REMINDER_GRACE)


def _serialize(event: Event) -> str:
    return json.dumps(dump_event(event), ensure_ascii=False)


def _build_repair_attributes(stored: StoredEvent | StoredDocument, at: str) -> dict[str, Any]:
    """Return the attributes by which clock and stream make up for what waited while the event was broken."""
    if isinstance(stored, StoredEvent) or stored.event:
        return {}
    due = keys.due_attributes(stored.event_id, min(stored.due_at or at, at))
    return {**due, "was_broken": True}


def _require_readable(item: Item) -> None:
    """Read the item back as it will be read; raises InvalidFields, so that nothing unreadable is written."""
    if errors := deserialize_document(item).errors:
        raise InvalidFields(errors=errors)


def _build_due_attributes(event: Event, after: datetime) -> dict[str, str]:
    """Return the attributes by which the clock finds the event when it next has something to do there."""
    moments = [moment for moment in event.due_moments if moment > after]
    return keys.due_attributes(event.id, format_timestamp(min(moments))) if moments else {}


def find_due(now: datetime) -> list[tuple[str, datetime]]:
    """Return the ids of the events at which the clock has something to do by now, each with since when."""
    items = (item for item in table.query_due(format_timestamp(now)) if keys.parse_kind(item) == keys.EVENT_KIND)
    return [(keys.parse_event_id(item), datetime.fromisoformat(item["due_at"])) for item in items]


def reschedule(stored: StoredEvent, next_due: datetime | None, now: datetime) -> None:
    """Let the clock find the event again at that moment, or not at all.

    An event that has changed since is left alone.
    """
    update = Update.set(
        keys.event_key(stored.event.id),
        {"due_at": format_timestamp(next_due)} if next_due else {},
        remove=() if next_due else ("due_shard", "due_at"),
        when="#version = :version AND #due_at <= :now",
        values={":version": stored.version, ":now": format_timestamp(now)},
    )
    with suppress(ConditionFailed):
        table.write(update)


def deserialize_event(item: Item) -> StoredEvent:
    """Deserialize an EVENT item; raises EventBroken."""
    stored = deserialize_document(item)
    if stored.event is None:
        raise EventBroken(errors=stored.errors, event_id=stored.event_id, version=stored.version)
    return StoredEvent(stored.event, stored.version)


def deserialize_document(item: Item) -> StoredDocument:
    """Deserialize an EVENT item, whether its document can be read or not."""
    stored = parse_document(keys.parse_event_id(item), item["version"], item.get("document", ""))
    return dataclasses.replace(stored, due_at=item.get("due_at", ""))
