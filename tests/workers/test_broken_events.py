"""The workers pass over an event whose stored document cannot be read, and make up for it once it is put right."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock, facts
from chalicelib.aws import keys, table
from chalicelib.aws.items import Put
from chalicelib.aws.keys import format_timestamp
from chalicelib.broadcasts import store as broadcasts_store
from chalicelib.facts import BroadcastDue, EventChanged, Freed, MailBounced, Reminded, ToldOfChange
from chalicelib.programme import flows as programme_flows
from chalicelib.programme.model import ZONE, Event
from chalicelib.registration import flows, store
from chalicelib.workers import broadcasts, waitlist
from chalicelib.workers.clock import tick
from chalicelib.workers.reconciler import reconcile
from chalicelib.workers.stream import derive_facts
from testing import builders
from testing.batches import TICK, messages
from testing.registration_links import participant
from testing.world import break_document, publish, register
from tests.broadcasts.work import event_item, rounds, told

pytestmark = pytest.mark.usefixtures("quick_aws")

BROKEN, OTHER = "a-broken", "b-other"
ONE_PLACE = [builders.allotment("place", 1)]


def publish_both(**changes: Any) -> tuple[Event, Event]:
    return publish(builders.event(BROKEN, **changes)), publish(builders.event(OTHER, **changes))


def repair(**changes: Any) -> list[facts.Fact]:
    """Put the broken event right; what the stream tells of it."""
    before = event_item(BROKEN)
    programme_flows.put(builders.event(BROKEN, **changes), 1, clock.now())
    return derive_facts(before, event_item(BROKEN), format_timestamp(clock.now()))


def statuses(event: Event) -> list[str]:
    return sorted(each.status for each in store.list_registrations(event.id))


def test_the_clock_settles_and_reminds_the_others() -> None:
    """No failure: the others' lines move and their reminders begin; the broken event makes up for it later."""
    both = publish_both(allotments=ONE_PLACE, reminders=[3])
    for event in both:
        first = register(event, "Anna")
        register(event, "Bo")
        flows.cancel(participant(event.id, first.id), clock.now())
    break_document(BROKEN)
    clock.start_at(datetime(2020, 5, 2, 9, 1, tzinfo=ZONE))
    tick(TICK, None)
    assert [statuses(event) for event in both] == [["cancelled", "waiting"], ["cancelled", "confirmed"]]
    assert [rounds(event.id) for event in both] == [[], ["reminder-2020-05-05-03"]]
    clock.advance(timedelta(days=1, hours=2))
    repair(allotments=ONE_PLACE, reminders=[3])
    tick(TICK, None)
    assert statuses(both[0]) == ["cancelled", "confirmed"]
    assert rounds(BROKEN) == ["reminder-2020-05-05-03"]


def test_the_clock_purges_when_the_last_readable_document_said() -> None:
    """What is held about people of the broken event goes in its time, too: its schedule stands beside it."""
    both = publish_both()
    for event in both:
        register(event, "Anna")
    break_document(BROKEN)
    clock.start_at(both[0].purge_moments["people"])
    tick(TICK, None)
    assert [len(list(store.list_registrations(event.id))) for event in both] == [0, 0]


def test_the_clock_leaves_people_where_nothing_says_when_their_time_is_over() -> None:
    """An event from before there were schedules, broken: what is held stays until it is put right."""
    event, _ = publish_both()
    register(event, "Anna")
    due = keys.due_attributes(BROKEN, format_timestamp(event.purge_moments["health"]))
    table.write(Put({**keys.purge_key(BROKEN), **due, "after": ""}, condition="attribute_exists(PK)"))
    break_document(BROKEN)
    clock.start_at(event.purge_moments["people"])
    tick(TICK, None)
    assert len(list(store.list_registrations(BROKEN))) == 1


