"""The migrations: forward, again, and back."""

import pytest

from chalicelib import clock, facts
from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete, Item
from chalicelib.programme import store
from chalicelib.programme.store import StoredEvent
from chalicelib.workers import migrations
from chalicelib.workers.migrations import MIGRATIONS
from testing import builders
from testing.world import publish

EVENTS = [builders.event("a"), builders.event("b", starts_at="2020-05-04T14:00")]
STORED = [StoredEvent(event, 1) for event in EVENTS]
KEYS = [keys.purge_key(event.id) for event in EVENTS]


def purge_items() -> list[Item]:
    """The items, but for the version of the event that each is for, which an earlier release did not know."""
    items = [{name: item[name] for name in item if name != "version"} for item in table.get_many(KEYS)]
    return sorted(items, key=lambda item: item["PK"])


@pytest.fixture
def purge_items_of_this_version(aws: None) -> list[Item]:  # noqa: ARG001 - the table
    """Two events as this version writes them."""
    for event in EVENTS:
        publish(event)
    return purge_items()


def test_the_backfill_writes_what_this_version_writes(purge_items_of_this_version: list[Item]) -> None:
    """Forward: of an event of an earlier version, and of no other."""
    table.transact(Delete(KEYS[0]))
    migrations.run_backfills(STORED)
    assert purge_items() == purge_items_of_this_version


def test_a_backfill_is_idempotent(purge_items_of_this_version: list[Item]) -> None:
    """Run twice, and on what has gone on since, it writes nothing more."""
    table.transact(*map(Delete, KEYS))
    migrations.run_backfills(STORED)
    table.transact(Delete(KEYS[1]))
    migrations.run_backfills(STORED)
    migrations.run_backfills(STORED)
    assert purge_items() == purge_items_of_this_version


def test_undoing_needs_nothing_and_doing_it_again_heals(purge_items_of_this_version: list[Item]) -> None:
    """The version before knows no PURGE items: without them its events are read and found as ever."""
    due_by_then = max(event.ends_at for event in EVENTS)
    with_items = store.read_all(), store.find_due(due_by_then)
    table.transact(*map(Delete, KEYS))
    assert (store.read_all(), store.find_due(due_by_then)) == with_items
    migrations.run_backfills(store.read_all())
    assert purge_items() == purge_items_of_this_version


@pytest.mark.usefixtures("aws")
def test_without_events_nothing_is_written() -> None:
    """Before anything is loaded there is nothing to migrate."""
    migrations.run_backfills([])
    assert (purge_items(), store.find_due(clock.now())) == ([], [])


def test_each_migration_is_known_by_its_id() -> None:
    """No two share one, and each says what was, and until when that matters."""
    assert len({migration.id for migration in MIGRATIONS}) == len(MIGRATIONS)
    assert all(migration.old_form and migration.removable for migration in MIGRATIONS)


def test_each_former_name_of_a_fact_is_in_the_registry() -> None:
    """So that it is removed in its time."""
    old_forms = " ".join(migration.old_form for migration in MIGRATIONS)
    assert all(f"`{name}`" in old_forms for name in facts.LEGACY_KINDS)
