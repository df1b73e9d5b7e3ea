"""The state machine's base: two events, their records after each step, and the messages on their way."""

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
    """An event that confirms the next and one that offers, each with a queue of messages that a step may deliver.

    Each rule names the events that it touches by asking for them; their records are checked after the step,
    beside the records before it.
    """

    begin: Callable[[], int]  #: an empty table, or one that has so many events already

    @initialize()
    def publish(self) -> None:
        """Publish both events."""
        run = type(self).begin()
        allotments = [builders.allotment(name, capacity, choice) for name, capacity, choice in UNITS]
        events = [
            builders.event(f"{mode}-{run}", allotments=allotments, waitlist={"mode": mode}) for mode in EVENTS
        ]
        self.ids = [publish(event).id for event in events]
        self.records = [records.read(event_id) for event_id in self.ids]
        self.touched: set[int] = set()
        self.may_overbook = False  #: whether this step may hand out more than there is
        self.sent_facts: list[Fact] = []
        self.queue: list[Fact] = []
        self.number = 0

    def read_event(self, index: int) -> Event:
        """Return the event as it is now, and mark it as touched."""
        self.touched.add(index)
        return programme_store.read_current(self.ids[index]).event

    def pick_registration(self, index: int, position: int) -> Registration | None:
        """Return the registration at this index, counted round, or None if there is none."""
        self.touched.add(index)
        registrations = self.records[index].registrations
        return list(registrations.values())[position % len(registrations)] if registrations else None

    def make_key(self) -> str:
        """Return the idempotency key of a new request."""
        self.number += 1
        return f"key-{self.number}"

    @invariant()
    def check_promises(self) -> None:
        """Check the invariants after every step, and put its facts on the way to the queue."""
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
        """Collect the facts that the stream would carry.

        Histories grow at their end, and their new entries are facts.
        """
        new: list[Fact] = []
        for registration_id, registration in now.registrations.items():
            earlier = before.registrations.get(registration_id)
            known = earlier.revision if earlier else 0
            assert not earlier or registration.list_facts_until(known) == earlier.known_facts
            for revision, entry in registration.numbered_facts:
                if revision > known:
                    new.append(facts.from_history_entry(self.ids[index], registration_id, revision, entry))
        is_freed = before.places.free_revision != now.places.free_revision
        if not is_settled(now.places) and (is_freed or is_settled(before.places)):
            version = now.places.changes
            new.append(facts.Freed(event_id=self.ids[index], at="", version=version))
        self.sent_facts += new
        self.queue += [fact for fact in new if WAITLIST in QUEUES_BY_FACT[type(fact)]]

    def check_drained(self) -> None:
        """Check the invariants that hold once nothing is left to be done."""
        for index, event_records in enumerate(self.records):
            assert event_records == records.read(self.ids[index])
            checks.check_when_drained(event_records)
            event_facts = [fact for fact in self.sent_facts if fact.event_id == self.ids[index]]
            checks.check_each_fact_once(event_records.registrations.values(), event_facts)