def test_the_reconciler_counts_the_others(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Its run ends well, and the log names the event that cannot be read."""
    publish_both()
    break_document(BROKEN, "{")
    reconcile(TICK, None)
    assert '"CounterDrift":[0.0]' in capsys.readouterr().out
    assert [record.__dict__["event_id"] for record in caplog.records if "cannot be read" in record.message] == [
        BROKEN
    ]


def test_a_broadcast_waits_while_the_event_is_broken() -> None:
    """Its message is done, so that the queue drains; when the event is put right, each is told once."""
    event, _ = publish_both()
    who = register(event, "Anna")
    at = format_timestamp(clock.now())
    before, after = "2020-05-04T15:00:00+02:00", "2020-05-04T18:00:00+02:00"
    change = EventChanged(event_id=BROKEN, at=at, version=2, was_starts_at=before, was_ends_at=after)
    step = BroadcastDue(event_id=BROKEN, at=at, round_id="change-000002", after="")
    break_document(BROKEN)
    for fact in (change, step, step):
        assert broadcasts.rounds(messages(fact), None) == {"batchItemFailures": []}
    assert told(BROKEN, ToldOfChange) == {who.id: 0}
    assert repair() == []
    key = keys.broadcast_key(BROKEN, "change-000002")
    waiting = table.get(key)
    tick(TICK, None)
    resumed = derive_facts(waiting, table.get(key), at)
    assert resumed == [BroadcastDue(event_id=BROKEN, at=at, round_id="change-000002", after="", resumed=1)]
    assert resumed[0].key != step.key  # or the queue would take it for a duplicate
    for again in (*resumed, *resumed):
        assert broadcasts.rounds(messages(again), None) == {"batchItemFailures": []}
    assert told(BROKEN, ToldOfChange) == {who.id: 1}
    finished = broadcasts_store.find(BROKEN, "change-000002")
    assert finished
    assert finished.is_done


def test_a_line_waits_while_the_event_is_broken() -> None:
    """Its messages are done; the clock settles the line once the event is put right."""
    event, _ = publish_both(allotments=ONE_PLACE)
    first, second = register(event, "Anna"), register(event, "Bo")
    flows.cancel(participant(BROKEN, first.id), clock.now())
    break_document(BROKEN)
    at = format_timestamp(clock.now())
    bounced = MailBounced(
        event_id=BROKEN, registration_id=second.id, revision=2, at=at, mail="offered#1", reason=""
    )
    for fact in (Freed(event_id=BROKEN, at=at, version=2), bounced):
        assert waitlist.waitlist(messages(fact), None) == {"batchItemFailures": []}
    assert statuses(event) == ["cancelled", "waiting"]
    repair(allotments=ONE_PLACE)
    tick(TICK, None)
    assert statuses(event) == ["cancelled", "confirmed"]


@pytest.mark.parametrize("text", ["{", "[]", "7", '{"starts_at": 7}', '{"id": "x", "legs": 3}', "{}"])
def test_the_stream_tells_nothing_of_what_cannot_be_read(text: str) -> None:
    """The relay goes on, also where a hand wrote the document and where a hand put it right."""
    publish_both()
    right = event_item(BROKEN)
    break_document(BROKEN, text)
    wrong = event_item(BROKEN)
    at = format_timestamp(clock.now())
    assert (
        derive_facts(right, wrong, at)
        == derive_facts(wrong, right, at)
        == derive_facts(wrong, {**wrong}, at)
        == []
    )
    assert repair(starts_at="2020-05-05T14:00") == []


def test_reminders_of_before_are_not_sent_twice() -> None:
    """One that went out before the event broke does not go out again when it is put right."""
    event, _ = publish_both(reminders=[3])
    who = register(event, "Anna")
    clock.start_at(datetime(2020, 5, 2, 9, 1, tzinfo=ZONE))
    tick(TICK, None)
    [reminder] = rounds(BROKEN)
    step = BroadcastDue(event_id=BROKEN, at="", round_id=reminder, after="")
    broadcasts.rounds(messages(step), None)
    break_document(BROKEN)
    repair(reminders=[3])
    tick(TICK, None)
    assert rounds(BROKEN) == [reminder]
    broadcasts.rounds(messages(step), None)
    assert told(BROKEN, Reminded) == {who.id: 1}
