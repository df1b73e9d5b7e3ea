"""The organiser's hand on the order of the line."""

from typing import Any

import pytest

from chalicelib import clock, facts
from chalicelib.audit.audit_log import Actor
from chalicelib.aws import keys, table
from chalicelib.aws.keys import format_timestamp
from chalicelib.problems import LinkNotValid, NotWaiting
from chalicelib.programme import flows as programme_flows
from chalicelib.registration import flows, offer_responses, overrides, promotions
from chalicelib.registration.model import Registration
from chalicelib.workers import stream
from testing import builders
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
from tests.registration.overnight import change, needs, overnight

pytestmark = pytest.mark.usefixtures("memory")

WHY = Actor("organiser@network.example", "because they come from far")


def prioritise(who: Registration, priority: int, wish: str = "") -> Registration:
    return overrides.prioritise(who.event_id, who.id, priority, WHY, clock.now(), wish)


def test_the_line_goes_by_priority_and_then_by_joining() -> None:
    """1 before 5 before 9; of one priority, the participant who joined first."""
    event = publish_with_places(0)
    people = {name: register(event, name) for name in ("Anna", "Bo", "Carl", "Dorte", "Emil")}
    for name, priority in (("Emil", 1), ("Dorte", 1), ("Anna", 9)):
        prioritise(people[name], priority)
    order = ("Dorte", "Emil", "Bo", "Carl", "Anna")
    assert [flows.load_standing(reload(people[name])).position for name in order] == [1, 2, 3, 4, 5]
    for capacity, name in enumerate(order, 1):
        programme_flows.set_capacity(event.id, "place", capacity, clock.now(), confirmed=False)
        settle(event)
        assert (reload(people[name]).status, read_statuses(*people.values()).count("confirmed")) == (
            "confirmed",
            capacity,
        )


def test_a_newcomer_stands_among_the_ordinary() -> None:
    """Behind those of the first priority and before those of the last, in whatever order they joined."""
    event = publish_with_places(0)
    first, last = register(event, "First"), register(event, "Last")
    prioritise(first, 1)
    prioritise(last, 9)
    newcomer = register(event, "Newcomer")
    assert [flows.load_standing(reload(who)).position for who in (first, newcomer, last)] == [1, 2, 3]


def test_a_priority_stands_in_the_history_with_its_reason_and_is_nobodys_mail() -> None:
    """The stream's fact has the priority, and not what was said."""
    event = publish_with_places(0)
    anna = register(event, "Anna")
    key = keys.registration_key(event.id, anna.id)
    before = table.get(key)
    moved = prioritise(anna, 2)
    told = moved.history[-1]
    assert (told["fact"], told["priority"], told["organiser"], told["reason"]) == (
        "prioritised",
        2,
        WHY.email,
        WHY.reason,
    )
    [fact] = stream.derive_facts(before, table.get(key), format_timestamp(clock.now()))
    assert WHY.reason not in facts.encode(fact)
    assert WHY.email not in facts.encode(fact)
    assert moved.rank.startswith("2#")


def test_the_same_priority_again_is_no_change() -> None:
    """Ordinary people are ordinary already."""
    event = publish_with_places(0)
    anna = register(event, "Anna")
    assert prioritise(anna, 5) == reload(anna)
    assert list_fact_kinds(anna) == ["joined"]


def test_a_party_moves_whole() -> None:
    """Whichever of them is named; each one's history says so, and together they get in first."""
    event = publish_with_places(1)
    first, single = register(event, "First"), register(event, "Single")
    people = register_party(event, "Anna", "Bo")
    prioritise(people[1], 1)
    assert [flows.load_standing(reload(who)).position for who in (*people, single)] == [1, 1, 3]
    assert [list_fact_kinds(who)[-1] for who in people] == ["prioritised", "prioritised"]
    programme_flows.set_capacity(event.id, "place", 3, clock.now(), confirmed=False)
    settle(event)
    assert read_statuses(first, *people, single) == ["confirmed", "confirmed", "confirmed", "waiting"]
    cancel_and_settle(event, first)
    assert read_statuses(single) == ["confirmed"]


