"""Offers against the table: made, answered, ended, passed on."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.problems import LinkNotValid, NoOffer, OfferExpired
from chalicelib.programme import flows as programme_flows
from chalicelib.programme.model import Event
from chalicelib.registration import flows, moving_up, offer_responses, store
from chalicelib.registration.access import Access
from chalicelib.registration.history import build_timeline
from chalicelib.registration.model import Registration
from testing import builders
from testing.registration_links import participant
from testing.world import check_counters, publish, register

pytestmark = pytest.mark.usefixtures("memory")


def line(*names: str, **changes: Any) -> tuple[Event, list[Registration]]:
    """An event with one place, which the first has, while the others wait for an offer."""
    event = publish(
        builders.event(allotments=[builders.allotment("place", 1)], waitlist={"mode": "offer"}, **changes)
    )
    return event, [register(event, name) for name in names]


def give_back(event: Event, who: Registration) -> None:
    flows.cancel(participant(event.id, who.id), clock.now())
    moving_up.settle(event.id, clock.now())


def states(event: Event, people: list[Registration]) -> list[str]:
    check_counters(event.id)
    return [flows.load_registration(Access(event.id, each.id)).status for each in people]


def facts_of(event: Event, who: Registration) -> list[str]:
    return [entry["fact"] for entry in build_timeline(flows.load_registration(Access(event.id, who.id)))]


def test_the_place_is_held_for_the_first_in_line() -> None:
    """Offered, with its end; the unit is taken, and no one else moves."""
    event, people = line("Anna", "Bo", "Carl")
    give_back(event, people[0])
    offered = flows.load_registration(Access(event.id, people[1].id))
    assert states(event, people) == ["cancelled", "offered", "waiting"]
    assert offered.offer_expires_at is not None
    assert timedelta(hours=23) < offered.offer_expires_at - clock.now() <= timedelta(hours=24)
    assert store.read_places(event.id).taken == {"place": 1}
    assert register(event, "Dorte").status == "waiting"


def test_accepted_it_is_theirs_and_accepting_again_changes_nothing() -> None:
    """One acceptance, however often it is sent."""
    event, people = line("Anna", "Bo", "Carl")
    give_back(event, people[0])
    for _ in range(2):
        assert offer_responses.accept(participant(event.id, people[1].id), clock.now()).status == "confirmed"
    assert facts_of(event, people[1]) == ["joined", "offered", "accepted"]
    assert states(event, people) == ["cancelled", "confirmed", "waiting"]
    clock.advance(timedelta(days=2))
    flows.expire(event.id, people[1].id, clock.now())
    assert states(event, people) == ["cancelled", "confirmed", "waiting"]


def test_declined_it_goes_to_the_next_once() -> None:
    """Declining twice gives back once; accepting after that is refused."""
    event, people = line("Anna", "Bo", "Carl")
    give_back(event, people[0])
    for _ in range(2):
        assert offer_responses.decline(participant(event.id, people[1].id), clock.now()).status == "cancelled"
    moving_up.settle(event.id, clock.now())
    assert states(event, people) == ["cancelled", "cancelled", "offered"]
    with pytest.raises(NoOffer):
        offer_responses.accept(participant(event.id, people[1].id), clock.now())


def test_keeping_ones_place_passes_the_offer_on_and_keeps_the_rank() -> None:
    """The next gets this offer; the one after that goes to the participant who kept their place, ahead of all
    behind."""
    event, people = line("Anna", "Bo", "Carl", "Dorte")
    give_back(event, people[0])
    for _ in range(2):
        kept = offer_responses.keep_place(participant(event.id, people[1].id), clock.now())
        assert (kept.status, kept.rank, flows.load_standing(kept).position) == ("waiting", people[1].rank, 1)
    moving_up.settle(event.id, clock.now())
    assert states(event, people) == ["cancelled", "waiting", "offered", "waiting"]
    offer_responses.decline(participant(event.id, people[2].id), clock.now())
    moving_up.settle(event.id, clock.now())
    assert states(event, people) == ["cancelled", "offered", "cancelled", "waiting"]


def test_a_place_that_everybody_passed_on_is_free_for_a_newcomer() -> None:
    """No one in line wants it now: it does not idle, and who passed it on is not asked again for it."""
    event, people = line("Anna", "Bo")
    give_back(event, people[0])
    offer_responses.keep_place(participant(event.id, people[1].id), clock.now())
    for _ in range(3):
        moving_up.settle(event.id, clock.now())
    assert states(event, people) == ["cancelled", "waiting"]
    assert register(event, "Carl").status == "confirmed"
    check_counters(event.id)


def test_after_its_end_an_offer_is_refused_before_any_sweep() -> None:
    """To the second: what is over is over, and goes to the next."""
    event, people = line("Anna", "Bo", "Carl")
    give_back(event, people[0])
    end = flows.load_registration(Access(event.id, people[1].id)).offer_expires_at
    assert end is not None
    for answer in (offer_responses.accept, offer_responses.decline, offer_responses.keep_place):
        with pytest.raises(OfferExpired):
            answer(participant(event.id, people[1].id), end)
    moving_up.settle(event.id, end)
    assert facts_of(event, people[1]) == ["joined", "offered", "expired"]
    assert states(event, people) == ["cancelled", "cancelled", "offered"]


def test_what_is_due_is_found_and_nothing_else() -> None:
    """The index of what is due has the offers that are over, and not those that stand or were answered."""
    event, people = line("Anna", "Bo", "Carl")
    give_back(event, people[0])
    end = flows.load_registration(Access(event.id, people[1].id)).offer_expires_at
    assert end is not None
    assert list(store.find_due(end - timedelta(seconds=1))) == []
    assert list(store.find_due(end)) == [(event.id, people[1].id)]
    flows.expire(event.id, people[1].id, end - timedelta(seconds=1))
    assert states(event, people) == ["cancelled", "offered", "waiting"]
    offer_responses.accept(participant(event.id, people[1].id), clock.now())
    assert list(store.find_due(end)) == []


def test_cancelling_an_offered_registration_passes_the_offer_on() -> None:
    """By the participant or the organiser: the unit goes on at once."""
    event, people = line("Anna", "Bo", "Carl")
    give_back(event, people[0])
    give_back(event, people[1])
    assert states(event, people) == ["cancelled", "cancelled", "offered"]


def test_who_let_an_offer_go_may_register_again_at_the_end_of_the_line() -> None:
    """A new registration, behind all who wait."""
    event, people = line("Anna", "Bo", "Carl")
    give_back(event, people[0])
    offer_responses.decline(participant(event.id, people[1].id), clock.now())
    again = register(event, "Bo", key="again")
    assert (again.status, again.rank > people[2].rank) == ("waiting", True)


def test_from_the_lists_deadline_on_nobody_is_offered_anything_and_nobody_overtakes() -> None:
    """The organiser decides: a free place stays free, and newcomers stand at the end."""
    event, people = line("Anna", "Bo", "Carl")
    changed = builders.event(
        allotments=[builders.allotment("place", 1)],
        waitlist={"mode": "offer", "list_deadline": clock.now().isoformat()},
    )
    programme_flows.put(changed, 1, clock.now())
    give_back(changed, people[0])
    assert states(event, people) == ["cancelled", "waiting", "waiting"]
    newcomer = register(changed, "Dorte")
    assert (newcomer.status, flows.load_standing(newcomer).position) == ("waiting", 3)


def test_answers_without_an_offer_are_refused() -> None:
    """Who waits or is confirmed has nothing to accept or decline, and an unknown id has no link."""
    event, people = line("Anna", "Bo")
    with pytest.raises(NoOffer):
        offer_responses.accept(participant(event.id, people[1].id), clock.now())
    with pytest.raises(NoOffer):
        offer_responses.decline(participant(event.id, people[0].id), clock.now())
    with pytest.raises(LinkNotValid):
        offer_responses.accept(participant(event.id, "nobody"), clock.now())


def test_offers_go_round_the_line_and_not_to_and_fro() -> None:
    """All keep their place: each is asked once, then the place rests, also while others come or knock."""
    event, people = line("Anna", "Bo", "Carl", "Dorte")
    give_back(event, people[0])
    for who in people[1:]:
        assert flows.load_registration(Access(event.id, who.id)).status == "offered"
        offer_responses.keep_place(participant(event.id, who.id), clock.now())
        moving_up.settle(event.id, clock.now())
    assert states(event, people) == ["cancelled", "waiting", "waiting", "waiting"]
    assert [facts_of(event, who).count("offered") for who in people[1:]] == [1, 1, 1]


def test_what_rested_once_is_handed_on_again_when_it_comes_back() -> None:
    """A unit that no one wanted then was taken by a newcomer and given back: the line is asked anew."""
    event, people = line("Anna", "Bo")
    give_back(event, people[0])
    offer_responses.keep_place(participant(event.id, people[1].id), clock.now())
    moving_up.settle(event.id, clock.now())
    newcomer = register(event, "Carl")
    late = register(event, "Dorte")
    assert (newcomer.status, late.status) == ("confirmed", "waiting")
    give_back(event, newcomer)
    assert states(event, [people[1], late]) == ["offered", "waiting"]
    assert register(event, "Emil").status == "waiting"


def test_a_newcomer_wakes_nobody_who_sits_out() -> None:
    """Who has just passed a place on is not asked for it again because another participant came."""
    event, people = line("Anna", "Bo", "Carl")
    give_back(event, people[0])
    offer_responses.keep_place(participant(event.id, people[1].id), clock.now())
    register(event, "Dorte")
    moving_up.settle(event.id, clock.now())
    assert facts_of(event, people[1]).count("offered") == 1
    check_counters(event.id)


def test_lowering_something_else_wakes_nobody_and_raising_does() -> None:
    """Only more to be had is a reason to ask again."""
    event, people = line("Anna", "Bo")
    give_back(event, people[0])
    offer_responses.keep_place(participant(event.id, people[1].id), clock.now())
    for capacity, status in ((0, "waiting"), (1, "offered")):
        programme_flows.set_capacity(event.id, "place", capacity, clock.now(), confirmed=True)
        moving_up.settle(event.id, clock.now())
        assert flows.load_registration(Access(event.id, people[1].id)).status == status


def test_an_event_that_begins_to_confirm_confirms_whoever_sat_out() -> None:
    """With no more offers to pass on, the free place is theirs."""
    event, people = line("Anna", "Bo")
    give_back(event, people[0])
    offer_responses.keep_place(participant(event.id, people[1].id), clock.now())
    moving_up.settle(event.id, clock.now())
    confirming = builders.event(allotments=[builders.allotment("place", 1)])
    programme_flows.put(confirming, 1, clock.now())
    moving_up.settle(confirming.id, clock.now())
    assert states(event, people) == ["cancelled", "confirmed"]


def test_an_answer_meets_the_offer_it_was_given_to() -> None:
    """A late repetition of an earlier answer does not touch the next offer."""
    event, people = line("Anna", "Bo")
    give_back(event, people[0])
    first = flows.load_registration(Access(event.id, people[1].id)).offer_expires_at
    offer_responses.keep_place(participant(event.id, people[1].id), clock.now(), first)
    clock.advance(timedelta(hours=1))
    newcomer = register(event, "Carl")
    give_back(event, newcomer)
    assert states(event, people) == ["cancelled", "offered"]
    with pytest.raises(NoOffer):
        offer_responses.keep_place(participant(event.id, people[1].id), clock.now(), first)
    assert states(event, people) == ["cancelled", "offered"]


def test_over_is_over_wherever_one_looks() -> None:
    """Before any sweep the registration reads as ended, and its person may register again."""
    event, people = line("Anna", "Bo")
    give_back(event, people[0])
    clock.advance(timedelta(hours=30))
    assert register(event, "Bo", key="again").status == "confirmed"
    give_back(event, flows.load_registration(Access(event.id, people[1].id)))
    waiting = [register(event, name) for name in ("Carl", "Dorte")]
    give_back(event, waiting[0])
    clock.advance(timedelta(hours=30))
    assert flows.load_and_expire(Access(event.id, waiting[1].id), clock.now()).status == "cancelled"
    check_counters(event.id)


def test_a_skip_is_recorded_even_if_the_walk_ends_with_the_promotion() -> None:
    """A newcomer who helps only a little leaves no skip unrecorded."""
    allotments = [builders.allotment("place", 1), builders.allotment("bus", 0)]
    event = publish(builders.event(allotments=allotments))
    first = register(event, "Anna")
    held_up = [register(event, name, ("bus",)) for name in ("Bo", "Carl")]
    last = register(event, "Dorte")
    flows.cancel(participant(event.id, first.id), clock.now())
    register(event, "Emil")
    moving_up.settle(event.id, clock.now())
    assert flows.load_registration(Access(event.id, last.id)).status == "confirmed"
    assert [facts_of(event, each) for each in held_up] == [["joined", "passed"]] * 2
    check_counters(event.id)


def test_keeping_ones_place_twice_is_once_also_when_passed_in_between() -> None:
    """A repetition gets the same answer, whatever happened by the way."""
    allotments = [builders.allotment("place", 2), builders.allotment("bus", 1)]
    event = publish(builders.event(allotments=allotments, waitlist={"mode": "offer"}))
    people = [register(event, "Anna", ("bus",)), register(event, "Bo")]
    kept = register(event, "Carl", ("bus",))
    give_back(event, people[0])
    offer_responses.keep_place(participant(event.id, kept.id), clock.now())
    moving_up.settle(event.id, clock.now())
    newcomer = register(event, "Dorte", ("bus",))
    later = register(event, "Emil")
    give_back(event, people[1])
    assert (newcomer.status, flows.load_registration(Access(event.id, later.id)).status) == (
        "confirmed",
        "offered",
    )
    assert facts_of(event, kept) == ["joined", "offered", "place-kept", "passed"]
    assert offer_responses.keep_place(participant(event.id, kept.id), clock.now()).status == "waiting"
