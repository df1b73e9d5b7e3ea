"""Anything anybody may do, in any order, with messages late, repeated or lost: what always holds, holds."""

import os
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from chalicelib import clock, lines
from chalicelib.problems import (
    AlreadyRegistered,
    AnswerFirst,
    BelowHeld,
    BelowTaken,
    NoOffer,
    NotFree,
    NotHeld,
    NotWaiting,
    OfferExpired,
    RegistrationIsCancelled,
    WaitsAlready,
)
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import (
    by_hand,
    changing,
    flows,
    moving_up,
    offering,
    parties,
    recounting,
    rules,
    store,
)
from chalicelib.registration.by_hand import Word
from chalicelib.registration.changing import Change
from chalicelib.registration.model import Registration
from chalicelib.registration.registering import Applicant
from chalicelib.workers.clock import tick
from tests import builders
from tests.conftest import NOW
from tests.registration.world import check_counters, publish, register, rid
from tests.workers.test_waitlist import TICK

NAMES = [f"P{number}" for number in range(9)]
EVENTS = ("confirms", "offers")
ALLOTMENTS = ("place", "room", "bed", "bus")
NEEDS = [(), ("room",), ("bed",), ("bus",), ("room", "bus"), ("bed", "bus")]
WHY = Word("organiser@network.example", "because they speak")

_runs = iter(range(10**9))


