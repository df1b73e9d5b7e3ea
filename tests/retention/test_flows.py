"""What is held about people goes when its time is over, and nothing else."""

import logging
import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.aws import keys, table
from chalicelib.aws.items import Item
from chalicelib.problems import RegistrationClosed
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.reconciliation import recounting
from chalicelib.registration import changing, store
from chalicelib.registration.changing import ChangeRequest
from chalicelib.retention import erasure, flows
from chalicelib.retention import store as purges
from chalicelib.travel import flows as manifests
from chalicelib.workers import clock as worker
from chalicelib.workers import stream
from testing import bornholm
from testing.batches import TICK
from testing.bornholm import EVENT_ID
from testing.registration_links import participant
from testing.world import publish, register
from tests.retention import marked
from tests.retention.marked import ALL, HEALTH, PEOPLE, TRAVEL, build, found, meeting, nowhere, objects, who_waits

pytestmark = pytest.mark.usefixtures("quick_aws")


def tick(event: Event, days: float) -> None:
    """What the clock does from so many days after the event's end on, until it has nothing left to do."""
    clock.start_at(event.ends_at + timedelta(days=days))
    for _ in range(200):
        worker.tick(TICK, None)
        if EVENT_ID not in purges.find_due(clock.now()):
            return
    raise AssertionError("it never ends")


def kinds() -> set[str]:
    return {item["SK"].partition("#")[0] for item in table.query(EVENT_ID, "A", up_to="Z~")}


def test_before_its_time_nothing_goes() -> None:
    """All that is marked is held, until the moment itself; what is about health under seal alone."""
    event = meeting()
    tick(event, 6.99)
    held = found(ALL)
    assert held["table"] == set(ALL) - set(HEALTH)
    assert held["seals"] >= set(HEALTH)
    assert found(PEOPLE)["bucket"] >= {"MARKANNA", "MARKHOLM", "MARKORG"}


def test_first_what_is_about_health_goes_and_the_files_that_say_it() -> None:
    """A week after the end nothing of food and assistance is found anywhere, and the rest is as it was."""
    event = meeting()
    tick(event, 7)
    assert found(ALL) == nowhere() | {"table": set(TRAVEL) | set(PEOPLE)}
    [version] = manifests.list_versions(EVENT_ID)
    assert (version.status, version.files, version.warnings) == ("withdrawn", (), ())
    assert version.totals
    assert version.totals["people"] == 2
    assert objects() == {}


def test_lists_built_since_have_what_is_left() -> None:
    """And go at the next stage, since what they hold goes then."""
    event = meeting()
    tick(event, 7)
    assert build() == 2
    assert found(HEALTH) == nowhere()
    assert "MARKKIN" in found(TRAVEL)["bucket"]
    tick(event, 30)
    assert found((*HEALTH, *TRAVEL)) == nowhere()
    assert found(PEOPLE) == nowhere() | {"table": set(PEOPLE)}


def test_in_the_end_a_search_for_anybody_finds_nothing(caplog: pytest.LogCaptureFixture, capsys: Any) -> None:
    """Not in table, bucket, queues or logs, not even an id; the event and its counters are as they were.

    Its numbers are kept without persons, and a recount takes back what is counted for the forgotten.
    """
    caplog.set_level(logging.DEBUG, logger="chalicelib")
    event = meeting()
    who_waits(event)
    ids = tuple(each.id for each in store.list_registrations(EVENT_ID))
    before = store.read_places(EVENT_ID)
    tick(event, 180)
    assert found((*ALL, *ids)) == nowhere()
    assert objects() == {}
    assert kinds() == {"EVENT", "PLACES", "PURGE", "VERSION", "NUMBERS"}
    places = store.read_places(EVENT_ID)
    assert (places.taken, places.capacity, places.line_length) == (before.taken, before.capacity, 0)
    recounting.repair(EVENT_ID)
    assert recounting.recount(EVENT_ID).differences == []
    assert not any(store.read_places(EVENT_ID).taken.values())
    said = caplog.text + "".join(capsys.readouterr())
    assert [word for word in ALL if word in said] == []


@pytest.mark.parametrize(("days", "gone"), [(7, HEALTH), (30, (*HEALTH, *TRAVEL)), (180, ALL)])
def test_what_comes_behind_it_while_it_goes_on_goes_too(
    monkeypatch: pytest.MonkeyPatch, days: int, gone: tuple[str, ...]
) -> None:
    """Lists that are built when those before have gone, of people who have not yet: no later stage would come."""
    event = meeting()
    tick(event, days - 0.01)
    monkeypatch.setattr(flows, "PAGE_SIZE", 1)
    clock.start_at(event.ends_at + timedelta(days=days))
    while (going_on := purges.find(EVENT_ID)) and going_on.after < "MANIFEST~":
        flows.purge_page(EVENT_ID, clock.now())
    build()
    assert found(gone)["bucket"] != set()
    tick(event, days)
    assert found(gone) == nowhere()


def test_what_is_long_over_goes_in_one_tick() -> None:
    """Whatever was due before it goes with the last stage, not one after the other."""
    event = meeting()
    clock.start_at(event.ends_at + timedelta(days=365))
    worker.tick(TICK, None)
    assert found(ALL) == nowhere()
    assert purges.find(EVENT_ID) is None


def test_whoever_waited_or_wished_leaves_the_line_for_good() -> None:
    """A party that waits together, and a participant who wishes for something else: no entry, and no
    difference."""
    event = meeting()
    waiting = who_waits(event)
    mark = next(each for each in store.list_registrations(EVENT_ID) if each.attendee.given_name == "MARKANNA")
    changing.change(event, participant(event.id, mark.id), ChangeRequest(wait_for=("single_room",)), clock.now())
    assert {each.status for each in waiting} == {"waiting"}
    tick(event, 180)
    assert list(store.read_waitlist(EVENT_ID)) == []
    differences = recounting.recount(EVENT_ID).differences
    assert {each.counter for each in differences} == {"taken"}  # what is counted for the forgotten


