"""Registering, cancelling and moving up, against the table."""

from datetime import timedelta

import pytest

from chalicelib import clock, facts
from chalicelib.aws import keys, table
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import AlreadyRegistered, LinkNotValid, TooBusy
from chalicelib.programme import flows as programme_flows
from chalicelib.registration import flows, moving_up, promotions, registering, rules, store
from chalicelib.registration.history import build_timeline
from chalicelib.registration.positions import compute_positions
from chalicelib.registration.registering import Applicant
from testing import builders
from testing.registration_links import participant
from testing.world import build_registration_id, check_counters, publish, register

pytestmark = pytest.mark.usefixtures("memory")

ROOMS = [builders.allotment("place", 5), builders.allotment("room", 1), builders.allotment("bed", 2)]


def test_a_free_place_is_theirs_at_once() -> None:
    """Confirmed, one unit taken, one fact in the history."""
    event = publish(builders.event())
    registered = register(event, "Anna")
    assert store.find(event.id, registered.id) == registered
    assert (registered.status, registered.needs, registered.entry_keys) == ("confirmed", ("place",), ())
    at = format_timestamp(registered.registered_at)
    assert registered.history == ({"fact": "confirmed", "at": at, "needs": ["place"]},)
    assert store.read_places(event.id).taken == {"place": 1}


def test_who_comes_too_late_waits_in_order() -> None:
    """Full: the next ones wait, each behind the other, and hear their position."""
    event = publish(builders.event(allotments=[builders.allotment("place", 1)]))
    register(event, "Anna")
    waiting = [register(event, name) for name in ("Bo", "Carl", "Dorte")]
    assert [(each.status, flows.load_standing(each).waiting_for) for each in waiting] == [
        ("waiting", ("place",))
    ] * 3
    assert [flows.load_standing(each).position for each in waiting] == [1, 2, 3]
    assert compute_positions(store.read_waitlist(event.id), store.read_places(event.id)) == {
        each.id: n for n, each in enumerate(waiting, 1)
    }
    check_counters(event.id)


def test_only_the_scarce_thing_is_waited_for() -> None:
    """Who needs a room when there is none left waits for the room; who needs none gets in."""
    event = publish(builders.event(allotments=ROOMS))
    register(event, "Anna", ("room",))
    assert flows.load_standing(register(event, "Bo", ("room",))).waiting_for == ("room",)
    assert register(event, "Carl").status == "confirmed"
    check_counters(event.id)


def test_cancelling_moves_the_next_up_once_settled() -> None:
    """A cancelled place goes to the head of the line; settling again changes nothing."""
    event = publish(builders.event(allotments=[builders.allotment("place", 1)]))
    first, second, third = (register(event, name) for name in ("Anna", "Bo", "Carl"))
    flows.cancel(participant(event.id, first.id), clock.now())
    moving_up.settle(event.id, clock.now())
    moving_up.settle(event.id, clock.now())
    statuses = {each.id: each.status for each in store.list_registrations(event.id)}
    assert statuses == {first.id: "cancelled", second.id: "confirmed", third.id: "waiting"}
    promoted = store.find(event.id, second.id)
    assert promoted is not None
    assert [entry["fact"] for entry in promoted.history] == ["joined", "promoted"]
    check_counters(event.id)


def test_a_newcomer_does_not_overtake_while_a_place_is_being_handed_on() -> None:
    """Between a cancellation and the waitlist's turn, a newcomer finds the line served first."""
    event = publish(builders.event(allotments=[builders.allotment("place", 1)]))
    first, waiting = register(event, "Anna"), register(event, "Bo")
    flows.cancel(participant(event.id, first.id), clock.now())
    newcomer = register(event, "Carl")
    moved = store.find(event.id, waiting.id)
    assert moved is not None
    assert (moved.status, newcomer.status) == ("confirmed", "waiting")
    check_counters(event.id)


def test_a_newcomer_who_needs_something_else_does_not_take_what_the_line_could_use() -> None:
    """A room is given back: who waits for it is served before a newcomer takes the last place."""
    event = publish(builders.event(allotments=[builders.allotment("place", 2), builders.allotment("room", 1)]))
    first = register(event, "Anna", ("room",))
    waiting = register(event, "Bo", ("room",))
    flows.cancel(participant(event.id, first.id), clock.now())
    register(event, "Carl")
    moved = store.find(event.id, waiting.id)
    assert moved is not None
    assert moved.status == "confirmed"
    check_counters(event.id)


