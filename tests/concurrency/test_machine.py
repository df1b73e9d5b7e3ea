"""Anything anybody may do, in any order, with messages late, repeated or lost: what always holds, holds."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from chalicelib import clock
from chalicelib.problems import AlreadyRegistered, BelowTaken, NoOffer, OfferExpired
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import flows, offering, rules, store
from chalicelib.registration.model import Registration
from chalicelib.workers.clock import tick
from tests import builders
from tests.conftest import NOW
from tests.registration.world import check_counters, publish, register
from tests.workers.test_waitlist import TICK

NAMES = [f"P{number}" for number in range(9)]
EVENTS = ("confirms", "offers")
NEEDS = [(), ("room",), ("bus",), ("room", "bus")]

_runs = iter(range(10**9))


class Waitlist(RuleBasedStateMachine):
    """Two events, one that confirms the next and one that offers; nine people who cannot make up their minds."""

    @initialize()
    def publish(self) -> None:
        clock.start_at(datetime.fromisoformat(NOW))
        run = next(_runs)
        units = (("place", 3), ("room", 1), ("bus", 2))
        allotments = [builders.allotment(name, capacity) for name, capacity in units]
        modes = zip(EVENTS, ("automatic", "offer"), strict=True)
        self.events = [
            publish(builders.event(f"{name}-{run}", allotments=allotments, waitlist={"mode": mode}))
            for name, mode in modes
        ]
        self.keys = iter(range(10**9))
        self.touched = (0, 1)

    def _event(self, index: int) -> Event:
        self.touched = (index,)
        return programme_store.read_stored(self.events[index].id).event

    def _people(self, index: int) -> list[Registration]:
        return sorted(store.registrations(self.events[index].id), key=lambda each: each.attendee.email)

    @rule(
        index=st.integers(0, 1), name=st.sampled_from(NAMES), needs=st.sampled_from(NEEDS), repeated=st.booleans()
    )
    def register(self, index: int, name: str, needs: tuple[str, ...], repeated: bool) -> None:
        """A newcomer, sometimes with the same request twice; nobody whom it could have served is passed by."""
        before = {each.id: each for each in self._people(index)}
        key = f"key-{next(self.keys)}"
        try:
            made = register(self._event(index), name, needs, key)
        except AlreadyRegistered:
            return
        if repeated:
            assert register(self._event(index), name, needs, key).id == made.id
        if made.status == "confirmed":
            self._nobody_overtaken_by(index, made, before)

    def _nobody_overtaken_by(self, index: int, made: Registration, before: dict[str, Registration]) -> None:
        released = store.places(self.events[index].id).released
        sitting_out = {e.registration_id for e in store.waitlist(self.events[index].id) if e.sat_out >= released}
        for each in self._people(index):
            waited = each.id in before and before[each.id].status == each.status == "waiting"
            if waited and each.id not in sitting_out:
                assert not set(each.needs) <= set(made.needs)

    @rule(index=st.integers(0, 1), data=st.data(), how=st.sampled_from(["cancel", "accept", "decline", "keep"]))
    def answer(self, index: int, data: st.DataObject, how: str) -> None:
        """Somebody cancels or answers, whether or not it makes sense; what makes none is refused."""
        people = self._people(index)
        self.touched = (index,)
        if not people:
            return
        who = data.draw(st.sampled_from(people))
        try:
            if how == "cancel":
                flows.cancel(who.event_id, who.id, "participant", clock.now())
            else:
                act = {"accept": offering.accept, "decline": offering.decline, "keep": offering.keep_place}[how]
                act(who.event_id, who.id, clock.now())
        except (NoOffer, OfferExpired):
            assert flows.find(who.event_id, who.id).status in (who.status, "cancelled")

    @rule(index=st.integers(0, 1), name=st.sampled_from(["place", "room", "bus"]), capacity=st.integers(0, 5))
    def set_capacity(self, index: int, name: str, capacity: int) -> None:
        """Raised or lowered; below what is taken is refused."""
        self.touched = (index,)
        try:
            programme_flows.set_capacity(self.events[index].id, name, capacity, clock.now(), confirmed=False)
        except BelowTaken:
            assert store.places(self.events[index].id).taken[name] > capacity

    @rule(index=st.integers(0, 1), times=st.integers(1, 2))
    def deliver(self, index: int, times: int) -> None:
        """A message of the waitlist queue arrives, perhaps twice, perhaps about nothing."""
        for _ in range(times):
            flows.settle(self._event(index), clock.now())

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        """The clock moves on, and ticks."""
        self.touched = (0, 1)
        clock.advance(timedelta(hours=hours))
        tick(TICK, None)

    @invariant()
    def counters_agree(self) -> None:
        """After every step: the counters are what a recount says, and nothing is taken twice."""
        for index in getattr(self, "touched", ()):
            check_counters(self.events[index].id)

    def teardown(self) -> None:
        """Once all messages have come, nothing idles that somebody could use."""
        for index, event in enumerate(getattr(self, "events", ())):
            flows.settle(self._event(index), clock.now())
            places = store.places(event.id)
            assert rules.settled(places)
            for entry in store.waitlist(event.id):
                assert rules.shortage(places, entry.needs) or entry.sat_out >= places.released
            check_counters(event.id)


@pytest.mark.usefixtures("backend")
def test_whatever_people_do_what_always_holds_holds() -> None:
    """Two thousand steps on the local backend."""
    thorough = settings(
        max_examples=40, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Waitlist, settings=thorough)
