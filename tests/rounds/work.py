"""What the tests of rounds do: work a round off as stream and queue would."""

from datetime import datetime

from chalicelib import facts, keys, table
from chalicelib.facts import RoundDue
from chalicelib.registration import store as registrations
from chalicelib.rounds import flows, store


def work_off(event_id: str, round_id: str, now: datetime) -> int:
    """Do the round's steps until it is done; says how many there were."""
    for steps in range(1, 100):
        current = store.find(event_id, round_id)
        assert current
        if current.is_done:
            return steps - 1
        flows.step(RoundDue(event_id=event_id, at="", round_id=round_id, after=current.after), now)
    raise AssertionError("the round never ends")


def rounds(event_id: str) -> list[str]:
    """The ids of the event's rounds."""
    return [item["SK"].removeprefix("ROUND#") for item in table.query(event_id, "ROUND#")]


def told(event_id: str, kind: type[facts.Fact]) -> dict[str, int]:
    """How often each registration was told that."""
    return {
        each.id: sum(entry["fact"] == kind.kind for entry in each.history)
        for each in registrations.registrations(event_id)
    }


def event_item(event_id: str) -> dict[str, object]:
    found = table.get(keys.event_key(event_id))
    assert found
    return found
