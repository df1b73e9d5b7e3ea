"""One slip of an organiser in an event's dates deletes nothing that no organiser confirmed, and can be undone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.audit import audit_log
from chalicelib.audit.audit_log import Actor
from chalicelib.aws import key_grammar, keys, table
from chalicelib.aws.items import Put, Update
from chalicelib.problems import WouldDelete
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import purge_schedule, transactions
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.reconciliation import recounting
from chalicelib.registration import flows as registration_flows
from chalicelib.registration import overrides, store
from chalicelib.retention import erasure, forgetting, rules, would_delete
from chalicelib.retention import store as retention_store
from chalicelib.workers import clock as worker
from testing import bornholm, builders
from testing.batches import TICK
from testing.registration_links import participant
from testing.world import check_counters, publish, register

pytestmark = pytest.mark.usefixtures("quick_aws")

ACTOR = Actor("organiser@network.example")
SLIP = {"starts_at": "2019-05-05T15:00", "ends_at": "2019-05-05T18:00"}
WINDOW = {"opens_at": "2019-01-01T08:00", "closes_at": "2019-05-04T12:00"}
GONE: dict[str, Any] = {**SLIP, "registration": WINDOW}


def save(event: Event, *, confirmed: bool = False) -> None:
    version = programme_store.read_current(event.id).version
    check = would_delete.choose_check(confirmed=confirmed)
    programme_flows.put(event, version, clock.now(), ACTOR, check_deletion=check)


def tick_after(start: datetime, **duration: float) -> None:
    clock.start_at(start + timedelta(**duration))
    for _ in range(10):
        worker.tick(TICK, None)


def people(event: Event) -> int:
    return len(list(store.list_registrations(event.id)))


@pytest.fixture
def event() -> Event:
    event = publish(builders.event(allotments=[builders.allotment("place", 2)]))
    for name in ("Anna", "Bo", "Carl"):
        register(event, name)
    return event


def test_a_mistyped_year_is_asked_about_first(event: Event) -> None:
    """It says how many would be deleted and when, a week from now, and nothing is written."""
    with pytest.raises(WouldDelete) as refused:
        save(builders.event(**GONE))
    [stage] = refused.value.extensions["would_delete"]
    assert (stage["stage"], stage["people"]) == ("people", 3)
    assert timedelta(days=7) <= datetime.fromisoformat(stage["at"]) - clock.now() + timedelta(minutes=1)
    assert programme_store.read_current(event.id).event == event


def test_confirmed_it_waits_a_week_and_then_goes(event: Event) -> None:
    """Not within five minutes, nor six days; what the log says of it stays."""
    at = clock.now()
    save(builders.event(allotments=[builders.allotment("place", 2)], **GONE), confirmed=True)
    for wait in ({"minutes": 5}, {"days": 6, "hours": 23}):
        tick_after(at, **wait)
        assert people(event) == 3
    tick_after(at, days=7, minutes=1)
    assert people(event) == 0
    [entry] = [each for each in audit_log.list_entries(event.id) if each.kind == "event-edited"]
    assert entry.actor == ACTOR
    assert ("starts_at", "2020-05-05T15:00:00+02:00", "2019-05-05T15:00:00+02:00") in [
        (each.what, each.before, each.after) for each in entry.changes
    ]


def test_put_right_within_the_week_everything_is_there(event: Event) -> None:
    """Also months later; those who wait move up as ever."""
    at = clock.now()
    save(builders.event(allotments=[builders.allotment("place", 2)], **GONE), confirmed=True)
    tick_after(at, days=6)
    save(event)
    tick_after(at, days=60)
    assert people(event) == 3
    check_counters(event.id)


def test_put_right_after_the_week_the_places_are_free_again(event: Event) -> None:
    """Those who were deleted hold nothing up: a moved date takes back what was counted for them."""
    at = clock.now()
    save(builders.event(allotments=[builders.allotment("place", 2)], **GONE), confirmed=True)
    tick_after(at, days=8)
    assert store.read_places(event.id).taken == {"place": 2}
    save(event)
    places = store.read_places(event.id)
    assert (places.taken, places.forgotten) == ({"place": 0}, {})
    assert recounting.recount(event.id).differences == []
    assert register(event, "Dorte").status == "confirmed"


def test_a_recount_takes_back_what_was_counted_for_the_forgotten(event: Event) -> None:
    """It says what differs, and repairs it."""
    tick_after(event.ends_at, days=181)
    assert [(each.counter, each.written, each.counted) for each in recounting.repair(event.id).differences] == [
        ("taken", 2, 0)
    ]
    places = store.read_places(event.id)
    assert (places.taken, places.forgotten) == ({"place": 0}, {})


def test_an_end_typed_a_month_early_does_not_take_the_food_data() -> None:
    """The stage that has something to delete is named, and no other."""
    event = publish(bornholm.event())
    register(event, "Anna", dietary={"meals": ["vegan"], "consent": True})
    register(event, "Bo")
    clock.start_at(event.ends_at - timedelta(days=10))
    early = {"starts_at": "2020-07-25T09:30", "ends_at": "2020-07-26T12:00"}
    with pytest.raises(WouldDelete) as refused:
        save(_moved(event, **early))
    assert [(each["stage"], each["people"]) for each in refused.value.extensions["would_delete"]] == [
        ("health", 1)
    ]


def _keep_for(event: Event, health: int, travel: int, people: int) -> Event:
    document = event.model_dump(mode="json")
    return Event.model_validate(document | {"retention": {"health": health, "travel": travel, "people": people}})


def test_a_stage_that_is_purged_is_not_brought_forward(event: Event) -> None:
    """Food is gone since the eighth day: the journey keeps its day, and the undo goes back to the later slip."""
    event = publish(bornholm.event())
    register(event, "Anna", dietary={"meals": ["vegan"], "consent": True})
    tick_after(event.ends_at, days=26)
    save(_keep_for(event, 3, 30, 180))
    schedule = purge_schedule.read_schedule(event)
    assert (schedule.not_before, schedule.due["travel"]) == ({}, event.purge_moments["travel"])
    save(_keep_for(event, 3, 30, 31), confirmed=True)
    schedule = purge_schedule.read_schedule(event)
    assert (list(schedule.not_before), schedule.undo_version) == (["people"], 2)


MANIFEST = {**keys.manifest_key("a-meeting", 1), "version": 1, "status": "ready"}
BOOKED = {**keys.bookings_key("a-meeting", "ud"), "bookings": {}}
ENTRY = {**keys.audit_entry_key("a-meeting", "2020-01-01T00:00:00.000000Z", "aa"), "kind": "booked"}


@pytest.mark.parametrize(
    ("item", "stages"),
    [
        (MANIFEST, ["health", "travel", "people"]),
        (MANIFEST | {"status": "withdrawn"}, ["people"]),
        (BOOKED, ["travel", "people"]),
        (ENTRY, ["travel", "people"]),
        (ENTRY | {"kind": "capacity", "reason": "", "changes": [], "people": []}, ["people"]),
    ],
    ids=["files", "withdrawn", "bookings", "entry", "lasting entry"],
)
def test_what_is_deleted_beside_people_counts_too(event: Event, item: dict[str, Any], stages: list[str]) -> None:
    """Files of lists, bookings and the log's entries: a stage that deletes them is asked about and waits."""
    table.write(Put(item | {"PK": key_grammar.event_partition(event.id)}))
    clock.start_at(event.ends_at + timedelta(days=2))
    with pytest.raises(WouldDelete) as refused:
        save(_keep_for(event, 0, 1, 2))
    asked = refused.value.extensions["would_delete"]
    assert [each["stage"] for each in asked] == stages
    assert [each["people"] for each in asked] == [0] * (len(stages) - 1) + [3]
    save(_keep_for(event, 0, 1, 2), confirmed=True)
    assert list(purge_schedule.read_schedule(event).not_before) == stages


