"""The waitlist worker and the clock's tick."""

from datetime import datetime

import pytest

from chalicelib import clock, facts
from chalicelib.aws.keys import format_timestamp
from chalicelib.problems import TooBusy
from chalicelib.registration import flows, moving_up, rules, store
from chalicelib.workers import clock as tick
from chalicelib.workers import waitlist
from chalicelib.workers.runs import RunFailed
from testing import builders
from testing.batches import TICK, failed, messages
from testing.registration_links import participant
from testing.world import check_counters, publish, register

pytestmark = pytest.mark.usefixtures("aws")


def freed(event_id: str = "leverandoerernes-oenskeseddel") -> facts.Fact:
    return facts.Freed(event_id=event_id, at=format_timestamp(clock.now()), version=2)


def one_place_and_a_line() -> tuple[str, list[str]]:
    event = publish(builders.event(allotments=[builders.allotment("place", 1)]))
    people = [register(event, name).id for name in ("Anna", "Bo", "Carl")]
    flows.cancel(participant(event.id, people[0]), clock.now())
    return event.id, people


def statuses(event_id: str, people: list[str]) -> list[str]:
    return [found.status for person in people if (found := store.find(event_id, person))]


def test_a_message_moves_the_line_and_its_repetition_does_not() -> None:
    """Delivered twice, also within one batch, it moves one person up."""
    event_id, people = one_place_and_a_line()
    for _ in range(2):
        assert waitlist.waitlist(messages(freed(), freed()), None) == {"batchItemFailures": []}
        assert statuses(event_id, people) == ["cancelled", "confirmed", "waiting"]
    check_counters(event_id)


def test_a_bad_message_is_reported_and_holds_back_no_other_event() -> None:
    """A message that is no fact, or of an event that is not there, fails alone."""
    event_id, people = one_place_and_a_line()
    batch = messages("nonsense", freed("moon"), freed())
    assert failed(waitlist.waitlist(batch, None), batch) == [0, 1]
    assert statuses(event_id, people) == ["cancelled", "confirmed", "waiting"]


def test_one_event_in_trouble_holds_back_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tick settles what it can, and says what it could not."""
    event_id, people = one_place_and_a_line()
    publish(builders.event("a-trouble", allotments=[builders.allotment("place", 1)]))
    real = moving_up.settle

    def settle(settled_id: str, now: datetime) -> None:
        if settled_id == "a-trouble":
            raise TooBusy
        real(settled_id, now)

    monkeypatch.setattr(moving_up, "settle", settle)
    monkeypatch.setattr(rules, "is_settled", lambda _: False)
    with pytest.raises(RunFailed, match="ExceptionGroup"):
        tick.tick(TICK, None)
    assert statuses(event_id, people) == ["cancelled", "confirmed", "waiting"]


def test_the_tick_settles_what_a_lost_message_left() -> None:
    """With no message at all, the next tick moves the line."""
    event_id, people = one_place_and_a_line()
    tick.tick(TICK, None)
    assert statuses(event_id, people) == ["cancelled", "confirmed", "waiting"]
