"""The rounds queue."""

from typing import Any

import pytest

from chalicelib import clock, facts
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import BroadcastDue, EventChanged, ToldOfChange
from chalicelib.workers import broadcasts
from testing import builders
from testing.batches import failed, messages
from testing.world import publish, register
from tests.broadcasts.work import told

pytestmark = pytest.mark.usefixtures("aws")


def test_a_change_begins_a_round_and_a_step_tells_it() -> None:
    """Delivered twice, each is told once."""
    event = publish(builders.event())
    who = register(event, "Anna")
    was: dict[str, Any] = {
        "was_starts_at": "2020-05-04T15:00:00+02:00",
        "was_ends_at": "2020-05-04T18:00:00+02:00",
    }
    at = format_timestamp(clock.now())
    change = EventChanged(event_id=event.id, at=at, version=2, **was)
    step = BroadcastDue(event_id=event.id, at=at, round_id="change-000002", after="")
    for fact in (change, change, step, step):
        assert broadcasts.rounds(messages(fact), None) == {"batchItemFailures": []}
    assert told(event.id, ToldOfChange) == {who.id: 1}


def test_anything_else_is_put_aside() -> None:
    """A message that is no fact, or one of no broadcast, becomes a dead letter."""
    known = BroadcastDue(event_id="e", at="", round_id="reminder-2020-05-05-01", after="")
    batch = messages("nonsense", facts.Freed(event_id="e", at="", version=1), known)
    assert failed(broadcasts.rounds(batch, None), batch) == [0, 1]