def test_files_alone_are_asked_about_without_a_number(event: Event) -> None:
    """The sentence names what goes, and not people of whom nothing does."""
    table.write(Put(MANIFEST | {"PK": key_grammar.event_partition(event.id)}))
    clock.start_at(event.ends_at + timedelta(days=2))
    with pytest.raises(WouldDelete) as refused:
        save(_keep_for(event, 0, 30, 180))
    assert (refused.value.parameters["people"], refused.value.detail) == (0, WouldDelete.detail_without_people)


def test_without_people_what_is_left_waits_all_the_same() -> None:
    """Nothing is asked of an event without participants, and what it has can be had back for a week."""
    event = publish(builders.event())
    save(builders.event(**GONE))
    assert purge_schedule.read_schedule(event).not_before == {}
    other = publish(builders.event("other"))
    table.write(Put(ENTRY | {"PK": key_grammar.event_partition(other.id)}))
    save(builders.event("other", **GONE))
    assert list(purge_schedule.read_schedule(other).not_before) == ["travel", "people"]


def _moved(event: Event, **changes: Any) -> Event:
    document = event.model_dump(mode="json", exclude_none=True)
    window = document["registration"] | {"closes_at": "2020-07-01T12:00"}
    return Event.model_validate(document | {"registration": window} | changes)


