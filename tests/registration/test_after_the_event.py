"""Cancelling after the event and once checked in: attendance is a record, and only erasing ends it."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.attendance import check_in
from chalicelib.problems import EventOver, IsCheckedIn
from chalicelib.programme.model import Event
from chalicelib.registration import flows, moving_up, offer_responses, rules, store
from chalicelib.registration.access import Access
from chalicelib.registration.model import ActorKind, Registration
from chalicelib.retention import erasure
from testing.registration_links import access_of, participant
from testing.world import check_counters, publish_with_places, register, register_party

pytestmark = pytest.mark.usefixtures("memory")

ACTORS: tuple[ActorKind, ...] = ("participant", "organiser")


def start_at(moment: str, event: Event, seconds: int = 0) -> None:
    """Set the clock to the event's beginning or end, or some seconds from it."""
    clock.start_at(getattr(event, moment) + timedelta(seconds=seconds))


def read_status(registration: Registration) -> str:
    found = store.find(registration.event_id, registration.id)
    assert found is not None
    return found.status


@pytest.mark.parametrize("by", ACTORS)
def test_the_end_is_the_limit(by: ActorKind) -> None:
    """Until the end, also while the event goes on, a registration is cancelled; from the end on it stays."""
    event = publish_with_places(3)
    first, second = register(event, "Anna"), register(event, "Bo")
    start_at("ends_at", event, -1)
    assert flows.cancel(access_of(by, event.id, first.id), clock.now()).status == "cancelled"
    start_at("ends_at", event)
    with pytest.raises(EventOver):
        flows.cancel(access_of(by, event.id, second.id), clock.now())
    assert read_status(second) == "confirmed"
    check_counters(event.id)


def test_a_registration_that_is_cancelled_stays_so() -> None:
    """A repeated request after the end is answered as the first one was."""
    event = publish_with_places(1)
    anna = register(event, "Anna")
    flows.cancel(participant(event.id, anna.id), clock.now())
    start_at("ends_at", event)
    assert flows.cancel(participant(event.id, anna.id), clock.now()).status == "cancelled"


@pytest.mark.parametrize("by", ACTORS)
def test_a_check_in_holds_until_it_is_undone(by: ActorKind) -> None:
    """Before the end, too; attendance is not wiped out by a cancellation."""
    event = publish_with_places(1)
    anna = register(event, "Anna")
    start_at("starts_at", event)
    check_in.check_in(Access(event.id, anna.id), clock.now(), clock.now())
    with pytest.raises(IsCheckedIn):
        flows.cancel(access_of(by, event.id, anna.id), clock.now())
    found = store.find(event.id, anna.id)
    assert found is not None
    assert (found.status, found.checked_in_at is None) == ("confirmed", False)
    check_in.undo(Access(event.id, anna.id), clock.now())
    assert flows.cancel(access_of(by, event.id, anna.id), clock.now()).status == "cancelled"
    check_counters(event.id)


def test_waiting_parties_are_left_as_they_were() -> None:
    """A member of a party on the waitlist is not cancelled after the end either."""
    event = publish_with_places(0)
    people = register_party(event, "Anna", "Bo")
    start_at("ends_at", event, 3600)
    for each in people:
        with pytest.raises(EventOver):
            flows.cancel(participant(event.id, each.id), clock.now())
    assert [read_status(each) for each in people] == ["waiting", "waiting"]
    check_counters(event.id)


def test_an_offer_is_not_declined_after_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Declining is cancelling, too; an offer that expires by the clock ends by itself."""
    event = publish_with_places(1, mode="offer")
    first, second = register(event, "Anna"), register(event, "Bo")
    flows.cancel(participant(event.id, first.id), clock.now())
    moving_up.settle(event.id, clock.now())
    assert read_status(second) == "offered"
    offered = store.find(event.id, second.id)
    assert offered is not None
    assert offered.offer_expires_at is not None
    with monkeypatch.context() as patch:  # an organiser has moved the event to an earlier day meanwhile
        patch.setattr(rules, "find_cancellation_problem", lambda *_: EventOver())
        with pytest.raises(EventOver):
            offer_responses.decline(participant(event.id, second.id), clock.now())
        flows.expire(event.id, second.id, offered.offer_expires_at)
    assert read_status(second) == "cancelled"
    check_counters(event.id)


@pytest.mark.parametrize("by", ACTORS)
def test_erasing_is_always_possible(by: ActorKind) -> None:
    """After the end, and for a participant who is checked in."""
    event = publish_with_places(2)
    anna, bo = register(event, "Anna"), register(event, "Bo")
    start_at("starts_at", event)
    check_in.check_in(Access(event.id, anna.id), clock.now(), clock.now())
    erasure.erase(access_of(by, event.id, anna.id), clock.now())
    start_at("ends_at", event, 60)
    erasure.erase(access_of(by, event.id, bo.id), clock.now())
    assert list(store.list_registrations(event.id)) == []
    check_counters(event.id)
