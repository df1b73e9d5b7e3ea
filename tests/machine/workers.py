"""Rules: what workers and the clock do; messages that are late, come twice or are lost; workers that are slow."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from chalicelib import clock, facts
from chalicelib.aws import table
from chalicelib.aws.keys import timestamp
from chalicelib.aws.table import Refused
from chalicelib.facts import Fact, MailBounced
from chalicelib.programme.model import Event
from chalicelib.registration import moving_up, rules, store
from chalicelib.registration.model import Places, WaitlistEntry
from chalicelib.registration.notes import note
from chalicelib.registration.rules import Move, Rest
from chalicelib.workers.clock import tick
from chalicelib.workers.waitlist import waitlist
from tests.machine.people import INDEX, PLACE
from tests.machine.waitlist import Waitlist
from tests.workers.batches import TICK, messages

SLOT, NTH = st.integers(0, 1), st.integers(0, 99)


@dataclass
class Slow:
    """A worker that has read the lines for a message, and has made some of its moves: `move` is the next."""

    index: int
    event: Event
    places: Places
    moves: Iterator[Move]
    now: datetime
    fact: Fact | None
    move: Move | None = None


class Workers(Waitlist):
    @initialize()
    def nobody_works(self) -> None:
        self.slow: dict[int, Slow] = {}
        self.lost = False

    def _index(self, fact: Fact) -> int:
        return self.ids.index(fact.event_id)

    def _settle(self, fact: Fact) -> None:
        self.touched.add(self._index(fact))
        assert waitlist(messages(fact), None) == {"batchItemFailures": []}

    @rule(nth=NTH, stays=st.booleans())
    def a_message_comes(self, nth: int, stays: bool) -> None:
        """In any order, and perhaps again later."""
        if self.queue:
            place = nth % len(self.queue)
            self._settle(self.queue[place] if stays else self.queue.pop(place))

    @rule(nth=NTH)
    def an_old_message_comes_again(self, nth: int) -> None:
        if self.told:
            self._settle(self.told[nth % len(self.told)])

    @rule(nth=NTH)
    def a_message_is_lost(self, nth: int) -> None:
        """The clock will come by."""
        if self.queue:
            del self.queue[nth % len(self.queue)]
            self.lost = True

    @rule(slot=SLOT, index=INDEX, nth=NTH)
    def a_worker_reads(self, slot: int, index: int, nth: int) -> None:
        """The places, as they are now, and makes no move yet; for a message, or for one that came again."""
        if slot in self.slow:
            return
        fact = self.queue.pop(nth % len(self.queue)) if self.queue else None
        index = self._index(fact) if fact else index
        places = store.places(self.ids[index])
        if rules.settled(places):
            return

        def entries(line: str) -> Iterator[WaitlistEntry]:
            return store.line(self.ids[index], line)

        moves = rules.moves(places, entries)
        self.slow[slot] = Slow(index, self.event(index), places, moves, clock.now(), fact)

    @rule(slot=SLOT)
    def a_worker_goes_on(self, slot: int) -> None:
        """Finds out its next move, or makes it."""
        if worker := self.slow.get(slot):
            self._go_on(slot, worker)

    def _go_on(self, slot: int, worker: Slow) -> None:
        if worker.move is None:
            worker.move = next(worker.moves, None)
            if worker.move is None:  # to be looked at anew
                self._stop(slot)
            return
        self.touched.add(worker.index)
        try:
            moving_up._make(worker.event, worker.move, worker.places, worker.now)
        except Refused:
            self._stop(slot)
            return
        if isinstance(worker.move, Rest):
            del self.slow[slot]
        worker.move = None

    @rule(slot=SLOT)
    def a_worker_dies(self, slot: int) -> None:
        """In the middle of its moves; its message comes again."""
        self._stop(slot)

    def _stop(self, slot: int) -> None:
        worker = self.slow.pop(slot, None)
        if worker and worker.fact:
            self.queue.append(worker.fact)

    @rule(index=INDEX, place=PLACE)
    def a_mail_comes_back(self, index: int, place: int) -> None:
        """The last that somebody was sent; where it was an offer's, the offer will stand longer."""
        if who := self.somebody(index, place):
            told = facts.from_entry(who.event_id, who.id, who.revision, who.history[-1])
            bounced = MailBounced(
                event_id=who.event_id,
                registration_id=who.id,
                revision=0,
                at=timestamp(clock.now()),
                mail=told.key,
                reason="",
            )
            table.write(note(bounced))

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        """Longer than any worker works."""
        for slot in list(self.slow):
            self._stop(slot)
        clock.advance(timedelta(hours=hours))

    @rule()
    def the_clock_ticks(self) -> None:
        self.touched |= {0, 1}
        tick(TICK, None)

    @rule(nth=NTH)
    def drain(self, nth: int) -> None:
        """All workers end their work, all messages come; where some were lost, the clock does."""
        for slot in list(self.slow):
            while worker := self.slow.get(slot):
                self._go_on(slot, worker)
                self.looked_at()
        while self.queue:
            self._settle(self.queue.pop(nth % len(self.queue)))
            self.looked_at()
        if self.lost:
            self.the_clock_ticks()
            self.looked_at()
            self.lost = False
            self.drain(nth)
        self.check_drained()

    def teardown(self) -> None:
        with suppress(AttributeError):
            self.drain(0)
