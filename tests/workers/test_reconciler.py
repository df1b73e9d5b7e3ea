"""The reconciler: what differs is told, and put right on command only."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.audit import tasks
from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete, Put, Update
from chalicelib.programme import purge_schedule
from chalicelib.reconciliation import recounting
from chalicelib.reconciliation.recounting import Difference
from chalicelib.registration import store
from chalicelib.workers.clock import tick
from chalicelib.workers.reconciler import reconcile
from testing import builders
from testing.batches import TICK
from testing.world import check_counters, publish, register

pytestmark = pytest.mark.usefixtures("aws")


def miscount(event_id: str) -> None:
    """Write wrong counters into the table by hand."""
    wrong = {"changes = :changes": 99, "taken.#place = :wrong": 7}
    table.write(
        Update(
            keys.places_key(event_id),
            "SET " + ", ".join(wrong),
            "attribute_exists(PK)",
            {"#place": "place"},
            {":changes": 99, ":wrong": 7},
        )
    )


def metrics(printed: str) -> list[Any]:
    return [json.loads(line)["CounterDrift"] for line in printed.splitlines() if "CounterDrift" in line]


def test_nothing_differs_and_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Of an event in order there is nothing on the list, and the metric is nought."""
    event = publish(builders.event())
    register(event, "Anna")
    reconcile(TICK, None)
    assert tasks.list_open(event.id) == []
    assert metrics(capsys.readouterr().out) == [[0.0]]


def test_what_differs_is_told_once_and_repaired_on_command(capsys: pytest.CaptureFixture[str]) -> None:
    """A counter that is wrong stays wrong, on the list and in the metric, until an organiser has it repaired."""
    event = publish(builders.event())
    register(event, "Anna")
    miscount(event.id)
    for _ in range(2):
        reconcile(TICK, None)
    assert [each.kind for each in tasks.list_open(event.id)] == ["counters-differ"]
    assert metrics(capsys.readouterr().out) == [[1.0], [1.0]]
    assert recounting.repair(event.id).differences == [Difference("taken", "place", 7, 1)]
    assert tasks.list_open(event.id) == []
    check_counters(event.id)


def test_what_was_put_right_otherwise_leaves_the_list() -> None:
    """The list follows what the next count says."""
    event = publish(builders.event())
    miscount(event.id)
    recounting.report(event.id, clock.now())
    table.write(
        Update(keys.places_key(event.id), "SET taken.place = :none", "attribute_exists(PK)", {}, {":none": 0})
    )
    recounting.report(event.id, clock.now())
    assert tasks.list_open(event.id) == []


def test_the_people_of_an_event_from_before_are_forgotten_in_their_time() -> None:
    """An event that was written when nothing was ever deleted: the clock finds it from then on, once."""
    event = publish(builders.event())
    register(event, "Anna")
    table.transact(Delete(keys.purge_key(event.id)))
    clock.start_at(event.ends_at + timedelta(days=400))
    tick(TICK, None)
    assert list(store.list_registrations(event.id)) != []
    reconcile(TICK, None)
    tick(TICK, None)
    assert list(store.list_registrations(event.id)) == []
    done = table.get(keys.purge_key(event.id))
    assert done is not None
    assert {"due_at", "due_shard"} & done.keys() == set()
    reconcile(TICK, None)
    assert table.get(keys.purge_key(event.id)) == done


def test_a_deletion_that_has_begun_goes_on_where_it_is() -> None:
    """The reconciler adds what is due when, and leaves alone what is there."""
    event = publish(builders.event())
    begun = {**keys.purge_key(event.id), **keys.due_attributes(event.id, "2020-01-01"), "after": "REG#x"}
    table.write(Put(begun, condition="attribute_exists(PK)"))
    reconcile(TICK, None)
    schedule = purge_schedule.serialize_schedule(purge_schedule.build_first_schedule(event))
    assert table.get(keys.purge_key(event.id)) == begun | schedule
