"""Changes by those who wait, against the table."""

import pytest

from chalicelib import clock
from chalicelib.problems import NotFree, WaitsAlready
from chalicelib.programme import flows as programme_flows
from chalicelib.registration import flows, offer_responses
from testing.registration_links import participant
from testing.world import (
    cancel_and_settle,
    check_counters,
    list_fact_kinds,
    read_statuses,
    register,
    register_party,
    reload,
    settle,
)
from tests.registration.overnight import change, needs, overnight, refused

pytestmark = pytest.mark.usefixtures("memory")


def test_whoever_waits_drops_a_need_and_keeps_their_rank() -> None:
    """Without the room that was short they get in, ahead of the participant who joined later."""
    event = overnight(place=2, single=0)
    first, _ = register(event, "First"), register(event, "Second")
    anna, bo = register(event, "Anna", ("single", "bus")), register(event, "Bo")
    changed = change(event, anna, needs=("bus",))
    assert (changed.status, changed.needs, changed.rank) == ("waiting", ("place", "bus"), anna.rank)
    assert [flows.load_standing(reload(who)).position for who in (anna, bo)] == [1, 2]
    assert changed.history[-1]["waiting_for"] == []
    cancel_and_settle(event, first)
    assert read_statuses(anna, bo) == ["confirmed", "waiting"]
    assert list_fact_kinds(anna) == ["joined", "changed", "promoted"]


def test_whoever_waits_may_want_more_only_of_what_is_free() -> None:
    """A free bus seat may be added to what is waited for; a full room is refused: others wait for it already."""
    event = overnight(place=1, single=0)
    register(event, "First")
    anna = register(event, "Anna")
    assert change(event, anna, needs=("bus",)).needs == ("place", "bus")
    refused(event, anna, NotFree, needs=("bus", "single"))
    programme_flows.set_capacity(event.id, "place", 2, clock.now(), confirmed=False)
    settle(event)
    assert (read_statuses(anna), needs(anna)) == (["confirmed"], [("place", "bus")])


def test_one_of_a_party_drops_a_need_for_all_to_get_in() -> None:
    """The party stands in another line with its rank; the others are told nothing but where they stand."""
    event = overnight(place=3, single=0)
    first = register(event, "First")
    people = register_party(event, "Anna", "Bo", "Carl", needs={"Bo": ("single",)})
    changed = change(event, people[1], needs=())
    assert (changed.status, changed.rank) == ("waiting", people[1].rank)
    assert {reload(who).entry_keys for who in people} == {changed.entry_keys}
    assert [flows.load_standing(reload(who)).waiting_for for who in people] == [("place",)] * 3
    check_counters(event.id)
    cancel_and_settle(event, first)
    assert read_statuses(*people) == ["confirmed"] * 3
    assert needs(*people) == [("place",)] * 3
    assert [list_fact_kinds(who) for who in people] == [
        ["joined", "party-changed", "promoted"],
        ["joined", "changed", "promoted"],
        ["joined", "party-changed", "promoted"],
    ]


def test_who_sits_out_and_drops_a_need_is_asked_anew() -> None:
    """An offer of more was passed on: what they need now was offered to them never."""
    event = overnight("offer", place=1)
    first, anna = register(event, "First", ("bus",)), register(event, "Anna", ("bus",))
    cancel_and_settle(event, first)
    offer_responses.keep_place(participant(event.id, anna.id), clock.now())
    change(event, anna, needs=())
    settle(event)
    assert (read_statuses(anna), list_fact_kinds(anna).count("offered")) == (["offered"], 2)


def test_whoever_waits_can_wish_for_nothing_besides() -> None:
    """They wait for all that they need; having no wishes is what they have already."""
    event = overnight(place=0)
    anna = register(event, "Anna")
    refused(event, anna, WaitsAlready, wait_for=("single",))
    assert change(event, anna, wait_for=()) == reload(anna)


def test_whoever_waits_for_nothing_that_is_short_any_more_is_helped() -> None:
    """The place was free all the time, and no one waits for it: it needs nothing to be given back."""
    event = overnight(place=2, single=0)
    anna = register(event, "Anna", ("single",))
    settle(event)
    change(event, anna, needs=())
    settle(event)
    assert read_statuses(anna) == ["confirmed"]
