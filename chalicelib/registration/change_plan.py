"""What a change of a registration comes to, and its one transaction."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import facts
from chalicelib.aws import table
from chalicelib.aws.items import Write
from chalicelib.programme import lines
from chalicelib.registration import rules, sealing, transactions, updates
from chalicelib.registration.counters import Counters
from chalicelib.registration.model import Places, Registration, WaitlistEntry


@dataclass(frozen=True)
class Plan:
    """The registration as it is, as it is to be, both opened, and what that takes."""

    before: Registration
    after: Registration
    places: Places
    fields: tuple[str, ...]
    leaves: tuple[WaitlistEntry, ...]
    joins: tuple[WaitlistEntry, ...]
    now: datetime
    organiser: str  #: who makes it for somebody; empty where they do it themselves

    @property
    def take(self) -> tuple[str, ...]:
        return tuple(name for name in self.after.needs if name not in self.before.needs)

    @property
    def gave(self) -> tuple[str, ...]:
        return tuple(name for name in self.before.needs if name not in self.after.needs)

    def write(self) -> None:
        """One transaction, on condition that the places are as they were read."""
        event_id, counters = self.before.event_id, Counters(self.before.event_id)
        writes = self._moved(counters)
        if self.joins or self.leaves or self.take or self.gave:
            counters.require_unchanged(self.places)
        if self.before.status == "confirmed":
            writes += self._taken(counters)
        if self._to_be_seen():
            counters.let_look_again()
        table.transact(counters.update(), self._written(), *writes, *self._told(event_id))

    def _to_be_seen(self) -> bool:
        """Whether the lines are to be looked at again: whoever changes lines may be helped now, or know of nobody
        who goes by them there; whoever looks at the lines just now has not seen what joins."""
        changes_line = self.before.status == "waiting"
        return bool(self.joins) and (changes_line or not rules.settled(self.places))

    def _taken(self, counters: Counters) -> list[Write]:
        counters.take(lines.demand_of_all([self.take]))
        counters.give_back(lines.demand_of_all([self.gave]))
        if self.gave:
            counters.wake_who_sits_out()
        passed = rules.held_up(self.places, wanting=self.take)
        at = rules.joining_moment(self.places, self.now)
        return [*updates.skips(self.before.event_id, passed, at, self.before.id)]

    def _moved(self, counters: Counters) -> list[Write]:
        """Entries that go, and that come; a new wish stands at the end of its line."""
        event_id = self.before.event_id
        for entry in self.leaves:
            counters.leave(entry)
        for entry in self.joins:
            counters.stand(entry)
        if self.joins and self.before.status == "confirmed":
            counters.joined(max(entry.rank for entry in self.joins).partition("#")[2])
        gone: list[Write] = [updates.no_entry(event_id, entry) for entry in self.leaves]
        return [*gone, *(updates.new_entry(event_id, entry) for entry in self.joins)]

    def _written(self) -> Write:
        happened = updates.happened(
            self.before,
            facts.Changed,
            self.now,
            {"organiser": self.organiser} if self.organiser else updates.NOTHING_ELSE,
            fields=self.fields,
            status=self.after.status,
            needs=self.after.needs,
            gave=self.gave,
            waiting_for=self.after.wishes if self.after.status == "confirmed" else (),
        )
        after = sealing.sealed(self.after)
        written = {
            "needs": list(after.needs),
            "in_line": list(after.in_line),
            **updates.stored_attendee(after),
        }
        removed = "" if after.sealed else updates.SEALED
        return updates.of_registration(self.before, written, happened, removed=removed)

    def _told(self, event_id: str) -> list[Write]:
        """The others of a party that waits, told where they stand now."""
        if self.before.status != "waiting" or not self.joins:
            return []
        [entry], [new] = self.leaves, self.joins
        happened = updates.entry_fact(event_id, "", facts.PartyChanged, self.now, people=len(new.members))
        others = [member for member in new.members if member != self.before.id]
        return transactions.told(event_id, entry, new, others, happened)
