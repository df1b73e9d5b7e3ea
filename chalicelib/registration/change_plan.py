"""The plan of a registration's change, and the one transaction that writes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import facts
from chalicelib.aws import table
from chalicelib.aws.items import Write
from chalicelib.programme import lines
from chalicelib.registration import rules, sealing, store, transactions, updates
from chalicelib.registration.access import count_change
from chalicelib.registration.counters import Counters
from chalicelib.registration.model import Places, Registration, WaitlistEntry


@dataclass(frozen=True)
class ChangePlan:
    """The registration before and after a change, both unsealed, and the waitlist entries that come and go."""

    before: Registration
    after: Registration
    places: Places
    changed_fields: tuple[str, ...]
    removed_entries: tuple[WaitlistEntry, ...]
    added_entries: tuple[WaitlistEntry, ...]
    now: datetime
    organiser: str  #: the organiser who makes it; empty where the participant does
    extras: updates.Extras  #: of its entry in the history

    @property
    def counted(self) -> dict[str, Any]:
        """The attribute that counts the change against the limit of the link; raises ChangedTooOften."""
        return count_change(self.before, self.now)

    @property
    def added_needs(self) -> tuple[str, ...]:
        """List the needs that the change adds."""
        return tuple(name for name in self.after.needs if name not in self.before.needs)

    @property
    def dropped_needs(self) -> tuple[str, ...]:
        """List the needs that the change drops."""
        return tuple(name for name in self.before.needs if name not in self.after.needs)

    def write(self) -> Registration:
        """Write the change in one transaction and return the registration as it is then, sealed.

        Raises ConditionFailed where registration or places are no longer as they were read.
        """
        event_id, counters = self.before.event_id, Counters(self.before.event_id)
        writes = self._move_entries(counters)
        if self.added_entries or self.removed_entries or self.added_needs or self.dropped_needs:
            counters.require_unchanged(self.places)
        if self.before.status == "confirmed":
            writes += self._exchange_units(counters)
        if self._can_unsettle_lines():
            counters.invalidate_settled()
        after, happened = sealing.seal(self.after), self._build_history_entry()
        update = self._build_update(after, happened)
        table.transact(counters.build_update(), update, *writes, *self._build_party_updates(event_id))
        return updates.apply_update(after, {store.ENTRY_KEYS: list(after.entry_keys)}, happened)

    def _can_unsettle_lines(self) -> bool:
        """Return whether the change may let another entry move up, so that the lines are checked again.

        A registration that changes lines may fit where it joins, or has no record yet of those who pass it there.
        An entry that joins lines that are not settled is missing from a check that runs at this moment.
        """
        changes_line = self.before.status == "waiting"
        return bool(self.added_entries) and (changes_line or not rules.is_settled(self.places))

    def _exchange_units(self, counters: Counters) -> list[Write]:
        counters.take(lines.sum_demand([self.added_needs]))
        counters.give_back(lines.sum_demand([self.dropped_needs]))
        if self.dropped_needs:
            counters.reset_passed_offers()
        passed = rules.find_blocked_lines(self.places, allotments=self.added_needs)
        at = rules.compute_joining_time(self.places, self.now)
        return [*updates.build_skips(self.before.event_id, passed, at, self.before.id)]

    def _move_entries(self, counters: Counters) -> list[Write]:
        """Remove and add waitlist entries; a new wish joins the end of its line."""
        event_id = self.before.event_id
        for entry in self.removed_entries:
            counters.remove_entry(entry)
        for entry in self.added_entries:
            counters.add_entry(entry)
        if self.added_entries and self.before.status == "confirmed":
            counters.advance_last_joined(max(entry.joined_at for entry in self.added_entries))
        gone: list[Write] = [updates.build_entry_delete(event_id, entry) for entry in self.removed_entries]
        return [*gone, *(updates.build_entry_put(event_id, entry) for entry in self.added_entries)]

    def _build_history_entry(self) -> dict[str, Any]:
        return updates.build_history_entry(
            self.before,
            facts.Changed,
            self.now,
            self.extras,
            fields=self.changed_fields,
            status=self.after.status,
            needs=self.after.needs,
            gave=self.dropped_needs,
            waiting_for=self.after.wishes if self.after.status == "confirmed" else (),
        )

    def _build_update(self, after: Registration, happened: dict[str, Any]) -> Write:
        attributes = {
            "needs": list(after.needs),
            store.ENTRY_KEYS: list(after.entry_keys),
            **updates.build_attendee_attributes(after),
            **self.counted,
        }
        remove = () if after.sealed_health else (store.SEALED_HEALTH,)
        return updates.build_registration_update(self.before, attributes, happened, remove=remove)

    def _build_party_updates(self, event_id: str) -> list[Write]:
        """Point the other members of a waiting party at the new entry."""
        if self.before.status != "waiting" or not self.added_entries:
            return []
        [entry], [new] = self.removed_entries, self.added_entries
        happened = updates.build_member_history_entry(
            event_id, "", facts.PartyChanged, self.now, people=len(new.members)
        )
        others = [member for member in new.members if member != self.before.id]
        return transactions.member_updates(event_id, entry, new, others, happened)
