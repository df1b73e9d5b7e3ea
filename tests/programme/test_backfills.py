"""The backfills of what earlier releases stored about events."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete, Put, Update
from chalicelib.programme import backfills, purge_schedule, store
from chalicelib.programme.model import Event
from chalicelib.programme.purge_schedule import build_first_schedule
from testing import builders
from testing.world import publish

pytestmark = pytest.mark.usefixtures("memory")


def write_former_purge(event: Event, due_at: str | None) -> None:
    """Write the item as an earlier release did: without stages."""
    due = keys.due_attributes(event.id, due_at) if due_at else {}
    table.write(Put({**keys.purge_key(event.id), **due, "after": ""}, condition="attribute_exists(PK)"))


def read_stages(event: Event) -> Any:
    item = table.get(keys.purge_key(event.id))
    assert item is not None
    return item.get("stages")


@pytest.mark.parametrize("due_at", ["2020-05-12T16:00:00.000000Z", None])
def test_the_schedule_is_written_and_the_progress_stays(due_at: str | None) -> None:
    """Also where all is purged, and so nothing is due any more."""
    event = publish(builders.event())
    write_former_purge(event, due_at)
    backfills.backfill_purge_schedules([store.read_current(event.id)])
    item = table.get(keys.purge_key(event.id))
    assert item is not None
    assert (item.get("due_at"), item["after"]) == (due_at, "")
    schedule = purge_schedule.find_schedule(event.id)
    assert schedule is not None
    assert schedule.due == build_first_schedule(event).due


def _advance(event: Event) -> None:
    write_former_purge(event, "2020-06-04T16:00:00.000000Z")


def _finish(event: Event) -> None:
    write_former_purge(event, None)


def _change_event(event: Event) -> None:
    table.write(Update.set(keys.event_key(event.id), {"version": 2}))


@pytest.mark.parametrize("changes", [_advance, _finish, _change_event])
@pytest.mark.parametrize("is_there", [True, False])
def test_what_an_earlier_release_changes_meanwhile_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch, changes: Callable[[Event], None], *, is_there: bool
) -> None:
    """Its purge moves on to the next stage or ends, or it moves a stage of the event; a later run sees to it."""
    event = publish(builders.event())
    stored = store.read_current(event.id)
    if is_there:
        write_former_purge(event, "2020-05-12T16:00:00.000000Z")
    else:
        table.transact(Delete(keys.purge_key(event.id)))
    read = table.get_many

    def read_and_change(*arguments: Any) -> Any:
        items = read(*arguments)
        if not is_there:
            table.write(Put({**keys.purge_key(event.id), "after": ""}))
        changes(event)
        return items

    with monkeypatch.context() as patched:
        patched.setattr(table, "get_many", read_and_change)
        backfills.backfill_purge_schedules([stored])
    assert read_stages(event) is None
    backfills.backfill_purge_schedules([store.read_current(event.id)])
    assert read_stages(event) is not None


def test_the_current_version_is_kept_once() -> None:
    """Without the one who saved it, whom an earlier release did not remember."""
    event = publish(builders.event())
    table.transact(Delete(keys.version_key(event.id, 1)))
    for _ in range(2):
        backfills.backfill_versions([store.read_current(event.id)])
        clock.start_at(clock.now() + timedelta(days=1))
    item = table.get(keys.version_key(event.id, 1))
    assert item is not None
    assert (item["by"], item["changed_at"], "expires_at" in item) == ("", "", False)
