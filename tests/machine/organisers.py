"""Rules: the steps of organisers."""

from collections import Counter
from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import rule

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.problems import BelowHeld, BelowTaken, NotFree, NotHeld, NotWaiting
from chalicelib.programme import flows as programme_flows
from chalicelib.registration import moving_up, overrides, store
from testing.world import UNITS
from tests.machine.people import INDEX, PLACE
from tests.machine.waitlist import Waitlist

ALLOTMENTS = [name for name, *_ in UNITS]
WHY = Actor("organiser@network.example", "because they speak")


class Organisers(Waitlist):
    """The organiser's rules."""

    @rule(index=INDEX, place=PLACE, hold=st.sampled_from(["", "", "speakers"]), confirmed=st.booleans())
    def promote_by_hand(self, index: int, place: int, hold: str, confirmed: bool) -> None:
        """Promote a registration out of turn, out of a hold, or beyond the capacity."""
        if registration := self.pick_registration(index, place):
            self.may_overbook = confirmed
            with suppress(NotFree, NotHeld, NotWaiting):
                overrides.promote(
                    self.read_event(index), registration.id, WHY, clock.now(), hold=hold, overbook=confirmed
                )

    @rule(index=INDEX, place=PLACE, priority=st.sampled_from([1, 5, 9]))
    def prioritise(self, index: int, place: int, priority: int) -> None:
        """Move a registration in the line."""
        if registration := self.pick_registration(index, place):
            with suppress(NotWaiting):
                prioritised = overrides.prioritise(
                    registration.event_id, registration.id, priority, WHY, clock.now()
                )
                assert not prioritised.entry_keys or prioritised.entry_keys[0].split("#")[1] == str(priority)

    @rule(index=INDEX, units=st.fixed_dictionaries({"place": st.integers(0, 2), "room": st.integers(0, 1)}))
    def hold(self, index: int, units: dict[str, int]) -> None:
        """Hold units, or release them: only a release lets the line move."""
        event = self.read_event(index)
        moving_up.settle(event.id, clock.now())
        before = store.read_places(event.id)
        with suppress(NotFree):
            overrides.hold(event, "speakers", units, clock.now())
            moving_up.settle(event.id, clock.now())
            given_back = Counter(before.holds.get("speakers", {})) - Counter(units)
            assert given_back or store.read_places(event.id).taken == before.taken

    @rule(index=INDEX, units=st.integers(1, 2), way=st.permutations(["room", "bed"]))
    def move_units(self, index: int, units: int, way: list[str]) -> None:
        """Turn rooms into beds, or beds into rooms."""
        source, target = way
        with suppress(BelowTaken, BelowHeld):
            programme_flows.move_units(
                self.read_event(index).id, source, target, units, clock.now(), confirmed=False
            )

    @rule(index=INDEX, name=st.sampled_from(ALLOTMENTS), capacity=st.integers(0, 5))
    def set_capacity(self, index: int, name: str, capacity: int) -> None:
        """Raise or lower a capacity; one below what is taken is refused."""
        event = self.read_event(index)
        try:
            programme_flows.set_capacity(event.id, name, capacity, clock.now(), confirmed=False)
        except (BelowTaken, BelowHeld):
            places = store.read_places(event.id)
            assert places.taken[name] + places.held[name] > capacity
