"""A broadcast reaches each recipient once, wherever it was stopped."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.audit import tasks
from chalicelib.aws import table
from chalicelib.aws.items import Update
from chalicelib.aws.table import ConditionFailed
from chalicelib.broadcasts import flows, store
from chalicelib.facts import BroadcastDue, DetailsAsked, EventChanged, MailComplained, Reminded, ToldOfChange
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme
from chalicelib.programme.model import ZONE, Event
from chalicelib.registration import flows as registration_flows
from chalicelib.registration import store as registrations
from chalicelib.registration.model import Registration
from chalicelib.registration.notes import build_note
from chalicelib.retention import erasure
from chalicelib.workers import clock as tick
from testing import builders, world
from testing.batches import TICK
from testing.registration_links import participant
from testing.world import check_counters, publish, register
from tests.broadcasts.work import event_item, move, rounds, told, work_off

pytestmark = pytest.mark.usefixtures("aws")

LATER = "2020-05-05T16:00"


def moved(people: int = 3) -> tuple[Event, list[Registration], EventChanged]:
    event = publish(builders.event())
    registered = [register(event, f"P{number}") for number in range(people)]
    change = move(event, starts_at=LATER)
    assert change
    return event, registered, change


def test_every_participant_is_told_of_a_change_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In steps of a page each; duplicates of the messages send nothing again."""
    monkeypatch.setattr(flows, "PAGE_SIZE", 2)
    event, people, change = moved(5)
    registration_flows.cancel(participant(event.id, people[0].id), clock.now())
    for _ in range(2):
        flows.begin_change_broadcast(change, clock.now())
    assert work_off(event.id, "change-000002", clock.now()) == 3
    expected = {each.id: int(each.id != people[0].id) for each in people}
    assert told(event.id, ToldOfChange) == expected
    flows.begin_change_broadcast(change, clock.now())
    flows.process_page(BroadcastDue(event_id=event.id, at="", round_id="change-000002", after=""), clock.now())
    assert told(event.id, ToldOfChange) == expected
    check_counters(event.id)


def test_an_erased_registration_holds_no_other_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Erased registrations are passed, also where a page ends with it."""
    monkeypatch.setattr(flows, "PAGE_SIZE", 1)
    event, people, change = moved(3)
    erasure.erase(participant(event.id, people[1].id), clock.now())
    flows.begin_change_broadcast(change, clock.now())
    work_off(event.id, "change-000002", clock.now())
    assert told(event.id, ToldOfChange) == {people[0].id: 1, people[2].id: 1}


def test_what_is_told_is_what_was() -> None:
    """The fact is the last of the history, so its revision is above every file sent before."""
    event, [who], change = moved(1)
    flows.begin_change_broadcast(change, clock.now())
    work_off(event.id, "change-000002", clock.now())
    found = registrations.find(event.id, who.id)
    assert found
    assert found.history[-1] == {
        "fact": "told-of-change",
        "at": found.history[-1]["at"],
        "version": 2,
        "was_starts_at": "2020-05-05T15:00:00+02:00",
        "was_ends_at": "2020-05-05T18:00:00+02:00",
        "was_venue": "",
        "was_address": "",
        "was_legs": {},
        "was_stays": {},
    }
    assert found.revision == who.revision + 1


def test_a_step_that_crashed_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """After any of its writes: done again, each is told once."""
    event, people, change = moved(4)
    flows.begin_change_broadcast(change, clock.now())
    write, left = table.write, [0]

    def dies(single: Update) -> None:
        if left[0] == 0:
            raise ConnectionError("the function dies")
        left[0] -= 1
        write(single)

    for survives in range(len(people) + 1):
        left[0] = survives
        with monkeypatch.context() as patch:
            patch.setattr(table, "write", dies)
            if survives < 2:
                with pytest.raises(ConnectionError):
                    work_off(event.id, "change-000002", clock.now())
    work_off(event.id, "change-000002", clock.now())
    assert told(event.id, ToldOfChange) == {each.id: 1 for each in people}


def test_who_changes_meanwhile_is_told_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The history has grown since it was read: it is read again."""
    event, [who], change = moved(1)
    flows.begin_change_broadcast(change, clock.now())
    write, others = table.write, [ConditionFailed({})]

    def refuses_once(single: Update) -> None:
        if others:
            raise others.pop()
        write(single)

    monkeypatch.setattr(table, "write", refuses_once)
    work_off(event.id, "change-000002", clock.now())
    assert told(event.id, ToldOfChange) == {who.id: 1}


