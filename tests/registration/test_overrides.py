"""The organiser's hand on the line: promotion out of turn, and priorities."""

import json
from typing import Any

import pytest

from chalicelib import clock, facts
from chalicelib.aws import keys, table
from chalicelib.aws.keys import format_timestamp
from chalicelib.problems import LinkNotValid, NotFree, NotWaiting
from chalicelib.programme.model import Event
from chalicelib.registration import flows, overrides, promotions, store
from chalicelib.registration.access import Access
from chalicelib.registration.history import build_timeline
from chalicelib.registration.model import Registration
from chalicelib.workers import stream
from testing.registration_links import participant
from testing.world import (
    cancel_and_settle,
    check_counters,
    publish_with_places,
    read_statuses,
    register,
    register_party,
    reload,
    settle,
)
from tests.registration.hand import WHY, promote, refused
from tests.registration.overnight import change, overnight

pytestmark = pytest.mark.usefixtures("memory")


def passed(who: Registration) -> list[list[str]]:
    """What each skip of a participant was for."""
    return [entry["waiting_for"] for entry in build_timeline(reload(who)) if entry["fact"] == "passed"]


def full_line(*names: str, places: int = 1) -> tuple[Event, list[Registration]]:
    """An event that is full, and people who wait in order."""
    event = publish_with_places(places)
    for n in range(places):
        register(event, f"P{n}")
    return event, [register(event, name) for name in names]


def test_a_promotion_out_of_turn_stands_in_the_history_with_who_did_it_and_why() -> None:
    """The last in line is confirmed beyond capacity, and every entry before keeps its place."""
    event, (anna, bo, carl) = full_line("Anna", "Bo", "Carl")
    promoted = promote(event, carl, overbook=True)
    assert promoted == reload(carl)
    told = promoted.history[-1]
    assert (told["fact"], told["organiser"], told["reason"]) == ("promoted", WHY.email, WHY.reason)
    assert [flows.load_standing(reload(who)).position for who in (anna, bo)] == [1, 2]
    assert store.read_places(event.id).taken == {"place": 2}
    check_counters(event.id, overbooked=True)


def test_what_was_said_is_never_sent_on() -> None:
    """The fact that the stream makes of it, which queues carry, has neither the reason nor the organiser."""
    event, (anna,) = full_line("Anna")
    key = keys.registration_key(event.id, anna.id)
    before = table.get(key)
    promote(event, anna, overbook=True)
    [fact] = stream.derive_facts(before, table.get(key), format_timestamp(clock.now()))
    assert (fact.kind, fact.key) == ("promoted", f"{anna.id}.0002.promoted")
    body = facts.encode(fact)
    assert WHY.email not in body
    assert WHY.reason not in body
    assert set(json.loads(body)) == {"format", "fact", "event_id", "at", "registration_id", "revision", "needs"}


def test_beyond_what_there_is_only_when_that_is_confirmed() -> None:
    """Full: refused, and nothing written. A place that is given back afterwards goes to no one."""
    event, (anna, bo) = full_line("Anna", "Bo")
    refused(event, bo, NotFree)
    promote(event, bo, overbook=True)
    cancel_and_settle(event, bo)
    assert store.read_places(event.id).taken == {"place": 1}
    assert read_statuses(anna, bo) == ["waiting", "cancelled"]
    assert register(event, "Newcomer").status == "waiting"


def test_what_is_free_goes_to_whom_the_organiser_names() -> None:
    """Before the waitlist's turn comes: no confirmation is needed, and the next in line is not helped as well."""
    event, (anna, bo) = full_line("Anna", "Bo", places=2)
    first = next(store.list_registrations(event.id, "confirmed"))
    flows.cancel(participant(event.id, first.id), clock.now())
    promote(event, bo)
    settle(event)
    assert read_statuses(anna, bo) == ["waiting", "confirmed"]


@pytest.mark.parametrize("how", ["confirmed", "hold", "free"])
def test_whoever_is_passed_by_hand_reads_so(how: str) -> None:
    """Not that something was full, where the one who got in wanted just that; and no one behind is told."""
    event = publish_with_places(2)
    first, _ = register(event, "First"), register(event, "Second")
    if how == "hold":
        cancel_and_settle(event, first)
        overrides.hold(event, "speakers", {"place": 1}, clock.now())
    anna, bo, carl = (register(event, name) for name in ("Anna", "Bo", "Carl"))
    if how == "free":
        flows.cancel(participant(event.id, first.id), clock.now())
    promote(event, bo, hold="speakers" if how == "hold" else "", overbook=how == "confirmed")
    assert [passed(who) for who in (anna, bo, carl)] == [[[]], [], []]