def _shorten_retention(event: Event) -> Event:
    document = event.model_dump(mode="json")
    return Event.model_validate(document | {"retention": {"health": 0, "travel": 0, "people": 1}})


@pytest.mark.parametrize(
    "slip",
    [lambda _event: builders.event(allotments=[builders.allotment("place", 2)], **GONE), _shorten_retention],
)
def test_dates_and_days_are_asked_about_alike(event: Event, slip: Callable[[Event], Event]) -> None:
    """Also a retention that is shortened when the event is just over."""
    clock.start_at(event.ends_at + timedelta(days=2))
    with pytest.raises(WouldDelete):
        save(slip(event))


def test_without_people_nothing_is_asked() -> None:
    """No registrations, only erased ones, or none that a stage takes anything from."""
    event = publish(builders.event())
    save(builders.event(**GONE))
    assert programme_store.read_current(event.id).version == 2
    other = publish(builders.event("other"))
    anna = register(other, "Anna")
    erasure.erase(participant(other.id, anna.id), clock.now())
    save(builders.event("other", **GONE))


def test_cancelled_people_are_people(event: Event) -> None:
    """What is held about them would be deleted, too."""
    for each in list(store.list_registrations(event.id)):
        registration_flows.cancel(participant(event.id, each.id), clock.now())
    with pytest.raises(WouldDelete) as refused:
        save(builders.event(**GONE))
    assert refused.value.parameters["people"] == 3


def test_the_earlier_date_of_a_meeting_far_ahead_is_not_asked_about(event: Event) -> None:
    """A week is time enough to see a mistake."""
    save(_moved(event, starts_at="2020-05-04T15:00", ends_at="2020-05-04T18:00", registration=WINDOW_OF_MAY))
    assert programme_store.read_current(event.id).version == 2


WINDOW_OF_MAY = {"opens_at": "2019-10-01T08:00", "closes_at": "2020-05-03T12:00"}