@pytest.mark.parametrize("days", [7, 180])
def test_nothing_of_it_is_news(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Of no write that the deletion makes does the stream say that anything happened."""
    event = meeting()
    who_waits(event)
    before = images()
    monkeypatch.setattr(table, "transact", told(table.transact, before))
    monkeypatch.setattr(table, "write", told(table.write, before))
    tick(event, days)


def images() -> dict[str, Item]:
    return {item["SK"]: item for item in table.query(EVENT_ID, "A", up_to="Z~")}


def told(real: Any, before: dict[str, Item]) -> Any:
    """The call, and after it a look at what the stream makes of all that is otherwise."""

    def call(*writes: Any) -> None:
        real(*writes)
        after = images()
        for key in before.keys() | after.keys():
            assert stream.derive_facts(before.get(key), after.get(key), "") == []
        before.clear()
        before.update(after)

    return call


@pytest.mark.parametrize("page", [1, 3, 7])
def test_it_goes_page_by_page_and_may_be_stopped_anywhere(monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    """Almost every third write dies: the next tick takes it up, and the counters are right all along."""
    monkeypatch.setattr(flows, "PAGE_SIZE", page)
    event = meeting()
    who_waits(event)
    clock.start_at(event.ends_at + timedelta(days=180))
    taken = store.read_places(EVENT_ID).taken
    transact, dice = table.transact, random.Random(page)

    def dying(*writes: Any) -> None:
        if dice.random() < 0.3:
            raise ConnectionError
        transact(*writes)

    monkeypatch.setattr(table, "transact", dying)
    for _ in range(2000):
        if EVENT_ID not in purges.find_due(clock.now()):
            break
        try:
            flows.purge_page(EVENT_ID, clock.now())
        except ConnectionError:
            continue
        recounted = recounting.recount(EVENT_ID)
        assert Counter(recounted.counted.taken) + Counter(recounted.stored.forgotten) == Counter(taken)
        assert {each.counter for each in recounted.differences} <= {"taken"}
    assert found(ALL) == nowhere()
    assert kinds() == {"EVENT", "PLACES", "PURGE", "VERSION", "NUMBERS"}


def test_a_step_costs_no_more_than_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event of many people is gone through a page at a time, each tick one."""
    monkeypatch.setattr(flows, "PAGE_SIZE", 4)
    event = meeting()
    who_waits(event)
    clock.start_at(event.ends_at + timedelta(days=7))
    before = len(images())
    worker.tick(TICK, None)
    before += 1  # the numbers, frozen
    purge = purges.find(EVENT_ID)
    assert purge
    assert [sort_key for sort_key in sorted(images()) if sort_key <= purge.after] == sorted(images())[:4]
    assert len(images()) == before


def test_each_event_has_its_own_days() -> None:
    """Set in its document, in their order; what would be due at once when they are made shorter, waits a week."""
    event = meeting(retention={"health": 1, "travel": 400, "people": 400})
    tick(event, 30)
    assert found(ALL) == nowhere() | {"table": set(TRAVEL) | set(PEOPLE)}
    shorter = bornholm.event(retention={"health": 1, "travel": 10, "people": 20})
    programme_flows.put(shorter, programme_store.read_current(EVENT_ID).version, clock.now())
    tick(event, 36.9)
    assert found(ALL) == nowhere() | {"table": set(TRAVEL) | set(PEOPLE)}
    tick(event, 37.01)
    assert found(ALL) == nowhere()


def test_an_event_that_is_moved_to_later_keeps_its_people_until_then() -> None:
    """What goes when, follows the end that the event has now."""
    event = meeting()
    later = bornholm.event(starts_at="2021-08-25T09:30", ends_at="2021-08-26T12:00")
    programme_flows.put(later, programme_store.read_current(EVENT_ID).version, clock.now())
    tick(event, 200)
    assert found(PEOPLE)["table"] == set(PEOPLE)
    tick(later, 180)
    assert found(ALL) == nowhere()


def test_what_is_deleted_is_not_brought_back() -> None:
    """From then on food and journey can no longer be told; a name can still be corrected."""
    event = meeting()
    mark = next(each for each in store.list_registrations(EVENT_ID) if each.attendee.given_name == "MARKANNA")
    tick(event, 7)
    wanted = ChangeRequest(details={"dietary": marked_food()})
    with pytest.raises(RegistrationClosed):
        changing.change(event, participant(event.id, mark.id), wanted, clock.now())
    changed = changing.change(
        event, participant(event.id, mark.id), ChangeRequest(details={"given_name": "Marc"}), clock.now()
    )
    assert changed.attendee.given_name == "Marc"


def marked_food() -> Any:
    return bornholm.guest("Anna", "Holm", dietary=marked.DETAILS["dietary"]).attendee.dietary


def test_whoever_was_erased_before_is_gone_too() -> None:
    """What was left of them for a while goes with the rest."""
    event = publish(bornholm.event())
    anna = register(event, "Anna")
    erasure.erase(participant(event.id, anna.id), clock.now())
    tick(event, 180)
    assert table.get(keys.registration_key(event.id, anna.id)) is None
    assert recounting.recount(event.id).differences == []


def test_nothing_is_looked_at_before_it_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """While nothing is due, the clock reads nothing of an event's people."""
    meeting()
    monkeypatch.setattr(purges, "read_page", lambda *_: pytest.fail("it was looked at"))
    clock.start_at(datetime.fromisoformat("2020-08-01T08:00+02:00"))
    worker.tick(TICK, None)
