"""A party that is offered its places, against the table."""

import pytest

from chalicelib import clock
from chalicelib.programme import flows as programme_flows
from chalicelib.programme.model import Event
from chalicelib.registration import flows, offer_responses
from chalicelib.registration.model import Registration
from testing.registration_links import participant
from testing.world import (
    cancel_and_settle,
    list_fact_kinds,
    publish_with_places,
    read_statuses,
    register,
    register_party,
    reload,
    settle,
)

pytestmark = pytest.mark.usefixtures("memory")


def test_a_cancelled_member_may_come_back_with_a_party() -> None:
    """Their history goes on; a member whose offer is over is as free to come as one who has cancelled."""
    event = publish_with_places(1, mode="offer")
    first, bo = register(event, "First"), register(event, "Bo")
    cancel_and_settle(event, first)
    until = reload(bo).offer_expires_at
    assert until is not None
    clock.start_at(until)
    people = register_party(event, "Bo", "First")
    assert [who.id for who in people] == [bo.id, first.id]
    assert read_statuses(*people) == ["waiting", "waiting"]
    assert list_fact_kinds(bo) == ["joined", "offered", "expired", "joined"]


def offered_party() -> tuple[Event, list[Registration], Registration]:
    """A party of three who are all offered a place, and one behind them."""
    event = publish_with_places(3, mode="offer")
    first = [register(event, f"P{n}") for n in range(3)]
    people = register_party(event, "Anna", "Bo", "Carl")
    behind = register(event, "Behind")
    cancel_and_settle(event, *first[:2])
    assert read_statuses(*people, behind) == ["waiting", "waiting", "waiting", "offered"]
    cancel_and_settle(event, reload(behind), first[2])
    return event, people, register(event, "Late")


def test_all_of_a_party_are_offered_and_each_answers_alone() -> None:
    """One takes the place, one declines, one lets the time pass: what is given back goes to the next."""
    event, people, late = offered_party()
    assert read_statuses(*people, late) == ["offered", "offered", "offered", "waiting"]
    offer_responses.accept(participant(event.id, people[0].id), clock.now())
    offer_responses.decline(participant(event.id, people[1].id), clock.now())
    settle(event)
    assert read_statuses(*people, late) == ["confirmed", "cancelled", "offered", "offered"]
    until = reload(people[2]).offer_expires_at
    assert until is not None
    flows.expire(event.id, people[2].id, until)
    assert read_statuses(*people) == ["confirmed", "cancelled", "cancelled"]


def test_one_of_a_party_keeps_their_place_alone() -> None:
    """They wait on with the party's rank, ahead of the participant who came later; the others' offers stand."""
    event, people, late = offered_party()
    kept = offer_responses.keep_place(participant(event.id, people[1].id), clock.now())
    settle(event)
    assert read_statuses(*people, late) == ["offered", "waiting", "offered", "offered"]
    assert kept.rank == people[1].rank
    behind = register(event, "Last")
    assert [flows.load_standing(who).position for who in (kept, behind)] == [1, 2]
    offer_responses.decline(participant(event.id, late.id), clock.now())
    settle(event)
    assert read_statuses(people[1], behind) == ["offered", "waiting"]


def test_two_of_a_party_keep_their_places_beside_each_other() -> None:
    """Each has an entry of their own, with the same rank, and is offered the next that is freed."""
    event, people, late = offered_party()
    for who in people[:2]:
        offer_responses.keep_place(participant(event.id, who.id), clock.now())
    settle(event)
    assert read_statuses(*people, late) == ["waiting", "waiting", "offered", "offered"]
    programme_flows.set_capacity(event.id, "place", 5, clock.now(), confirmed=False)
    settle(event)
    assert read_statuses(*people) == ["offered"] * 3