def test_whoever_is_passed_for_something_else_reads_what_was_short() -> None:
    """Anna waits for a room, and a participant who needs none is promoted: she reads that the room held her up."""
    event = overnight(place=1, single=0)
    register(event, "First")
    anna, bo = register(event, "Anna", ("single",)), register(event, "Bo")
    promote(event, bo, overbook=True)
    assert passed(anna) == [["single"]]


def test_a_party_is_promoted_whole() -> None:
    """Whichever of them is named: all are confirmed, and each one's history says why."""
    event = publish_with_places(0)
    people = register_party(event, "Anna", "Bo", "Carl")
    promote(event, people[1], overbook=True)
    assert [reload(who).status for who in people] == ["confirmed"] * 3
    assert [reload(who).history[-1]["reason"] for who in people] == [WHY.reason] * 3
    assert store.read_places(event.id).taken == {"place": 3}
    check_counters(event.id, overbooked=True)


def test_a_wish_comes_true_out_of_turn() -> None:
    """The one who is named has the room; what they give up goes to the next in line."""
    event = overnight(bed=1)
    register(event, "First", ("single",))
    anna, bo = register(event, "Anna", ("bed",)), register(event, "Bo", ("bed",))
    carl = register(event, "Carl", ("single",))
    change(event, anna, wait_for=("single", "bus"))
    refused(event, anna, NotFree)
    swapped = promote(event, anna, overbook=True)
    settle(event)
    assert (swapped.needs, swapped.entry_keys) == (("place", "single", "bus"), ())
    assert swapped.history[-1]["reason"] == WHY.reason
    assert passed(carl) == [[]]
    check_counters(event.id, overbooked=True)
    assert (reload(bo).status, reload(bo).needs) == ("confirmed", ("place", "bed"))


def test_whoever_is_offered_a_place_is_confirmed_by_hand() -> None:
    """The offer is answered for them, with a reason; nothing more is taken."""
    event = publish_with_places(1, mode="offer")
    first, anna = register(event, "First"), register(event, "Anna")
    cancel_and_settle(event, first)
    accepted = promote(event, anna)
    assert (accepted.status, accepted.offer_expires_at) == ("confirmed", None)
    assert (accepted.history[-1]["fact"], accepted.history[-1]["reason"]) == ("accepted", WHY.reason)
    assert read_statuses(anna) == ["confirmed"]
    assert list(store.find_due(clock.now().replace(year=2030))) == []


def test_whoever_has_what_they_want_stays_as_they_are() -> None:
    """Promoted twice, or confirmed all along: nothing is written. Cancelled or unknown: refused."""
    event, (anna,) = full_line("Anna")
    once = promote(event, anna, overbook=True)
    assert promote(event, anna, overbook=True) == once == reload(anna)
    cancel_and_settle(event, anna)
    refused(event, anna, NotWaiting, overbook=True)
    with pytest.raises(LinkNotValid):
        overrides.promote(event, "nobody", WHY, clock.now())


def test_a_promotion_of_somebody_who_cancels_meanwhile_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading and writing: nothing is taken for a participant who has gone."""
    event, (anna,) = full_line("Anna")
    real = promotions.promote_out_of_turn

    def promote_by_hand(*arguments: Any) -> None:
        flows.cancel(participant(event.id, anna.id), clock.now())
        real(*arguments)

    monkeypatch.setattr(promotions, "promote_out_of_turn", promote_by_hand)
    with pytest.raises(NotWaiting):
        promote(event, anna, overbook=True)
    assert (read_statuses(anna), store.read_places(event.id).taken) == (["cancelled"], {"place": 1})


def test_of_several_wishes_the_one_that_is_named_comes_true() -> None:
    """Without a name it is the first; what is not wished for cannot be given."""
    event = overnight(single=0, bus=0)
    anna = register(event, "Anna", ("bed",))
    change(event, anna, wait_for=("single", "bus"))
    refused(event, anna, NotWaiting, wish="bed")
    promote(event, anna, wish="bus", overbook=True)
    promoted = flows.load_registration(Access(event.id, anna.id))
    assert (promoted.needs, promoted.wishes) == (("place", "bed", "bus"), ("single",))
