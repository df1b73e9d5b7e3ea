"""A meeting with rooms and a bus, and what the tests of changes do there."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.programme.model import Event
from chalicelib.registration import changing
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.model import Registration
from testing import builders
from testing.registration_links import participant
from testing.world import check_counters, publish, reload

KINDS = {"place": None, "single": "room", "bed": "room", "bus": None}


def overnight(mode: str = "automatic", **units: int) -> Event:
    """A meeting with single rooms, beds in shared ones (of which a person takes one kind), and a bus."""
    capacities = {"place": 9, "single": 1, "bed": 2, "bus": 2} | units
    allotments = [builders.allotment(name, capacities[name], choice) for name, choice in KINDS.items()]
    return publish(builders.event(allotments=allotments, waitlist={"mode": mode}))


def change(event: Event, who: Registration, **wanted: Any) -> Registration:
    return changing.change(event, participant(event.id, who.id), ChangeRequest(**wanted), clock.now())


def refused(event: Event, who: Registration, why: type[Exception], **wanted: Any) -> None:
    """The change is refused, and nothing is written."""
    before = reload(who)
    with pytest.raises(why):
        change(event, who, **wanted)
    assert reload(who) == before
    check_counters(event.id)


def needs(*people: Registration) -> list[tuple[str, ...]]:
    check_counters(people[0].event_id)
    return [reload(who).needs for who in people]