def test_one_of_a_party_who_is_offered_keeps_the_partys_priority() -> None:
    """A participant who passes an offer on takes up the place in the line that they were given."""
    event = publish_with_places(1, mode="offer")
    first, anna, bo = (register(event, name) for name in ("First", "Anna", "Bo"))
    prioritise(bo, 1)
    cancel_and_settle(event, first)
    assert read_statuses(anna, bo) == ["waiting", "offered"]
    offer_responses.keep_place(participant(event.id, bo.id), clock.now())
    settle(event)
    assert read_statuses(anna, bo) == ["offered", "waiting"]
    offer_responses.decline(participant(event.id, anna.id), clock.now())
    anna_again = register(event, "Anna", key="again")
    settle(event)
    assert read_statuses(anna_again, bo) == ["waiting", "offered"]


def test_a_wish_moves_likewise() -> None:
    """The wish of a confirmed participant goes before an earlier one."""
    event = overnight()
    first, anna, bo = register(event, "First", ("single",)), register(event, "Anna"), register(event, "Bo")
    for who in (anna, bo):
        change(event, who, wait_for=("single",))
    prioritise(bo, 1)
    assert [flows.load_standing(reload(who)).position for who in (bo, anna)] == [1, 2]
    cancel_and_settle(event, first)
    assert needs(anna, bo) == [("place",), ("place", "single")]


def test_somebody_who_can_be_helped_is_not_helped_twice() -> None:
    """A higher priority lets the lines be looked at again; what is full stays full."""
    event = publish_with_places(1)
    first, anna, bo = (register(event, name) for name in ("First", "Anna", "Bo"))
    prioritise(bo, 1)
    settle(event)
    assert read_statuses(first, anna, bo) == ["confirmed", "waiting", "waiting"]


def test_whoever_sits_out_is_woken_by_a_priority() -> None:
    """They have passed on what is free; an organiser who puts them first wants them asked again."""
    event = publish_with_places(1, mode="offer")
    first, anna = register(event, "First"), register(event, "Anna")
    cancel_and_settle(event, first)
    offer_responses.keep_place(participant(event.id, anna.id), clock.now())
    prioritise(anna, 1)
    settle(event)
    assert (read_statuses(anna), list_fact_kinds(anna).count("offered")) == (["offered"], 2)


def test_only_who_stands_in_line_has_a_priority() -> None:
    """Confirmed, cancelled or offered: refused; an unknown id is not found."""
    event = publish_with_places(2, mode="offer")
    first, confirmed, offered = (register(event, name) for name in ("First", "Confirmed", "Offered"))
    cancel_and_settle(event, first)
    for who in (first, confirmed, offered):
        before = reload(who)
        with pytest.raises(NotWaiting):
            prioritise(who, 1)
        assert reload(who) == before
    assert read_statuses(first, confirmed, offered) == ["cancelled", "confirmed", "offered"]
    with pytest.raises(LinkNotValid):
        overrides.prioritise(event.id, "nobody", 1, WHY, clock.now())


def test_of_several_wishes_the_one_that_is_named_moves() -> None:
    """The other stays where it is."""
    event = overnight(single=0, bus=0)
    anna = register(event, "Anna", ("bed",))
    change(event, anna, wait_for=("single", "bus"))
    single, bus = reload(anna).entry_keys
    prioritise(anna, 1, wish="bus")
    assert reload(anna).entry_keys == (single, bus.replace("#5#", "#1#"))


def test_whoever_joins_ahead_of_the_last_just_now_is_on_record_as_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines were looked at before the newcomer stood in one, so they are looked at again."""
    event = publish_with_places(2, builders.allotment("room", 1))
    register(event, "Anna", needs=("place", "room"))
    bo, last = register(event, "Bo"), register(event, "Last")
    prioritise(last, 9)
    promote, joined = promotions.promote, list[Registration]()

    def promote_late(*arguments: Any) -> None:
        if not joined:
            joined.append(register(event, "Newcomer", needs=("place", "room")))
        promote(*arguments)

    monkeypatch.setattr(promotions, "promote", promote_late)
    cancel_and_settle(event, bo)
    settle(event)
    assert read_statuses(last, *joined) == ["confirmed", "waiting"]
    [passed] = table.query(event.id, "SKIP#")
    assert passed["lines"] == {"place+room": ["room"]}
