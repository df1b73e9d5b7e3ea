"""Several people who register in one call, against the table."""

import pytest

from chalicelib import clock
from chalicelib.aws import table
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import AlreadyRegistered, TooBusy
from chalicelib.programme import flows as programme_flows
from chalicelib.registration import flows, store, transactions
from chalicelib.registration.history import build_timeline
from chalicelib.registration.model import Places, Registration
from chalicelib.registration.positions import compute_positions
from testing import builders
from testing.registration_links import participant
from testing.world import (
    cancel_and_settle,
    check_counters,
    list_fact_kinds,
    publish,
    publish_with_places,
    read_statuses,
    register,
    register_party,
    reload,
    settle,
)

pytestmark = pytest.mark.usefixtures("memory")

THREE = ("Anna", "Bo", "Carl")


def test_together_they_get_in() -> None:
    """All confirmed, each with an id, needs and a history of their own, and known to be of one party."""
    event = publish_with_places(3, builders.allotment("room", 1))
    people = register_party(event, *THREE, needs={"Bo": ("room",)})
    assert [reload(who) for who in people] == people
    assert len({who.id for who in people}) == 3
    assert [who.needs for who in people] == [("place",), ("place", "room"), ("place",)]
    assert [list_fact_kinds(who) for who in people] == [["confirmed"]] * 3
    assert {who.leader_id for who in people} == {people[0].id}
    assert store.read_places(event.id).taken == {"place": 3, "room": 1}
    assert read_statuses(*people) == ["confirmed"] * 3


def test_together_they_wait_as_one_entry() -> None:
    """Two places for three people: none gets in, all have one position, and later ones count them all."""
    event = publish_with_places(3)
    first = register(event, "First")
    people = register_party(event, *THREE)
    assert read_statuses(first, *people) == ["confirmed", "waiting", "waiting", "waiting"]
    assert [flows.load_standing(who).position for who in people] == [1, 1, 1]
    assert store.read_places(event.id).waiting_people == {"place": 3}
    assert [list(entry.members) for entry in store.read_waitlist(event.id)] == [[who.id for who in people]]
    late = [register(event, name) for name in ("D", "E", "F")]
    assert read_statuses(*late) == ["confirmed", "confirmed", "waiting"]
    assert flows.load_standing(late[2]).position == 4
    positions = compute_positions(store.read_waitlist(event.id), store.read_places(event.id))
    assert positions == {**{who.id: 1 for who in people}, late[2].id: 4}


def test_a_party_waits_for_what_only_one_of_them_needs() -> None:
    """Places enough, and no room for one of them: all wait, and for the room alone."""
    event = publish_with_places(9, builders.allotment("room", 0))
    people = register_party(event, *THREE, needs={"Carl": ("room",)})
    assert read_statuses(*people) == ["waiting"] * 3
    assert [flows.load_standing(who).waiting_for for who in people] == [("room",)] * 3
    programme_flows.set_capacity(event.id, "room", 1, clock.now(), confirmed=False)
    settle(event)
    assert read_statuses(*people) == ["confirmed"] * 3


def test_who_accepts_that_fewer_get_in_is_placed_one_by_one() -> None:
    """As many as there is room for, in the party's order; each of the rest waits alone, in that order."""
    event = publish_with_places(2)
    people = register_party(event, *THREE, "Dorte", accept_fewer=True)
    assert read_statuses(*people) == ["confirmed", "confirmed", "waiting", "waiting"]
    assert [flows.load_standing(who).position for who in people[2:]] == [1, 2]
    cancel_and_settle(event, people[0])
    assert read_statuses(*people) == ["cancelled", "confirmed", "confirmed", "waiting"]


def test_accepting_fewer_looks_at_what_each_needs() -> None:
    """A participant who needs a room waits for it; those who need none get in all the same."""
    event = publish_with_places(9, builders.allotment("room", 1))
    people = register_party(event, *THREE, needs={"Anna": ("room",), "Bo": ("room",)}, accept_fewer=True)
    assert read_statuses(*people) == ["confirmed", "waiting", "confirmed"]
    assert flows.load_standing(people[1]).waiting_for == ("room",)


def test_nobody_is_passed_by_their_own_party() -> None:
    """Who waits from the moment that the others get in reads of no skip."""
    event = publish_with_places(9, builders.allotment("room", 0))
    earlier = register(event, "Earlier", ("room",))
    people = register_party(event, *THREE, needs={"Bo": ("room",)}, accept_fewer=True)
    assert list_fact_kinds(earlier) == ["joined", "passed"]
    assert list_fact_kinds(people[1]) == ["joined"]


def test_one_cancels_alone_and_the_rest_get_in() -> None:
    """Two places free for the two who are left: they are told that they are fewer, and confirmed."""
    event = publish_with_places(3)
    register(event, "First")
    people = register_party(event, *THREE)
    cancel_and_settle(event, people[1])
    assert read_statuses(*people) == ["confirmed", "cancelled", "confirmed"]
    assert list_fact_kinds(people[1]) == ["joined", "cancelled"]
    assert list_fact_kinds(people[2]) == ["joined", "party-changed", "promoted"]
    told = reload(people[2]).history[1]
    assert (told["people"], reload(people[2]).leader_id) == (2, people[0].id)


