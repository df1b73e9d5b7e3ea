"""Steps of the tests of broadcasts: change an event, and run a broadcast as stream and queue would."""

from datetime import datetime

from chalicelib import clock, facts
from chalicelib.aws import keys, table
from chalicelib.aws.keys import format_timestamp
from chalicelib.broadcasts import flows, store
from chalicelib.facts import BroadcastDue, EventChanged
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme
from chalicelib.programme.model import Event
from chalicelib.registration import store as registrations
from chalicelib.workers import stream
from testing import builders


def work_off(event_id: str, round_id: str, now: datetime) -> int:
    """Do the round's steps until it is done; says how many there were."""
    for steps in range(1, 100):
        current = store.find(event_id, round_id)
        assert current
        if current.is_done:
            return steps - 1
        flows.process_page(BroadcastDue(event_id=event_id, at="", round_id=round_id, after=current.after), now)
    raise AssertionError("the round never ends")


def rounds(event_id: str) -> list[str]:
    """The ids of the event's rounds."""
    return [item["SK"].removeprefix("ROUND#") for item in table.query(event_id, "ROUND#")]


def told(event_id: str, kind: type[facts.Fact]) -> dict[str, int]:
    """Count how often each registration was told that."""
    return {
        each.id: sum(entry["fact"] == kind.kind for entry in each.history)
        for each in registrations.list_registrations(event_id)
    }


def event_item(event_id: str) -> dict[str, object]:
    found = table.get(keys.event_key(event_id))
    assert found
    return found


def move(event: Event, **changes: object) -> EventChanged | None:
    """Change the event as an organiser does; what the stream says of it."""
    before = event_item(event.id)
    programme_flows.put(builders.event(event.id, **changes), programme.read_current(event.id).version, clock.now())
    said = stream.derive_facts(before, event_item(event.id), format_timestamp(clock.now()))
    assert len(said) <= 1
    return said[0] if said and isinstance(said[0], EventChanged) else None
