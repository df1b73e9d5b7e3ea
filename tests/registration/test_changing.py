"""Changing details and needs, against the table."""

from typing import Any

import pytest

from chalicelib import clock, facts
from chalicelib.problems import (
    AnswerFirst,
    LinkNotValid,
    NotFree,
    RegistrationClosed,
    RegistrationIsCancelled,
)
from chalicelib.registration import changing, flows, offer_responses
from chalicelib.registration.changing import ChangeRequest
from testing.registration_links import participant
from testing.world import cancel_and_settle, check_counters, read_statuses, register, reload, settle
from tests.registration.overnight import change, needs, overnight, refused

pytestmark = pytest.mark.usefixtures("memory")


def test_details_are_changed_and_named_without_their_values() -> None:
    """The history names the fields; what was not named stays."""
    event = overnight()
    anna = register(event, "Anna", ("bus",), organisation="Askov")
    changed = change(event, anna, details={"given_name": "Anne", "phone": "+4520123456"})
    who = changed.attendee
    assert (who.name, who.phone, who.organisation) == ("Anne Hansen", "+4520123456", "Askov")
    assert (changed.status, changed.needs, changed.id) == ("confirmed", ("place", "bus"), anna.id)
    [_, told] = changed.history
    assert (told["fact"], told["fields"]) == ("changed", ["given_name", "phone"])
    assert "Anne" not in str(changed.history)
    check_counters(event.id)


def test_what_changes_nothing_is_no_change() -> None:
    """The same details, needs and wishes again are no news."""
    event = overnight(single=0)
    anna = register(event, "Anna", ("bus",))
    wished = change(event, anna, wait_for=("single",))
    again = change(
        event, anna, details={"given_name": "Anna"}, needs=("bus", "place", "bus"), wait_for=("single", "bus")
    )
    assert again == reload(anna) == wished


def test_what_is_given_up_goes_to_the_next() -> None:
    """A bus seat that a participant no longer needs is the next one's who waits for it."""
    event = overnight(bus=1)
    anna, bo = register(event, "Anna", ("bus",)), register(event, "Bo", ("bus",))
    changed = change(event, anna, needs=())
    assert (changed.history[-1]["gave"], read_statuses(anna, bo)) == (["bus"], ["confirmed", "waiting"])
    settle(event)
    assert (read_statuses(anna, bo), needs(anna, bo)) == (["confirmed"] * 2, [("place",), ("place", "bus")])


def test_more_is_had_when_it_is_free_and_nobody_waits_for_it() -> None:
    """Free: it is theirs at once. Full: refused, all of it, and what is refused is named in their language."""
    event = overnight(bus=1)
    anna, bo = register(event, "Anna"), register(event, "Bo", language="en")
    assert change(event, anna, needs=("bus", "single")).needs == ("place", "single", "bus")
    refused(event, bo, NotFree, needs=("bed", "bus"))
    refused(event, bo, NotFree, details={"given_name": "Benedikte"}, needs=("single",))
    assert needs(anna, bo) == [("place", "single", "bus"), ("place",)]


def test_more_is_not_had_ahead_of_somebody_who_waits_for_it() -> None:
    """A bus seat was just given back: until the participant who waits for it has had their turn, it is not free
    for others; a single room that no one waits for is."""
    event = overnight(bus=1, place=3)
    anna, bo = register(event, "Anna", ("bus",)), register(event, "Bo", ("bus",))
    carl = register(event, "Carl")
    flows.cancel(participant(event.id, anna.id), clock.now())
    refused(event, carl, NotFree, needs=("bus",))
    assert change(event, carl, needs=("single",)).needs == ("place", "single")
    settle(event)
    assert needs(bo, carl) == [("place", "bus"), ("place", "single")]


