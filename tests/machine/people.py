"""Rules: the steps of participants who often change their minds."""

from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import rule

from chalicelib import clock
from chalicelib.problems import (
    AlreadyRegistered,
    AnswerFirst,
    NoOffer,
    NotFree,
    OfferExpired,
    RegistrationIsCancelled,
    WaitsAlready,
)
from chalicelib.registration import changing, flows, offer_responses, parties
from chalicelib.registration.access import Access
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.registering import Applicant
from testing import builders
from testing.registration_links import participant
from testing.world import build_registration_id, register
from tests.machine.waitlist import Waitlist

NAMES = [f"P{number}" for number in range(9)]
NEEDS = [(), ("room",), ("bed",), ("bus",), ("room", "bus"), ("bed", "bus")]
WISHES = [(), ("room",), ("bus",), ("bed", "bus"), ("bus", "bed")]
INDEX, PLACE = st.integers(0, 1), st.integers(0, 8)


class People(Waitlist):
    """The participants' rules."""

    @rule(index=INDEX, name=st.sampled_from(NAMES), needs=st.sampled_from(NEEDS), repeated=st.booleans())
    def register(self, index: int, name: str, needs: tuple[str, ...], repeated: bool) -> None:
        """Register a newcomer, sometimes with the same request twice."""
        key, event = self.make_key(), self.read_event(index)
        with suppress(AlreadyRegistered):
            registration = register(event, name, needs, key)
            assert not repeated or register(event, name, needs, key).id == registration.id

    @rule(
        index=INDEX,
        names=st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True),
        needs=st.sampled_from(NEEDS),
        accept_fewer=st.booleans(),
    )
    def register_party(self, index: int, names: list[str], needs: tuple[str, ...], accept_fewer: bool) -> None:
        """Register a party: all of them get in, all wait, or, if they accept it, some of each."""
        event = self.read_event(index)
        attendees = [builders.attendee(name, "Hansen", email=f"{name.lower()}@example.org") for name in names]
        applicants = [
            Applicant(build_registration_id(event.id, attendee.email), attendee, needs if index_in_party else ())
            for index_in_party, attendee in enumerate(attendees)
        ]
        party = parties.Party(tuple(applicants), accept_fewer)
        with suppress(AlreadyRegistered):
            registrations = parties.register(event, party, self.make_key(), clock.now())
            assert [registration.id for registration in registrations] == [
                attendee.registration_id for attendee in applicants
            ]
            statuses = {registration.status for registration in registrations}
            assert statuses <= {"confirmed", "waiting"}
            assert accept_fewer or len(statuses) == 1

    @rule(
        index=INDEX,
        place=PLACE,
        needs=st.none() | st.sampled_from(NEEDS),
        wait_for=st.none() | st.sampled_from(WISHES),
    )
    def change(
        self, index: int, place: int, needs: tuple[str, ...] | None, wait_for: tuple[str, ...] | None
    ) -> None:
        """Change needs or wishes.

        What is not free is refused; the same change made again changes nothing.
        """
        if not (registration := self.pick_registration(index, place)):
            return
        event, request = self.read_event(index), ChangeRequest(None, needs, wait_for)
        try:
            changed = changing.change(event, participant(event.id, registration.id), request, clock.now())
        except (NotFree, RegistrationIsCancelled, AnswerFirst, WaitsAlready):
            return
        if wait_for is not None and changed.status == "confirmed":
            assert {*wait_for} <= {*changed.needs, *changed.wishes}
        assert changing.change(event, participant(event.id, registration.id), request, clock.now()) == changed

    @rule(index=INDEX, place=PLACE, how=st.sampled_from(["cancel", "accept", "decline", "keep_place"]))
    def answer(self, index: int, place: int, how: str) -> None:
        """Cancel, or answer an offer, in any status; an answer that makes no sense there is refused."""
        if not (registration := self.pick_registration(index, place)):
            return
        if how == "cancel":
            assert (
                flows.cancel(participant(registration.event_id, registration.id), clock.now()).status
                == "cancelled"
            )
            return
        try:
            getattr(offer_responses, how)(participant(registration.event_id, registration.id), clock.now())
        except (NoOffer, OfferExpired):
            assert flows.load_registration(Access(registration.event_id, registration.id)).status in (
                registration.status,
                "cancelled",
            )