def test_a_change_of_nothing_that_matters_is_not_broadcast() -> None:
    """Another title, another capacity."""
    event = publish(builders.event())
    assert move(event, title={"da": "Nyt", "en": "New"}) is None
    programme_flows.set_capacity(event.id, "place", 40, clock.now(), confirmed=False)
    assert rounds(event.id) == []


def test_a_change_of_an_event_that_is_over_is_not_broadcast() -> None:
    """A correction afterwards is no news."""
    event, [who], change = moved(1)
    flows.begin_change_broadcast(change, clock.now())
    clock.start_at(datetime(2020, 5, 5, 18, 1, tzinfo=ZONE))
    work_off(event.id, "change-000002", clock.now())
    assert told(event.id, ToldOfChange) == {who.id: 0}


def test_an_address_that_complained_gets_nothing() -> None:
    """Nor is it written into the history."""
    event, [who], change = moved(1)
    complained = MailComplained(
        event_id=event.id, registration_id=who.id, revision=2, at=change.at, mail="x", reason="abuse"
    )
    table.write(build_note(complained))
    flows.begin_change_broadcast(change, clock.now())
    work_off(event.id, "change-000002", clock.now())
    assert told(event.id, ToldOfChange) == {who.id: 0}


def reminding(*days: int, **changes: Any) -> Event:
    return publish(builders.event(reminders=list(days), **changes))


def at(day: int, hour: int, month: int = 5) -> datetime:
    now = datetime(2020, month, day, hour, 1, tzinfo=ZONE)
    clock.start_at(now)
    return now


def test_a_reminder_goes_out_when_it_is_due_and_once() -> None:
    """At nine in the morning so many days before; not before that, and not again."""
    event = reminding(3)
    who = register(event, "Anna")
    at(2, 8)
    tick.tick(TICK, None)
    assert rounds(event.id) == []
    for _ in range(2):
        now = at(2, 9)
        tick.tick(TICK, None)
        assert rounds(event.id) == ["reminder-2020-05-05-03"]
        work_off(event.id, "reminder-2020-05-05-03", now)
    assert told(event.id, Reminded) == {who.id: 1}
    assert "due_at" not in event_item(event.id)


def test_only_what_is_due_is_looked_at() -> None:
    """An event without reminders, or whose next one is to come, is not found."""
    publish(builders.event("a-without"))
    event = reminding(7, 1)
    assert programme.find_due(at(28, 8, month=4)) == []
    now = at(28, 10, month=4)
    assert [found for found, _ in programme.find_due(now)] == [event.id]
    flows.process_due_event(event.id, now - timedelta(hours=2), now)
    assert programme.find_due(now) == []
    assert [found for found, _ in programme.find_due(at(4, 9))] == [event.id]


def test_a_reminder_follows_the_date() -> None:
    """Moved later, it is due later, also where one for the former day went out already; each goes out once."""
    event = reminding(3, 1)
    who = register(event, "Anna")
    now = at(2, 9)
    tick.tick(TICK, None)
    work_off(event.id, "reminder-2020-05-05-03", now)
    move(event, reminders=[3, 1], starts_at="2020-05-12T15:00", ends_at="2020-05-12T18:00")
    for day in (4, 9, 9, 11):
        at(day, 10)
        tick.tick(TICK, None)
        for round_id in rounds(event.id):
            work_off(event.id, round_id, clock.now())
    assert rounds(event.id) == ["reminder-2020-05-05-03", "reminder-2020-05-12-01", "reminder-2020-05-12-03"]
    assert [(e["days"], e["starts_on"]) for e in world.reload(who).history if e["fact"] == "reminded"] == [
        (3, "2020-05-05"),
        (3, "2020-05-12"),
        (1, "2020-05-12"),
    ]


def test_another_hour_of_the_same_day_gives_no_second_reminder() -> None:
    """The day that they were reminded of is the one that it is on."""
    event = reminding(3)
    who = register(event, "Anna")
    now = at(2, 9)
    tick.tick(TICK, None)
    work_off(event.id, "reminder-2020-05-05-03", now)
    move(event, reminders=[3], starts_at=LATER)
    at(4, 10)
    tick.tick(TICK, None)
    assert (rounds(event.id), told(event.id, Reminded)) == (["reminder-2020-05-05-03"], {who.id: 1})


def test_an_event_put_on_again_earlier_reminds_in_time() -> None:
    """Its reminders are due before the day that it has now, and no reminder of the former day comes later."""
    event = reminding(3)
    who = register(event, "Anna")
    at(1, 10, month=4)
    move(event, reminders=[3], starts_at="2020-04-10T15:00", ends_at="2020-04-10T18:00")
    at(7, 10, month=4)
    tick.tick(TICK, None)
    work_off(event.id, "reminder-2020-04-10-03", clock.now())
    at(2, 10)
    tick.tick(TICK, None)
    assert (rounds(event.id), told(event.id, Reminded)) == (["reminder-2020-04-10-03"], {who.id: 1})