def test_raising_the_capacity_moves_the_line_up_in_order() -> None:
    """Two more places: the first two in line are confirmed."""
    event = publish(builders.event(allotments=[builders.allotment("place", 1)]))
    people = [register(event, name) for name in ("Anna", "Bo", "Carl", "Dorte")]
    programme_flows.set_capacity(event.id, "place", 3, clock.now(), confirmed=False)
    moving_up.settle(event.id, clock.now())
    statuses = [found.status for person in people if (found := store.find(event.id, person.id))]
    assert statuses == ["confirmed", "confirmed", "confirmed", "waiting"]
    check_counters(event.id)


def test_being_passed_is_told_though_whoever_passes_began_before() -> None:
    """They were slower than a participant who joined meanwhile, whom they then go by."""
    event = publish(builders.event(allotments=[builders.allotment("place", 9), builders.allotment("room", 0)]))
    began = clock.now()
    waits = register(event, "Anna", ("room",), now=began + timedelta(seconds=1))
    register(event, "Bo", now=began)
    assert [each["fact"] for each in build_timeline(store.find(event.id, waits.id) or waits)] == [
        "joined",
        "passed",
    ]


def test_being_passed_is_recorded_with_its_reason() -> None:
    """Who waits for a room and is passed reads so in their history, once."""
    event = publish(builders.event(allotments=[builders.allotment("place", 3), builders.allotment("room", 1)]))
    register(event, "Anna", ("room",))
    held_up = register(event, "Bo", ("room",))
    others = [register(event, name) for name in ("Carl", "Dorte")]
    late = [register(event, name) for name in ("Erik", "Freja")]
    for each in others:
        flows.cancel(participant(event.id, each.id), clock.now())
    moving_up.settle(event.id, clock.now())
    passed = store.find(event.id, held_up.id)
    assert passed is not None
    assert [(entry["fact"], entry.get("waiting_for")) for entry in build_timeline(passed)] == [
        ("joined", ["room"]),
        ("passed", ["room"]),
    ]
    statuses = [found.status for each in late if (found := store.find(event.id, each.id))]
    assert statuses == ["confirmed", "confirmed"]
    check_counters(event.id)


def test_leaving_the_waitlist_closes_the_gap() -> None:
    """Who leaves the line is gone from it, and those behind move up one."""
    event = publish(builders.event(allotments=[builders.allotment("place", 1)]))
    _, leaves, stays = (register(event, name) for name in ("Anna", "Bo", "Carl"))
    flows.cancel(participant(event.id, leaves.id), clock.now())
    assert flows.load_standing(stays).position == 1
    check_counters(event.id)


def test_cancelling_twice_gives_back_once() -> None:
    """A second cancellation changes nothing."""
    event = publish(builders.event())
    registered = register(event, "Anna")
    for _ in range(2):
        assert flows.cancel(participant(event.id, registered.id), clock.now()).status == "cancelled"
    found = store.find(event.id, registered.id)
    assert found is not None
    assert found.revision == 2
    check_counters(event.id)


def test_cancelling_what_is_not_there_is_refused() -> None:
    """A link to nothing is not valid."""
    event = publish(builders.event())
    with pytest.raises(LinkNotValid):
        flows.cancel(participant(event.id, "nobody"), clock.now())


def test_registering_again_after_cancelling_keeps_the_history() -> None:
    """The same person may come back; history and revision go on."""
    event = publish(builders.event())
    first = register(event, "Anna")
    flows.cancel(participant(event.id, first.id), clock.now())
    clock.advance(timedelta(minutes=1))
    again = register(event, "Anna", key="another")
    found = store.find(event.id, again.id)
    assert found is not None
    assert (again.id, found.status) == (first.id, "confirmed")
    assert [entry["fact"] for entry in found.history] == ["confirmed", "cancelled", "confirmed"]
    check_counters(event.id)


def test_one_registration_for_each_person_and_event() -> None:
    """A second registration with the address is refused, however it is spelled, and the link is asked for once."""
    event = publish(builders.event())
    registered = register(event, "Anna")
    for address in ("anna@example.org", "ANNA@Example.org"):
        who = builders.attendee("Anna", email=address)
        with pytest.raises(AlreadyRegistered):
            registering.register(
                event, Applicant(build_registration_id(event.id, address), who), "other-key", clock.now()
            )
    asked = list(table.query(event.id, "LINK#"))
    assert [item["SK"] for item in asked] == [f"LINK#{registered.id}#2019110107"]
    check_counters(event.id)


def test_the_same_request_again_is_the_same_registration() -> None:
    """A repeated request answers with what it made, even long after, and even when it is cancelled by then."""
    event = publish(builders.event())
    first = register(event, "Anna", key="k")
    clock.advance(timedelta(minutes=11))
    assert register(event, "Anna", key="k") == first
    flows.cancel(participant(event.id, first.id), clock.now())
    assert register(event, "Anna", key="k").status == "cancelled"
    check_counters(event.id)


