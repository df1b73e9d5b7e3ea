"""The numbers of an event without persons: what is told, what is left out, and what is frozen before a purge."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.attendance import check_in
from chalicelib.registration import flows, moving_up, store
from chalicelib.registration.access import Access
from chalicelib.retention import flows as retention
from chalicelib.retention import forgetting, numbers
from chalicelib.retention.numbers import LEAST_TOLD, suppress_small
from chalicelib.workers import clock as worker
from testing import builders
from testing.batches import TICK
from testing.registration_links import participant
from testing.world import publish, register

ROWS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30), min_size=1)


@given(ROWS)
def test_no_number_under_five_is_told_or_can_be_told_from_the_sum(row: dict[str, int]) -> None:
    """Beside one that is left out there is another, so their sum tells neither."""
    told = suppress_small(row)
    left_out = [name for name, number in told.items() if number is None]
    assert all(number is None or number >= LEAST_TOLD for number in told.values())
    assert all(told[name] in (None, number) for name, number in row.items())
    assert len(left_out) != 1 or len(row) == 1


def test_the_next_smallest_goes_with_it() -> None:
    """And no more than that."""
    assert suppress_small({"a": 3, "b": 9, "c": 7, "d": 20}) == {"a": None, "b": 9, "c": None, "d": 20}
    assert suppress_small({"a": 3, "b": 2, "c": 7}) == {"a": None, "b": None, "c": 7}
    assert suppress_small({"a": 5, "b": 6}) == {"a": 5, "b": 6}


def people(event: Any, first: str, amount: int, **details: Any) -> list[str]:
    return [register(event, f"{first}{number}", **details).id for number in range(amount)]


@pytest.mark.usefixtures("quick_aws")
def test_what_is_counted() -> None:
    """Who registered, waited, moved up, was turned away, gave up, came and stayed away."""
    event = publish(builders.event(allotments=[builders.allotment("place", 20)]))
    ids = people(event, "M", 12, sector="municipality") + people(event, "S", 8, sector="supplier")
    people(event, "W", 12)
    for each in ids[:6]:
        flows.cancel(participant(event.id, each), clock.now())
    moving_up.settle(event.id, clock.now())
    clock.start_at(event.starts_at)
    for registration in list(store.list_registrations(event.id, "confirmed"))[:11]:
        check_in.check_in(Access(event.id, registration.id), clock.now(), clock.now())
    counted = numbers.count_live(event.id)
    assert (counted.registered, counted.waited, counted.promoted) == (32, 12, 6)
    assert (counted.turned_away, counted.cancelled, counted.came, counted.absent) == (6, 6, 11, 9)
    assert counted.by_sector["municipality"] == 12
    assert counted.by_allotment == {"place": 20}


@pytest.mark.usefixtures("quick_aws")
def test_they_are_frozen_before_each_purge_and_outlive_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a purge, however often it is stopped: while all were counted, not when some have gone."""
    event = publish(builders.event())
    people(event, "P", 9)
    monkeypatch.setattr(retention, "PAGE_SIZE", 2)
    clock.start_at(event.ends_at + timedelta(days=181))
    delete, calls = forgetting.delete_and_count, iter(range(100))

    def delete_and_die(*arguments: Any) -> None:
        delete(*arguments)
        if next(calls) % 2:
            raise ConnectionError

    monkeypatch.setattr(forgetting, "delete_and_count", delete_and_die)
    for _ in range(60):
        try:
            worker.tick(TICK, None)
        except Exception:
            continue
    assert list(store.list_registrations(event.id)) == []
    [frozen] = numbers.list_frozen(event.id)
    assert (frozen["stage"], frozen["registered"], frozen["by_allotment"]) == ("people", 9, {"place": 9})
    assert "P1" not in str(frozen)


@pytest.mark.usefixtures("quick_aws")
def test_without_people_nothing_is_frozen() -> None:
    """An event of no registrations has no numbers."""
    event = publish(builders.event())
    clock.start_at(event.ends_at + timedelta(days=181))
    worker.tick(TICK, None)
    assert numbers.list_frozen(event.id) == []


def test_no_row_is_told_more_of_than_it_has() -> None:
    """An empty row stays empty."""
    empty: Mapping[str, int] = {}
    assert suppress_small(empty) == {}


@pytest.mark.usefixtures("quick_aws")
def test_what_is_missing_from_a_number_is_not_told_either() -> None:
    """Of ten who registered nine have a place: one gave up, and neither number says so."""
    event = publish(builders.event())
    ids = people(event, "P", 10)
    flows.cancel(participant(event.id, ids[0]), clock.now())
    counted = numbers.count_live(event.id)
    assert (counted.registered, counted.cancelled, counted.by_allotment) == (10, None, {"place": None})
