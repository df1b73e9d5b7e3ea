"""The store of events, read: each event's document with its version, and when the clock next visits it.

A description may be a few seconds old in a function's memory, and so may the PLACES item beside it, which is only
to guess by. What a participant's request needs is here; `transactions.py` writes events.
"""

import time
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.aws import key_grammar, keys, table
from chalicelib.aws.items import Item, Update
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import EventBroken, EventNotFound
from chalicelib.programme.documents import StoredDocument, dump_event, parse_document, serialize_event
from chalicelib.programme.model import Event

CACHE_SECONDS = 3.0  #: seconds


class StoredEvent(msgspec.Struct, frozen=True):
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
        return serialize_event(self.event)


class CachedEvent(msgspec.Struct):
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


def read_change_count(event_id: str) -> int:
    """Return how often the event's places have changed: it rises with each registration that comes or goes."""
    item = table.get(keys.places_key(event_id))
    if item is None:
        raise EventNotFound(event_id=event_id)
    return int(item["changes"])


def find_due(now: datetime) -> list[tuple[str, datetime]]:
    """Return the ids of the events at which the clock has something to do by now, each with since when."""
    items = (
        item for item in table.query_due(format_timestamp(now)) if key_grammar.parse_kind(item) == keys.EVENT_KIND
    )
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
    return msgspec.structs.replace(stored, due_at=item.get("due_at", ""))