class Waitlist(RuleBasedStateMachine):
    """Two events, one that confirms the next and one that offers; nine people who cannot make up their minds."""

    @initialize()
    def publish(self) -> None:
        clock.start_at(datetime.fromisoformat(NOW))
        run = next(_runs)
        units = (("place", 4, None), ("room", 1, "room"), ("bed", 2, "room"), ("bus", 2, None))
        allotments = [builders.allotment(name, capacity, choice) for name, capacity, choice in units]
        modes = zip(EVENTS, ("automatic", "offer"), strict=True)
        self.events = [
            publish(builders.event(f"{name}-{run}", allotments=allotments, waitlist={"mode": mode}))
            for name, mode in modes
        ]
        self.keys = iter(range(10**9))
        self.touched = (0, 1)
        self.overbooked: set[int] = set()

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
        sitting_out = {
            member
            for entry in store.waitlist(self.events[index].id)
            if entry.sat_out >= released
            for member in entry.members
        }
        for each in self._people(index):
            waited = each.id in before and before[each.id].status == each.status == "waiting"
            if waited and not each.party and each.id not in sitting_out:
                assert not set(each.needs) <= set(made.needs)
            assert not set(each.wishes) & set(made.needs)

    @rule(
        index=st.integers(0, 1),
        names=st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True),
        needs=st.sampled_from(NEEDS),
        accept_fewer=st.booleans(),
    )
    def register_party(self, index: int, names: list[str], needs: tuple[str, ...], accept_fewer: bool) -> None:
        """Several at once: all of them get in, all of them wait, or, if they say so, some of each; never half."""
        event = self._event(index)
        before = {each.id: each.status for each in self._people(index)}
        people = [builders.attendee(name, "Hansen", email=f"{name.lower()}@example.org") for name in names]
        applicants = [Applicant(rid(event.id, who.email), who, needs if i else ()) for i, who in enumerate(people)]
        party = parties.Party(tuple(applicants), accept_fewer)
        try:
            made = parties.register(event, party, f"key-{next(self.keys)}", clock.now())
        except AlreadyRegistered:
            assert {k: v for k, v in before.items() if v == "confirmed"}.items() <= {
                each.id: each.status for each in self._people(index)
            }.items()
            return
        assert [each.id for each in made] == [who.registration_id for who in applicants]
        statuses = {each.status for each in made}
        assert statuses <= {"confirmed", "waiting"}
        assert accept_fewer or len(statuses) == 1

    @rule(
        index=st.integers(0, 1),
        data=st.data(),
        needs=st.none() | st.sampled_from(NEEDS),
        wait_for=st.none() | st.sampled_from([(), ("room",), ("bus",), ("bed", "bus")]),
    )
    def change(
        self,
        index: int,
        data: st.DataObject,
        needs: tuple[str, ...] | None,
        wait_for: tuple[str, ...] | None,
    ) -> None:
        """Somebody wants something else, or wishes for it; what cannot be had just so is refused."""
        who = self._anybody(index, data)
        if who is None:
            return
        try:
            changed = changing.change(self._event(index), who.id, Change(None, needs, wait_for), clock.now())
        except (NotFree, RegistrationIsCancelled, AnswerFirst, WaitsAlready):
            return
        if wait_for is not None and changed.status == "confirmed":
            assert set(wait_for) <= {*changed.needs, *changed.wishes}

    def _anybody(self, index: int, data: st.DataObject) -> Registration | None:
        people = self._people(index)
        self.touched = (index,)
        return data.draw(st.sampled_from(people)) if people else None

    @rule(
        index=st.integers(0, 1),
        data=st.data(),
        hold=st.sampled_from(["", "", "speakers"]),
        confirmed=st.booleans(),
    )
    def promote_by_hand(self, index: int, data: st.DataObject, hold: str, confirmed: bool) -> None:
        """An organiser helps somebody out of turn, out of a hold or beyond what there is."""
        who = self._anybody(index, data)
        if who is None:
            return
        try:
            by_hand.promote(self._event(index), who.id, WHY, clock.now(), hold=hold, confirmed=confirmed)
        except (NotFree, NotHeld, NotWaiting):
            return
        if confirmed:
            self.overbooked.add(index)

    @rule(index=st.integers(0, 1), data=st.data(), priority=st.sampled_from([1, 5, 9]))
    def prioritise(self, index: int, data: st.DataObject, priority: int) -> None:
        """An organiser moves somebody in the line."""
        who = self._anybody(index, data)
        if who is None:
            return
        try:
            moved = by_hand.prioritise(who.event_id, who.id, priority, WHY, clock.now())
        except NotWaiting:
            return
        assert not moved.in_line or moved.in_line[0].split("#")[1] == str(priority)

    @rule(index=st.integers(0, 1), place=st.integers(0, 2), room=st.integers(0, 1))
    def hold(self, index: int, place: int, room: int) -> None:
        """An organiser sets units aside, or gives them back: no more move up than were given back."""
        event = self._event(index)
        moving_up.settle(event.id, clock.now())
        taken = store.places(event.id).taken
        given_back = store.places(event.id).holds.get("speakers", {})
        try:
            by_hand.hold(event, "speakers", {"place": place, "room": room}, clock.now())
        except NotFree:
            return
        moving_up.settle(event.id, clock.now())
        now_held = {"place": place, "room": room}
        released = sum(max(0, units - now_held[name]) for name, units in given_back.items())
        assert store.places(event.id).taken["place"] - taken["place"] <= released

    @rule(index=st.integers(0, 1), units=st.integers(1, 2), way=st.permutations(["room", "bed"]))
    def move_units(self, index: int, units: int, way: list[str]) -> None:
        """An organiser makes beds of rooms, or rooms of beds."""
        self.touched = (index,)
        try:
            event_id = self.events[index].id
            programme_flows.move_units(event_id, way[0], way[1], units, clock.now(), confirmed=False)
        except (BelowTaken, BelowHeld):
            return

    @rule(index=st.integers(0, 1), data=st.data(), how=st.sampled_from(["cancel", "accept", "decline", "keep"]))
    def answer(self, index: int, data: st.DataObject, how: str) -> None:
        """Somebody cancels or answers, whether or not it makes sense; what makes none is refused."""
        who = self._anybody(index, data)
        if who is None:
            return
        try:
            if how == "cancel":
                flows.cancel(who.event_id, who.id, "participant", clock.now())
            else:
                act = {"accept": offering.accept, "decline": offering.decline, "keep": offering.keep_place}[how]
                act(who.event_id, who.id, clock.now())
        except (NoOffer, OfferExpired):
            assert flows.find(who.event_id, who.id).status in (who.status, "cancelled")

    @rule(index=st.integers(0, 1), name=st.sampled_from(ALLOTMENTS), capacity=st.integers(0, 5))
    def set_capacity(self, index: int, name: str, capacity: int) -> None:
        """Raised or lowered; below what is taken is refused."""
        self.touched = (index,)
        try:
            programme_flows.set_capacity(self.events[index].id, name, capacity, clock.now(), confirmed=False)
        except (BelowTaken, BelowHeld):
            places = store.places(self.events[index].id)
            assert places.taken[name] + places.held[name] > capacity

    @rule(index=st.integers(0, 1), times=st.integers(1, 2))
    def deliver(self, index: int, times: int) -> None:
        """A message of the waitlist queue arrives, perhaps twice, perhaps about nothing."""
        for _ in range(times):
            moving_up.settle(self._event(index).id, clock.now())

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
            check_counters(self.events[index].id, overbooked=index in self.overbooked)

    def teardown(self) -> None:
        """Once all messages have come, nothing idles that somebody could use."""
        for index, event in enumerate(getattr(self, "events", ())):
            moving_up.settle(self._event(index).id, clock.now())
            places = store.places(event.id)
            assert rules.settled(places)
            for entry in store.waitlist(event.id):
                assert lines.shortage(places.free, entry.demand) or entry.sat_out >= places.released
            assert recounting.recount(event.id).differences == []


@pytest.mark.usefixtures("backend")
def test_whatever_people_do_what_always_holds_holds() -> None:
    """Two thousand steps on the local backend, or as many as are asked for."""
    steps = int(os.environ.get("STEPS", "2000"))
    thorough = settings(
        max_examples=steps // 50,
        stateful_step_count=50,
        phases=(Phase.generate,),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Waitlist, settings=thorough)
