"""The transactions that write events: each document with its version, its capacities and what is purged when.

The units of the allotments must be exact: they are written in the same transaction as the document, and are in
the conditions of each transaction that takes or gives back any.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib.aws import keys, table
from chalicelib.aws.items import UNCONDITIONAL, Item, Put, Update, Write
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.retry import LostRace
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import EventNotFound, InvalidFields, TooLarge, VersionOutdated
from chalicelib.programme import purge_schedule, store, units, versions
from chalicelib.programme.documents import StoredDocument, serialize_event
from chalicelib.programme.model import Event
from chalicelib.programme.purge_schedule import PurgeSchedule
from chalicelib.programme.store import StoredEvent
from chalicelib.programme.versions import Version

#: When the event changes, reminders that were due this lately are considered again.
_REMINDER_GRACE = timedelta(days=1)
MAX_DOCUMENT_BYTES = 300_000  #: an item of the table holds 400 KB


class StaleVersion(VersionOutdated, LostRace):
    """The event that was read is no longer its latest version, so nothing was written."""


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
        when=UNCONDITIONAL,
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
    store.clear_cache()
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
    places, kept = _read_places_and_version(stored, version.at)
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
    store.clear_cache()
    return StoredEvent(event, version.number)


def _read_places_and_version(stored: StoredEvent | StoredDocument, at: str) -> tuple[Item, list[Put]]:
    """Read the event's places, and build the put of its current version if that is not kept, or not for long."""
    event_id = stored.event_id
    wanted = keys.places_key(event_id), keys.version_key(event_id, stored.version)
    items = {item["SK"]: item for item in table.get_many(wanted)}
    places_key, version_key = (key["SK"] for key in wanted)
    if places_key not in items:
        raise EventNotFound(event_id=event_id)
    if version_key in items and versions.is_kept(items[version_key], at):
        return items[places_key], []
    return items[places_key], [msgspec.structs.replace(build_version_put(stored), condition=UNCONDITIONAL)]


def build_version_put(stored: StoredEvent | StoredDocument) -> Put:
    """Build the put of the current version of an event, without who saved it: its own item is not there."""
    return versions.build_put(stored.event_id, Version(stored.version, ""), stored.text)


def _build_item(event: Event, version: int, at: str) -> dict[str, Any]:
    document = serialize_event(event)
    if len(document.encode()) > MAX_DOCUMENT_BYTES:
        raise TooLarge(limit=MAX_DOCUMENT_BYTES)
    item = {**keys.event_key(event.id), "version": version, "document": document, "changed_at": at}
    _require_readable(item)
    return item | _build_due_attributes(event, datetime.fromisoformat(at) - _REMINDER_GRACE)


def _build_repair_attributes(stored: StoredEvent | StoredDocument, at: str) -> dict[str, Any]:
    """Return the attributes by which clock and stream make up for what waited while the event was broken."""
    if isinstance(stored, StoredEvent) or stored.event:
        return {}
    due = keys.due_attributes(stored.event_id, min(stored.due_at or at, at))
    return {**due, "was_broken": True}


def _require_readable(item: Item) -> None:
    """Read the item back as it will be read; raises InvalidFields, so that nothing unreadable is written."""
    if errors := store.deserialize_document(item).errors:
        raise InvalidFields(errors=errors)


def _build_due_attributes(event: Event, after: datetime) -> dict[str, str]:
    """Return the attributes by which the clock finds the event when it next has something to do there."""
    moments = [moment for moment in event.due_moments if moment > after]
    return keys.due_attributes(event.id, format_timestamp(min(moments))) if moments else {}
