"""Backfills of what earlier versions stored about events (workers/migrations.py has the registry)."""

from collections.abc import Sequence
from contextlib import suppress

from chalicelib.aws import keys, table
from chalicelib.aws.items import ConditionCheck, Item, Put
from chalicelib.aws.table import ConditionFailed
from chalicelib.programme import purge_schedule
from chalicelib.programme.model import Event
from chalicelib.programme.store import StoredEvent
from chalicelib.programme.transactions import build_version_put


def backfill_purge_schedules(events: Sequence[StoredEvent]) -> None:
    """Write the PURGE items, and the schedules in them, that an earlier version did not write."""
    items = table.get_many([keys.purge_key(stored.event.id) for stored in events])
    items_by_event = {keys.parse_event_id(item): item for item in items}
    for stored in events:
        item = items_by_event.get(stored.event.id)
        if not purge_schedule.deserialize_schedule(item):
            with suppress(ConditionFailed):  # lost race: it is written, has advanced, or the event has changed
                table.transact(_build_schedule_backfill(stored.event, item), _build_version_check(stored))


def _build_version_check(stored: StoredEvent) -> ConditionCheck:
    """Build the check that the event is as it was read: a change by an earlier release may move a later stage."""
    key, known = keys.event_key(stored.event.id), {":version": stored.version}
    return ConditionCheck(key, "#version = :version", {"#version": "version"}, known)


def _build_schedule_backfill(event: Event, item: Item | None) -> Put:
    """Build the put of the PURGE item with its schedule, which leaves the progress of the purge as it was."""
    schedule = purge_schedule.build_first_schedule(event)
    if item is None:
        return purge_schedule.build_purge_put(event.id, schedule, condition="attribute_not_exists(PK)")
    unchanged, values = "#after = :after AND attribute_not_exists(#due_at)", {":after": item["after"]}
    if "due_at" in item:
        unchanged, values = "#after = :after AND #due_at = :due_at", values | {":due_at": item["due_at"]}
    return Put(
        {**item, **purge_schedule.serialize_schedule(schedule)},
        condition=f"{unchanged} AND attribute_not_exists(#stages)",
        names={f"#{name}": name for name in ("after", "due_at", "stages")},
        values=values,
    )


def backfill_versions(events: Sequence[StoredEvent]) -> None:
    """Keep the current version of each event that an earlier release wrote."""
    items = table.get_many([keys.version_key(stored.event.id, stored.version) for stored in events])
    event_ids = {keys.parse_event_id(item) for item in items}
    for stored in events:
        if stored.event.id not in event_ids:
            with suppress(ConditionFailed):  # lost race: it is kept
                table.write(build_version_put(stored))