def test_another_kind_of_room_is_taken_in_one_step() -> None:
    """Free: the one instead of the other, and what is given up goes to the next in line."""
    event = overnight(bed=1)
    anna, bo = register(event, "Anna", ("bed",)), register(event, "Bo", ("bed",))
    changed = change(event, anna, needs=("single",))
    told = changed.history[-1]
    assert (told["needs"], told["gave"]) == (["place", "single"], ["bed"])
    settle(event)
    assert needs(anna, bo) == [("place", "single"), ("place", "bed")]
    assert read_statuses(anna, bo) == ["confirmed"] * 2


@pytest.mark.parametrize("wanted", [{"details": {"given_name": "Anne"}}, {"needs": ()}, {"wait_for": ("bus",)}])
def test_nothing_of_a_cancelled_registration_changes(wanted: dict[str, Any]) -> None:
    """A participant who wants to come again registers again."""
    event = overnight()
    anna = register(event, "Anna", ("bus",))
    cancel_and_settle(event, anna)
    refused(event, anna, RegistrationIsCancelled, **wanted)


def test_an_offer_is_answered_before_anything_is_needed_or_wished_for() -> None:
    """Details may change meanwhile, and the offer stands as it did."""
    event = overnight("offer", place=1)
    first, anna = register(event, "First"), register(event, "Anna", ("bus",))
    cancel_and_settle(event, first)
    offered = reload(anna)
    refused(event, anna, AnswerFirst, needs=())
    refused(event, anna, AnswerFirst, wait_for=("single",))
    changed = change(event, anna, details={"given_name": "Anne"})
    assert (changed.status, changed.offer_expires_at) == ("offered", offered.offer_expires_at)
    assert offer_responses.accept(participant(event.id, anna.id), clock.now()).attendee.name == "Anne Hansen"
    assert change(event, anna, needs=()).needs == ("place",)
    check_counters(event.id)


def test_an_offer_that_is_over_changes_nothing_any_more() -> None:
    """To the second: its registration is cancelled, whether or not the clock has ticked."""
    event = overnight("offer", place=1)
    first, anna = register(event, "First"), register(event, "Anna", ("bus",))
    cancel_and_settle(event, first)
    until = reload(anna).offer_expires_at
    assert until is not None
    with pytest.raises(RegistrationIsCancelled):
        changing.change(event, participant(event.id, anna.id), ChangeRequest({"given_name": "Anne"}), until)
    assert read_statuses(anna) == ["cancelled"]


def test_nobody_has_nothing_to_change() -> None:
    """A link to nothing is not valid."""
    event = overnight()
    with pytest.raises(LinkNotValid):
        changing.change(event, participant(event.id, "nobody"), ChangeRequest({"given_name": "Anne"}), clock.now())


def test_the_facts_of_a_change_say_what_the_mail_needs() -> None:
    """Status, needs, what was given up and what is waited for, as they are from then on."""
    event = overnight(single=0)
    anna = register(event, "Anna", ("bed", "bus"))
    told = change(event, anna, needs=("bed",), wait_for=("single",)).history[-1]
    assert facts.from_history_entry(event.id, anna.id, 2, told) == facts.Changed(
        event_id=event.id,
        registration_id=anna.id,
        revision=2,
        at=told["at"],
        fields=("needs", "wait_for"),
        status="confirmed",
        needs=("place", "bed"),
        gave=("bus",),
        waiting_for=("single",),
    )


def test_once_the_event_has_begun_nothing_more_is_had_or_wished_for() -> None:
    """Details may be changed still, and what is given up is given up."""
    event = overnight(single=1)
    anna = register(event, "Anna", ("bus",))
    clock.start_at(event.starts_at)
    refused(event, anna, RegistrationClosed, needs=("bus", "bed"))
    refused(event, anna, RegistrationClosed, needs=("bus",), wait_for=("single",))
    change(event, anna, details={"organisation": "KUBUS"}, needs=())
    assert (reload(anna).attendee.organisation, needs(anna)) == ("KUBUS", [("place",)])
