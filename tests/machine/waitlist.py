"""Two events, what is on record of them after each step, and the messages on their way."""

from collections.abc import Callable

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from chalicelib import facts
from chalicelib.facts import Fact
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration
from chalicelib.registration.rules import is_settled
from chalicelib.workers.relay import QUEUES_BY_FACT, WAITLIST
from testing import builders
from testing.invariants import checks, records
from testing.invariants.overtaking import check_skip_recorded, find_passed_entries
from testing.invariants.records import Records
from testing.world import UNITS, publish

EVENTS = ("automatic", "offer")


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
        self.may_overbook = False  #: whether this step may hand out more than there is
        self.sent_facts: list[Fact] = []
        self.queue: list[Fact] = []
        self.number = 0

    def read_event(self, index: int) -> Event:
        self.touched.add(index)
        return programme_store.read_current(self.ids[index]).event

    def pick_registration(self, index: int, place: int) -> Registration | None:
        """Of those registered, the one at this place, counted round."""
        self.touched.add(index)
        known = self.records[index].registrations
        return list(known.values())[place % len(known)] if known else None

    def make_key(self) -> str:
        """Of a new request."""
        self.number += 1
        return f"key-{self.number}"

    @invariant()
    def check_promises(self) -> None:
        """After every step: what holds at any moment, holds, and what happened is on its way to the queue."""
        for index in sorted(getattr(self, "touched", ())):
            before, now = self.records[index], records.read(self.ids[index])
            self.records[index] = now
            self._collect_facts(index, before, now)
            checks.check_counters(now)
            for entry in find_passed_entries(before, now):
                check_skip_recorded(entry, now)
            assert self.may_overbook or now.excess <= before.excess, (before.places, now.places)
        self.touched, self.may_overbook = set(), False

    def _collect_facts(self, index: int, before: Records, now: Records) -> None:
        """What the stream says: histories grow at their end, and what is new there is told."""
        new: list[Fact] = []
        for whose, each in now.registrations.items():
            known = before.registrations[whose].history if whose in before.registrations else ()
            assert each.history[: len(known)] == known
            for revision, entry in enumerate(each.history[len(known) :], start=len(known) + 1):
                new.append(facts.from_history_entry(self.ids[index], whose, revision, entry))
        freed = before.places.free_revision != now.places.free_revision
        if not is_settled(now.places) and (freed or is_settled(before.places)):
            version = now.places.changes
            new.append(facts.Freed(event_id=self.ids[index], at="", version=version))
        self.sent_facts += new
        self.queue += [fact for fact in new if WAITLIST in QUEUES_BY_FACT[type(fact)]]

    def check_drained(self) -> None:
        """Once all is done that is to be done."""
        for index, known in enumerate(self.records):
            assert known == records.read(self.ids[index])
            checks.check_when_drained(known)
            mine = [fact for fact in self.sent_facts if fact.event_id == self.ids[index]]
            checks.check_each_fact_once(known.registrations.values(), mine)
