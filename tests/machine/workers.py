"""Rules: the steps of workers and of the clock; messages late, duplicate or lost, and slow workers."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from chalicelib import clock, facts
from chalicelib.aws import table
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.table import ConditionFailed
from chalicelib.facts import Fact, MailBounced
from chalicelib.programme.model import Event
from chalicelib.registration import moving_up, rules, store
from chalicelib.registration.model import Places, WaitlistEntry
from chalicelib.registration.notes import build_note
from chalicelib.registration.rules import Decision, NothingFits
from chalicelib.workers.clock import tick
from chalicelib.workers.waitlist import waitlist
from testing.batches import TICK, messages
from tests.machine.people import INDEX, PLACE
from tests.machine.waitlist import Waitlist

SLOT, NTH = st.integers(0, 1), st.integers(0, 99)


@dataclass
class SlowWorker:
    """A worker that has read the lines for a message, and has made some of its moves: `move` is the next."""

    index: int
    event: Event
    places: Places
    moves: Iterator[Decision]
    now: datetime
    fact: Fact | None
    move: Decision | None = None


class Workers(Waitlist):
    """The workers' rules."""

    @initialize()
    def reset_workers(self) -> None:
        """Begin without slow workers."""
        self.slow_workers: dict[int, SlowWorker] = {}
        self.has_lost_messages = False

    def _find_index(self, fact: Fact) -> int:
        return self.ids.index(fact.event_id)

    def _settle(self, fact: Fact) -> None:
        self.touched.add(self._find_index(fact))
        assert waitlist(messages(fact), None) == {"batchItemFailures": []}

    @rule(nth=NTH, stays=st.booleans())
    def deliver_message(self, nth: int, stays: bool) -> None:
        """Deliver a message in any order; it may stay to be delivered again."""
        if self.queue:
            position = nth % len(self.queue)
            self._settle(self.queue[position] if stays else self.queue.pop(position))

    @rule(nth=NTH)
    def redeliver_message(self, nth: int) -> None:
        """Deliver a message again that was sent at any time before."""
        if self.sent_facts:
            self._settle(self.sent_facts[nth % len(self.sent_facts)])

    @rule(nth=NTH)
    def lose_message(self, nth: int) -> None:
        """Lose a message; the clock's tick makes up for it."""
        if self.queue:
            del self.queue[nth % len(self.queue)]
            self.has_lost_messages = True

    @rule(slot=SLOT, index=INDEX, nth=NTH)
    def start_slow_worker(self, slot: int, index: int, nth: int) -> None:
        """Let a worker read the places for a message, old or new, without a move yet."""
        if slot in self.slow_workers:
            return
        fact = self.queue.pop(nth % len(self.queue)) if self.queue else None
        index = self._find_index(fact) if fact else index
        places = store.read_places(self.ids[index])
        if rules.is_settled(places):
            return

        def entries(line: str) -> Iterator[WaitlistEntry]:
            return store.read_line(self.ids[index], line)

        moves = rules.decide_promotions(places, entries)
        self.slow_workers[slot] = SlowWorker(index, self.read_event(index), places, moves, clock.now(), fact)

    @rule(slot=SLOT)
    def advance_slow_worker(self, slot: int) -> None:
        """Let the worker find its next move, or make it."""
        if worker := self.slow_workers.get(slot):
            self._advance(slot, worker)

    def _advance(self, slot: int, worker: SlowWorker) -> None:
        if worker.move is None:
            worker.move = next(worker.moves, None)
            if worker.move is None:  # to be looked at anew
                self._requeue(slot)
            return
        self.touched.add(worker.index)
        try:
            moving_up._apply_decision(worker.event, worker.move, worker.places, worker.now)
        except ConditionFailed:
            self._requeue(slot)
            return
        if isinstance(worker.move, NothingFits):
            del self.slow_workers[slot]
        worker.move = None

    @rule(slot=SLOT)
    def kill_slow_worker(self, slot: int) -> None:
        """End the worker in the middle of its moves; its message is delivered again."""
        self._requeue(slot)

    def _requeue(self, slot: int) -> None:
        worker = self.slow_workers.pop(slot, None)
        if worker and worker.fact:
            self.queue.append(worker.fact)

    @rule(index=INDEX, place=PLACE)
    def bounce_mail(self, index: int, place: int) -> None:
        """Report a participant's last mail as bounced; after an offer's, the offer stands longer."""
        if registration := self.pick_registration(index, place):
            fact = facts.from_history_entry(
                registration.event_id, registration.id, registration.revision, registration.history[-1]
            )
            bounced = MailBounced(
                event_id=registration.event_id,
                registration_id=registration.id,
                revision=0,
                at=format_timestamp(clock.now()),
                mail=fact.key,
                reason="",
            )
            table.write(build_note(bounced))

    @rule(hours=st.integers(1, 30))
    def advance_time(self, hours: int) -> None:
        """Move the clock on, longer than any worker runs."""
        for slot in list(self.slow_workers):
            self._requeue(slot)
        clock.advance(timedelta(hours=hours))

    @rule()
    def tick_clock(self) -> None:
        """Run the clock's tick."""
        self.touched |= {0, 1}
        tick(TICK, None)

    @rule(nth=NTH)
    def drain(self, nth: int) -> None:
        """Let all workers end and all messages come; if some were lost, let the clock tick."""
        for slot in list(self.slow_workers):
            while worker := self.slow_workers.get(slot):
                self._advance(slot, worker)
                self.check_promises()
        while self.queue:
            self._settle(self.queue.pop(nth % len(self.queue)))
            self.check_promises()
        if self.has_lost_messages:
            self.tick_clock()
            self.check_promises()
            self.has_lost_messages = False
            self.drain(nth)
        self.check_drained()

    def teardown(self) -> None:
        """Drain at the end of each run."""
        with suppress(AttributeError):
            self.drain(0)