def test_whoever_brought_the_party_may_leave_it() -> None:
    """The others wait on together, with the rank they had, until no one is left."""
    event = publish_with_places(0)
    people = register_party(event, *THREE)
    behind = register(event, "Behind")
    flows.cancel(participant(event.id, people[0].id), clock.now())
    assert read_statuses(*people) == ["cancelled", "waiting", "waiting"]
    assert [flows.load_standing(who).position for who in (*people[1:], behind)] == [1, 1, 3]
    cancel_and_settle(event, people[1], people[2])
    assert read_statuses(*people) == ["cancelled"] * 3
    assert flows.load_standing(behind).position == 1
    assert store.read_places(event.id).line_length == 1


def test_the_same_request_again_is_the_same_party() -> None:
    """Confirmed or waiting, changed since or not: nothing is written twice, and the order is the same."""
    for places in (3, 2):
        event = publish(builders.event(f"again-{places}", allotments=[builders.allotment("place", places)]))
        made = register_party(event, *THREE, key="k")
        assert register_party(event, *THREE, key="k") == [reload(who) for who in made]
        flows.cancel(participant(event.id, made[0].id), clock.now())
        again = register_party(event, *THREE, key="k")
        assert [who.id for who in again] == [who.id for who in made]
        assert read_statuses(*again)[0] == "cancelled"
        assert len(list(store.list_registrations(event.id))) == 3


def test_one_registered_address_refuses_all_and_names_each() -> None:
    """No one else is registered; each address that is known is named, and has its link sent to it."""
    event = publish_with_places(9)
    known = [register(event, name) for name in ("Bo", "Dorte")]
    with pytest.raises(AlreadyRegistered) as refused:
        register_party(event, *THREE, "Dorte")
    assert [error.field for error in refused.value.errors] == ["party.1.email", "party.3.email"]
    assert {who.id for who in store.list_registrations(event.id)} == {who.id for who in known}
    asked = {item["SK"].split("#")[1] for item in table.query(event.id, "LINK#")}
    assert asked == {who.id for who in known}
    check_counters(event.id)


def test_a_party_that_is_passed_over_reads_why() -> None:
    """One who fits into what is too little for three goes by; each of them reads so, and loses no rank."""
    event = publish_with_places(2)
    people = register_party(event, *THREE)
    single = register(event, "Single")
    assert read_statuses(single) == ["confirmed"]
    told = [[(entry["fact"], entry.get("waiting_for")) for entry in build_timeline(reload(who))] for who in people]
    assert told == [[("joined", ["place"]), ("passed", ["place"])]] * 3
    programme_flows.set_capacity(event.id, "place", 4, clock.now(), confirmed=False)
    settle(event)
    assert read_statuses(*people) == ["confirmed"] * 3


def test_a_party_is_not_overtaken_by_a_newcomer() -> None:
    """Three places are freed: a newcomer who comes before the waitlist's turn lets the party go first."""
    event = publish_with_places(3)
    first = [register(event, f"P{n}") for n in range(3)]
    people = register_party(event, *THREE)
    for who in first:
        flows.cancel(participant(event.id, who.id), clock.now())
    newcomer = register(event, "Newcomer")
    assert read_statuses(*people, newcomer) == ["confirmed", "confirmed", "confirmed", "waiting"]


def test_a_party_overtakes_nobody() -> None:
    """A place is freed while a participant waits for it: a party that would fit lets them go first, and waits."""
    event = publish_with_places(2)
    first, _ = register(event, "First"), register(event, "Second")
    waiting = register(event, "Waiting")
    flows.cancel(participant(event.id, first.id), clock.now())
    people = register_party(event, "Anna", accept_fewer=True)
    assert read_statuses(waiting, *people) == ["confirmed", "waiting"]


def test_a_change_between_reading_and_writing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A participant takes the last place but two after the party has looked: it looks again, and waits."""
    event, real, others = publish_with_places(3), store.read_places, list[Registration]()

    def places(event_id: str) -> Places:
        found = real(event_id)
        if not others:
            others.append(register(event, "Faster"))
        return found

    monkeypatch.setattr(store, "read_places", places)
    people = register_party(event, *THREE)
    assert read_statuses(*others, *people) == ["confirmed", "waiting", "waiting", "waiting"]


def test_an_event_remembered_wrongly_is_read_again() -> None:
    """An allotment was removed a second ago: no one is left waiting for it; asked again, they get in."""
    with_bus = publish_with_places(3, builders.allotment("bus", 1))
    event = builders.event(allotments=[builders.allotment("place", 3)])
    programme_flows.put(event, 1, clock.now())
    with pytest.raises(TooBusy):
        register_party(with_bus, *THREE, needs={"Bo": ("bus",)})
    assert list(store.list_registrations(event.id)) == []
    assert read_statuses(*register_party(event, *THREE)) == ["confirmed"] * 3


def test_a_newcomer_tells_a_party_that_is_smaller_since_that_it_went_by() -> None:
    """The lines were read before one of them cancelled: the record would name a line that is there no more."""
    units = [builders.allotment("place", 5), builders.allotment("bed", 1)]
    event = publish(builders.event(allotments=units))
    register(event, "Anna", ("bed",))
    party = register_party(event, "Ida", "Ole", "Per", needs={"Ida": ("bed",)})
    settle(event)
    stale = store.read_places(event.id)
    flows.cancel(participant(event.id, party[2].id), clock.now())
    settle(event)
    newcomer = builders.registration(builders.attendee("Dorte"), event.id)
    with pytest.raises(ConditionFailed):
        transactions.confirm_and_record_skips(newcomer, stale, clock.now())
    assert register(event, "Eva").status == "confirmed"
    history = build_timeline(reload(party[0]))
    assert [each["waiting_for"] for each in history if each["fact"] == "passed"] == [["bed"]]
