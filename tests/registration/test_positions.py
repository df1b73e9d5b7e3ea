"""The numbers that people who wait are told."""

from dataclasses import replace

import pytest

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.problems import LinkNotValid, OpenTheMailedLink, TooBusy
from chalicelib.programme.model import Event
from chalicelib.registration import flows, offer_responses, overrides, store
from chalicelib.registration.model import Registration, Via
from chalicelib.registration.positions import compute_position, compute_positions
from chalicelib.retention import erasure
from chalicelib.web.records import personal_data
from testing.dynamodb.client import Client
from testing.registration_links import participant
from testing.world import (
    cancel_and_settle,
    check_counters,
    read_statuses,
    register,
    register_party,
    reload,
    settle,
)
from tests.registration.overnight import change, overnight

pytestmark = pytest.mark.usefixtures("memory")


def told(event: Event, *people: Registration) -> list[int | None]:
    """Each one's number, which is the same asked for alone and in the organiser's list."""
    listed = compute_positions(store.read_waitlist(event.id), store.read_places(event.id))
    alone = [flows.load_standing(reload(who)).position for who in people]
    assert alone == [listed.get(who.id) for who in people]
    check_counters(event.id)
    return alone


def test_people_are_counted_who_want_what_is_waited_for() -> None:
    """Parties count as many as they are, wishes as one; who wants nothing of it is not counted."""
    event = overnight(place=3, single=0, bus=0)
    first = [register(event, f"P{n}") for n in range(2)]
    change(event, first[0], wait_for=("single",))
    single = register(event, "Single", ("single",))
    party = register_party(event, "Anna", "Bo", "Carl", needs={"Carl": ("bus",)})
    bus = register(event, "Bus", ("bus",))
    wish = change(event, first[1], wait_for=("bus", "single"))
    assert told(event, first[0], single, *party, bus, wish) == [1, 2, 2, 2, 2, 4, 3]


def test_nobody_is_told_anothers_number_by_priority_or_by_leaving() -> None:
    """A participant who is put first is number one; the participant who leaves is counted no more."""
    event = overnight(place=0)
    people = [register(event, f"P{n}", ("bus",) if n % 2 else ()) for n in range(6)]
    assert told(event, *people) == [1, 2, 3, 4, 5, 6]
    overrides.prioritise(event.id, people[4].id, 1, Actor("o", "r"), clock.now())
    overrides.prioritise(event.id, people[1].id, 9, Actor("o", "r"), clock.now())
    assert told(event, *people) == [2, 6, 3, 4, 1, 5]
    cancel_and_settle(event, people[4], people[2])
    assert told(event, *people) == [1, 4, None, 2, None, 3]


def test_two_of_a_party_who_keep_their_places_are_number_one_and_two() -> None:
    """They have the rank of their party, and stand in lines of their own when they need different things."""
    event = overnight("offer", place=2, single=5)
    first = [register(event, f"P{n}") for n in range(2)]
    party = register_party(event, "Anna", "Bo", needs={"Bo": ("bus",)})
    late = register(event, "Late")
    cancel_and_settle(event, *first)
    assert read_statuses(*party, late) == ["offered", "offered", "waiting"]
    for who in party:
        offer_responses.keep_place(participant(event.id, who.id), clock.now())
    settle(event)
    assert sorted(filter(None, told(event, *party))) == [1, 2]
    newcomer, behind = register(event, "Newcomer"), register(event, "Behind")
    assert (read_statuses(newcomer), told(event, behind)) == (["confirmed"], [3])


def test_places_from_before_somebody_joined_say_nothing_of_their_number() -> None:
    """They are too far back in the line to be counted at once."""
    event = overnight(place=0)
    first, before = register(event, "First"), store.read_places(event.id)
    late = register(event, "Late")
    assert compute_position(reload(late), before) is None
    assert compute_position(reload(first), before) == 1
    assert compute_position(reload(late), store.read_places(event.id)) == 2


def test_number_that_cannot_be_is_not_told() -> None:
    """Where people have come back into the line since the places were read, the sum is read again."""
    event = overnight("offer", place=2, single=5)
    first = [register(event, f"P{n}") for n in range(2)]
    kept, *offered = [register(event, f"W{n}") for n in range(3)]
    cancel_and_settle(event, *first)
    assert read_statuses(kept, *offered) == ["offered", "offered", "waiting"]
    offer_responses.keep_place(participant(event.id, kept.id), clock.now())
    settle(event)
    before = store.read_places(event.id)
    for who in offered:
        offer_responses.keep_place(participant(event.id, who.id), clock.now())
    assert compute_position(reload(kept), before) is None


def test_who_is_erased_while_they_look_is_told_to_try_again(memory: Client) -> None:
    """At once: nothing that could be read would tell how they stand."""
    event = overnight(place=0)
    looking = reload(register(event, "Looking"))
    erasure.erase(participant(event.id, looking.id), clock.now())
    calls: list[str] = []
    memory.before = lambda operation, _: calls.append(operation)
    with pytest.raises(TooBusy):
        flows.load_standing(looking)
    assert calls == ["GetItem", "GetItem"]


@pytest.mark.parametrize("via", ["answer", "mailed", "view"])
def test_link_that_became_void_meanwhile_opens_nothing_of_what_was_made_anew(via: Via) -> None:
    """Made anew between the look and the read of the position: the answer would hold the link of another."""
    event = overnight(place=1)
    holder, looking = register(event, "Holder"), reload(register(event, "Looking"))
    for who in (looking, holder):
        flows.cancel(participant(event.id, who.id), clock.now())
    assert register(event, "Looking").status == "confirmed"
    with pytest.raises(LinkNotValid):
        flows.load_standing(replace(looking, via=via))
    assert flows.load_standing(replace(looking, via="organiser")).registration.status == "confirmed"


def test_link_that_was_closed_meanwhile_shows_the_status_alone() -> None:
    """An organiser decided between the look and the read of the position: no need that they gave is told."""
    event = overnight(place=1)
    holder, looking = register(event, "Holder"), reload(register(event, "Looking"))
    overrides.promote(event, looking.id, Actor("organiser@network.example"), clock.now(), overbook=True)
    flows.cancel(participant(event.id, holder.id), clock.now())
    by_answer = replace(looking, via="answer")
    assert flows.load_standing(by_answer).registration.shows_status_alone
    with pytest.raises(OpenTheMailedLink):
        personal_data.build_own_part(by_answer)
