"""Changes of a leg or stay go to those who need it."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.aws import table
from chalicelib.broadcasts import flows
from chalicelib.facts import MailComplained, ToldOfChange
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration
from chalicelib.registration.notes import build_note
from testing import builders
from testing.world import publish, register, reload
from tests.broadcasts.work import move, rounds, told, work_off

pytestmark = pytest.mark.usefixtures("aws")

BUS = {"name": "bus", "kind": "bus", "title": {"da": "Bus", "en": "Bus"}, "carrier": "A", "origin": "B",
       "destination": "C", "departs": "2020-05-05T13:00", "arrives": "2020-05-05T14:00"}  # fmt: skip
ROOM = {"name": "room", "title": {"da": "Værelse", "en": "Room"}, "hotel": "Hotel", "beds": 1,
        "check_in": "2020-05-05T18:00", "check_out": "2020-05-06T11:00"}  # fmt: skip
TRIP: dict[str, Any] = {
    "allotments": [builders.allotment("place", 3), builders.allotment("bus", 4), builders.allotment("room", 4)],
    "legs": [BUS],
    "stays": [ROOM],
}


def people() -> tuple[Event, list[Registration]]:
    """One takes the bus, one a room, one neither, and one waits for a place and would take the bus."""
    event = publish(builders.event(**TRIP))
    wanted = {"Anna": ("place", "bus"), "Bo": ("place", "room"), "Carl": ("place",), "Dorte": ("place", "bus")}
    return event, [register(event, name, needs=needs) for name, needs in wanted.items()]


def tell(event: Event, **changes: Any) -> dict[str, int]:
    """Change the event and run the broadcast; how often each was told something so far."""
    change = move(event, **TRIP | changes)
    assert change
    flows.begin_change_broadcast(change, clock.now())
    work_off(event.id, rounds(event.id)[-1], clock.now())
    return told(event.id, ToldOfChange)


def test_another_departure_is_told_to_those_who_take_it() -> None:
    """With how it was, once; not to those who wait for it, nor to others."""
    event, [anna, bo, carl, dorte] = people()
    assert tell(event, legs=[BUS | {"departs": "2020-05-05T12:30"}]) == {
        anna.id: 1,
        bo.id: 0,
        carl.id: 0,
        dorte.id: 0,
    }
    entry = reload(anna).history[-1]
    assert (entry["was_starts_at"], entry["was_venue"], entry["was_stays"]) == ("", "", {})
    assert entry["was_legs"]["bus"]["departs"] == "2020-05-05T13:00:00+02:00"


def test_another_hotel_is_told_to_those_who_stay_there() -> None:
    """And to no others."""
    event, [anna, bo, carl, dorte] = people()
    assert tell(event, stays=[ROOM | {"hotel": "Kro"}]) == {anna.id: 0, bo.id: 1, carl.id: 0, dorte.id: 0}


def test_another_time_is_told_to_those_who_wait_too() -> None:
    """They may move up by themselves; of the journeys that change with it each is told their own."""
    event, [anna, bo, carl, dorte] = people()
    moved = tell(
        event, starts_at="2020-05-05T16:00", legs=[BUS | {"number": "7"}], stays=[ROOM | {"hotel": "Kro"}]
    )
    assert moved == {anna.id: 1, bo.id: 1, carl.id: 1, dorte.id: 1}
    own = [
        (set(entry["was_legs"]), set(entry["was_stays"]))
        for entry in (reload(who).history[-1] for who in (anna, bo, carl, dorte))
    ]
    assert own == [({"bus"}, set()), (set(), {"room"}), (set(), set()), (set(), set())]


def test_an_address_that_complained_is_not_told_of_a_journey() -> None:
    """Their page and their calendar's download say it."""
    event, [anna, *_] = people()
    complained = MailComplained(
        event_id=event.id, registration_id=anna.id, revision=2, at="2019-11-01T07:00:00Z", mail="x", reason="abuse"
    )
    table.write(build_note(complained))
    assert tell(event, legs=[])[anna.id] == 0