def test_of_several_reminders_due_at_once_the_last_is_sent() -> None:
    """After everything stood still for days."""
    event = reminding(7, 3, 1)
    at(4, 10)
    tick.tick(TICK, None)
    assert rounds(event.id) == ["reminder-2020-05-05-01"]


def test_no_reminder_follows_a_mail_of_the_same_day() -> None:
    """Registered, or reminded, within the last day; who waits is not reminded either."""
    event = reminding(2, 1, allotments=[builders.allotment("place", 2)])
    early = register(event, "Anna")
    now = at(3, 8)
    late, waiting = register(event, "Bo", now=now), register(event, "Carl", now=now)
    now = at(3, 9)
    tick.tick(TICK, None)
    work_off(event.id, "reminder-2020-05-05-02", now)
    assert told(event.id, Reminded) == {early.id: 1, late.id: 0, waiting.id: 0}
    now = at(4, 7)
    flows.process_due_event(event.id, now, now + timedelta(hours=3))
    work_off(event.id, "reminder-2020-05-05-01", now)
    assert told(event.id, Reminded) == {early.id: 1, late.id: 0, waiting.id: 0}


def test_no_reminder_goes_out_once_it_has_begun() -> None:
    """A round that stood still until then ends there."""
    event = reminding(1)
    who = register(event, "Anna")
    at(4, 9)
    tick.tick(TICK, None)
    work_off(event.id, "reminder-2020-05-05-01", at(5, 15))
    assert told(event.id, Reminded) == {who.id: 0}


def test_a_reminder_that_is_past_when_it_is_set_is_not_sent() -> None:
    """Of reminders added late those go out that are still to come."""
    event = publish(builders.event())
    register(event, "Anna")
    at(1, 10)
    move(event, reminders=[7, 1])
    tick.tick(TICK, None)
    assert rounds(event.id) == []
    at(4, 10)
    tick.tick(TICK, None)
    assert rounds(event.id) == ["reminder-2020-05-05-01"]


def test_details_are_asked_for_once_a_day() -> None:
    """Of those who travel and have not told everything."""
    leg = {"name": "bus", "kind": "bus", "title": {"da": "Bus", "en": "Bus"}, "carrier": "A", "origin": "B",
           "destination": "C", "departs": "2020-05-05T13:00", "arrives": "2020-05-05T14:00"}  # fmt: skip
    allotments = [builders.allotment("place", 9), builders.allotment("bus", 9)]
    event = publish(builders.event(legs=[leg], allotments=allotments))
    travel = {"name_on_id": {"given": "B", "family": "H"}, "emergency_contact": {"name": "C", "phone": "20123456"}}
    asked = register(event, "Anna", needs=("place", "bus"))
    register(event, "Bo", needs=("place", "bus"), phone="20123456", travel=travel)
    register(event, "Carl")
    for after, times in ((timedelta(0), 1), (timedelta(hours=23), 1), (timedelta(hours=2), 2)):
        now = clock.advance(after)
        flows.ask_for_details(event.id, now)
        flows.ask_for_details(event.id, now)
        for round_id in rounds(event.id):
            work_off(event.id, round_id, now)
        assert {rid: n for rid, n in told(event.id, DetailsAsked).items() if n} == {asked.id: times}


def test_a_round_that_is_not_there_is_nothing_to_do() -> None:
    """An old message."""
    flows.process_page(BroadcastDue(event_id="e", at="", round_id="reminder-2020-05-05-01", after=""), clock.now())
    assert store.find("e", "reminder-2020-05-05-01") is None


def test_a_deadline_that_draws_near_is_on_the_list_of_things_to_do() -> None:
    """Put there once by the clock; struck off, it stays off."""
    event = publish(builders.event(deadlines={"names": "2020-04-14T12:00"}))
    clock.start_at(datetime(2020, 4, 11, 11, 59, tzinfo=ZONE))
    tick.tick(TICK, None)
    assert tasks.list_open(event.id) == []
    clock.start_at(datetime(2020, 4, 11, 12, 1, tzinfo=ZONE))
    for _ in range(2):
        tick.tick(TICK, None)
    [warning] = tasks.list_open(event.id)
    assert (warning.id, warning.parameters) == ("names-due.20200414T1200", {"due": "2020-04-14T12:00:00+02:00"})
    tasks.resolve(event.id, warning.id)
    tick.tick(TICK, None)
    assert tasks.list_open(event.id) == []