def test_who_registers_while_it_is_saved_is_counted(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """A registration between counting and writing makes it count again."""
    counted = []
    count = would_delete.list_deletions

    def count_and_let_one_in(*arguments: Any) -> Any:
        deletions = count(*arguments)
        counted.append(deletions[-1].people)
        if len(counted) == 1:
            register(event, "Dorte")
        return deletions

    monkeypatch.setattr(would_delete, "list_deletions", count_and_let_one_in)
    save(builders.event(allotments=[builders.allotment("place", 2)], **GONE), confirmed=True)
    assert counted == [3, 4]


def test_a_purge_that_is_undone_while_it_runs_stops_though_another_stage_is_due_then(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The week of the food data ends at the same moment, before and after; people are due much later again."""
    at = event.ends_at + timedelta(days=30)
    clock.start_at(at)
    slip = builders.event(allotments=[builders.allotment("place", 2)], **GONE)
    save(slip, confirmed=True)
    delete = forgetting.delete_and_count

    def undo_and_delete(*arguments: Any) -> None:
        if programme_store.read_current(event.id).event == slip:
            save(event)
        delete(*arguments)

    monkeypatch.setattr(forgetting, "delete_and_count", undo_and_delete)
    tick_after(at, days=8)
    assert people(event) == 3
    schedule = purge_schedule.read_schedule(event)
    purge = retention_store.find(event.id)
    assert purge is not None
    assert purge.due_at == schedule.due["people"] == event.purge_moments["people"]


def test_a_broken_event_of_an_earlier_release_is_asked_about(event: Event) -> None:
    """It is not known when anything was due: dates by which all would go soon are confirmed first, and wait."""
    old = {**keys.purge_key(event.id), **keys.due_attributes(event.id, "2020-05-12T16:00:00.000000Z"), "after": ""}
    table.write(Put(old, condition="attribute_exists(PK)"))
    table.write(Update.set(keys.event_key(event.id), {"document": "{}"}))
    slip = builders.event(allotments=[builders.allotment("place", 2)], **GONE)
    check = would_delete.choose_check(confirmed=False)
    with pytest.raises(WouldDelete):
        programme_flows.put(slip, 1, clock.now(), ACTOR, check_deletion=check)
    at = clock.now()
    programme_flows.put(slip, 1, at, ACTOR, check_deletion=would_delete.choose_check(confirmed=True))
    tick_after(at, days=6)
    assert people(event) == 3
    assert purge_schedule.read_schedule(slip).undo_version == 0


def test_what_is_forgotten_while_it_is_undone_is_taken_back(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first deletion comes between reading the places and writing the former dates."""
    at = clock.now()
    save(builders.event(allotments=[builders.allotment("place", 2)], **GONE), confirmed=True)
    clock.start_at(at + timedelta(days=8))
    read, purge = transactions._read_places_and_version, retention_store.find(event.id)
    assert purge is not None
    first = next(each.id for each in store.list_registrations(event.id, "confirmed"))

    def read_and_delete(*arguments: Any) -> Any:
        monkeypatch.setattr(transactions, "_read_places_and_version", read)
        places = read(*arguments)
        forgetting.delete_and_count(purge, first)
        return places

    monkeypatch.setattr(transactions, "_read_places_and_version", read_and_delete)
    save(event)
    assert recounting.recount(event.id).differences == []


def test_what_an_organiser_wrote_goes_with_the_people(event: Event) -> None:
    """A reason, and the name of what is set aside, may name a person: who did what stays."""
    word = Actor("organiser@network.example", "Anna sidder i kørestol")
    overrides.hold(event, "Anna Hansen", {"place": 0}, clock.now(), word)
    programme_flows.set_capacity(event.id, "place", 4, clock.now(), confirmed=False, actor=word)
    overrides.hold(event, "Anna Hansen", {"place": 1}, clock.now(), word)
    tick_after(event.ends_at, days=181)
    entries = list(audit_log.list_entries(event.id))
    assert {each.kind for each in entries} == {"capacity", "hold"}
    assert "Anna" not in str(entries)


def test_holds_lose_their_names_with_the_people(event: Event) -> None:
    """Units and counters stay as they are, also when it is done again; one that is empty goes."""
    event = publish(builders.event("other", allotments=[builders.allotment("place", 30)]))
    register(event, "Anna")
    for number in range(12):
        overrides.hold(event, f"Familien Hansen {number}", {"place": 1 + number % 2}, clock.now())
    overrides.hold(event, "3", {"place": 4}, clock.now())
    tick_after(event.ends_at, days=179)
    before = store.read_places(event.id)
    assert len(before.holds) == 13
    save(_keep_for(event, 7, 30, 181))  # nothing is brought forward
    tick_after(event.ends_at, days=182)
    places = store.read_places(event.id)
    assert set(places.holds) == {str(number) for number in range(1, 14)}
    assert sorted(units["place"] for units in places.holds.values()) == [1] * 6 + [2] * 6 + [4]
    assert (places.held, places.capacity) == (before.held, before.capacity)
    assert [each.counter for each in recounting.repair(event.id).differences] == ["taken"]
    assert recounting.recount(event.id).differences == []
    tick_after(event.ends_at, days=190)
    assert store.read_places(event.id).holds == places.holds


def test_a_hold_that_changes_while_the_people_go_is_numbered_as_it_is_then(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The purge reads it again after the lost race."""
    event = publish(builders.event("other", allotments=[builders.allotment("place", 30)]))
    overrides.hold(event, "Anna", {"place": 2}, clock.now())
    number = rules.replace_hold_names

    def change_and_number(holds: Any) -> Any:
        monkeypatch.setattr(rules, "replace_hold_names", number)
        overrides.hold(event, "Anna", {"place": 3}, clock.now())
        return number(holds)

    monkeypatch.setattr(rules, "replace_hold_names", change_and_number)
    tick_after(event.ends_at, days=181)
    assert store.read_places(event.id).holds == {"1": {"place": 3}}