def test_facts_of_a_history_have_their_place_as_revision() -> None:
    """The stream reads a fact's revision from its place in the history."""
    event = publish(builders.event())
    registered = register(event, "Anna")
    item = table.get(keys.registration_key(event.id, registered.id))
    assert item is not None
    fact = facts.from_history_entry(event.id, registered.id, 1, item["history"][0])
    at = format_timestamp(registered.registered_at)
    assert fact == facts.Confirmed(
        event_id=event.id, registration_id=registered.id, revision=1, at=at, needs=("place",)
    )


def test_a_late_repetition_of_any_earlier_request_brings_nothing_back() -> None:
    """Registered and cancelled twice: the first request, arriving once more, changes nothing."""
    event = publish(builders.event())
    for key in ("first", "second"):
        registered = register(event, "Anna", key=key)
        flows.cancel(participant(event.id, registered.id), clock.now())
    assert register(event, "Anna", key="first").status == "cancelled"
    check_counters(event.id)


def test_a_promotion_decided_on_what_no_longer_holds_is_refused() -> None:
    """Between the decision and its write the entry began to wait for something else: nothing is written."""
    event = publish(builders.event(allotments=[builders.allotment("place", 3), builders.allotment("room", 1)]))
    first = register(event, "Anna", ("room",))
    register(event, "Bo", ("room",))
    register(event, "Carl")
    flows.cancel(participant(event.id, first.id), clock.now())
    places = store.read_places(event.id)
    decided = next(rules.decide_promotions(places, lambda line: store.read_line(event.id, line)))
    assert isinstance(decided, rules.Promotion)
    for capacity, settle in ((1, True), (3, False)):
        programme_flows.set_capacity(event.id, "place", capacity, clock.now(), confirmed=True)
        if settle:
            moving_up.settle(event.id, clock.now())
    with pytest.raises(ConditionFailed):
        promotions.promote(event.id, decided, places, clock.now())
    check_counters(event.id)
    moving_up.settle(event.id, clock.now())
    assert store.read_places(event.id).waiting_people == {"place": 0, "room": 0}
    check_counters(event.id)


def test_nobody_is_moved_up_once_the_event_has_begun() -> None:
    """A place given back at the door mails no one."""
    event = publish(builders.event(allotments=[builders.allotment("place", 1)]))
    first, waiting = register(event, "Anna"), register(event, "Bo")
    clock.start_at(event.starts_at)
    flows.cancel(participant(event.id, first.id), clock.now())
    moving_up.settle(event.id, clock.now())
    found = store.find(event.id, waiting.id)
    assert found is not None
    assert found.status == "waiting"


def test_a_newcomer_helps_a_long_line_along_only_a_little() -> None:
    """Many places are freed at once: a newcomer moves a few up and stands at the end; the line goes on later."""
    event = publish(builders.event(allotments=[builders.allotment("place", 1)]))
    people = [register(event, f"P{n:02}") for n in range(12)]
    programme_flows.set_capacity(event.id, "place", 30, clock.now(), confirmed=False)
    newcomer = register(event, "Last")
    assert (newcomer.status, flows.load_standing(newcomer).position) == ("waiting", 6)
    check_counters(event.id)
    moving_up.settle(event.id, clock.now())
    assert {each.status for each in store.list_registrations(event.id)} == {"confirmed"}
    assert len(people) + 1 == store.read_places(event.id).taken["place"]


def test_the_position_is_read_again_when_somebody_moves_up_meanwhile() -> None:
    """What was read as waiting is told as it stands by then."""
    event = publish(builders.event(allotments=[builders.allotment("place", 1)]))
    first, waiting = register(event, "Anna"), register(event, "Bo")
    assert flows.load_standing(waiting).position == 1
    flows.cancel(participant(event.id, first.id), clock.now())
    moving_up.settle(event.id, clock.now())
    stands = flows.load_standing(waiting)
    assert (stands.registration.status, stands.position) == ("confirmed", None)


def test_an_event_remembered_wrongly_is_read_again() -> None:
    """An allotment was removed a second ago: the newcomer is asked to try again, and then gets in."""
    both = publish(builders.event(allotments=[builders.allotment("place", 3), builders.allotment("bus", 1)]))
    programme_flows.put(builders.event(allotments=[builders.allotment("place", 3)]), 1, clock.now())
    who = builders.attendee()
    with pytest.raises(TooBusy):
        registering.register(
            both, Applicant(build_registration_id(both.id, who.email), who, ("bus",)), "k", clock.now()
        )
    assert register(both, "Anna").status == "confirmed"
