"""Two events, what is on record of them after each step, and the messages on their way."""

from collections.abc import Callable

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from chalicelib import facts
from chalicelib.facts import Fact
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration
from chalicelib.registration.rules import settled
from chalicelib.workers.relay import GOES_ON, WAITLIST
from tests import builders
from tests.machine import invariants, records
from tests.machine.overtaking import knows, passed_by
from tests.machine.records import Records
from tests.registration.world import publish

EVENTS = ("automatic", "offer")
UNITS = (("place", 4, None), ("room", 1, "room"), ("bed", 2, "room"), ("bus", 2, None))


class Waitlist(RuleBasedStateMachine):
    """An event that confirms the next and one that offers, each with a queue of messages that a step may bring.

    Each rule names the events that it touches by asking for them; what is on record of them is looked at after
    the step, beside what was on record before it.
    """

    begin: Callable[[], int]  #: an empty table, or one that has so many events already

    @initialize()
    def publish(self) -> None:
        run = type(self).begin()
        allotments = [builders.allotment(name, capacity, choice) for name, capacity, choice in UNITS]
        made = [builders.event(f"{mode}-{run}", allotments=allotments, waitlist={"mode": mode}) for mode in EVENTS]
        self.ids = [publish(event).id for event in made]
        self.records = [records.read(event_id) for event_id in self.ids]
        self.touched: set[int] = set()
        self.overbooks = False  #: whether this step may hand out more than there is
        self.told: list[Fact] = []
        self.queue: list[Fact] = []
        self.number = 0

    def event(self, index: int) -> Event:
        self.touched.add(index)
        return programme_store.read_stored(self.ids[index]).event

    def somebody(self, index: int, place: int) -> Registration | None:
        """Of those registered, the one at this place, counted round."""
        self.touched.add(index)
        known = self.records[index].registrations
        return list(known.values())[place % len(known)] if known else None

    def key(self) -> str:
        """Of a new request."""
        self.number += 1
        return f"key-{self.number}"

    @invariant()
    def looked_at(self) -> None:
        """After every step: what holds at any moment, holds, and what happened is on its way to the queue."""
        for index in sorted(getattr(self, "touched", ())):
            before, now = self.records[index], records.read(self.ids[index])
            self.records[index] = now
            self._listen(index, before, now)
            invariants.counters_agree(now)
            for entry in passed_by(before, now):
                knows(entry, now)
            assert self.overbooks or now.excess <= before.excess, (before.places, now.places)
        self.touched, self.overbooks = set(), False

    def _listen(self, index: int, before: Records, now: Records) -> None:
        """What the stream says: histories grow at their end, and what is new there is told."""
        new: list[Fact] = []
        for whose, each in now.registrations.items():
            known = before.registrations[whose].history if whose in before.registrations else ()
            assert each.history[: len(known)] == known
            for revision, entry in enumerate(each.history[len(known) :], start=len(known) + 1):
                new.append(facts.from_entry(self.ids[index], whose, revision, entry))
        freed = before.places.freed != now.places.freed
        if not settled(now.places) and (freed or settled(before.places)):
            version = now.places.changes
            new.append(facts.Freed(event_id=self.ids[index], at="", version=version))
        self.told += new
        self.queue += [fact for fact in new if WAITLIST in GOES_ON[type(fact)]]

    def check_drained(self) -> None:
        """Once all is done that is to be done."""
        for index, known in enumerate(self.records):
            assert known == records.read(self.ids[index])
            invariants.hold_when_drained(known)
            mine = [fact for fact in self.told if fact.event_id == self.ids[index]]
            invariants.each_fact_once(known.registrations.values(), mine)
