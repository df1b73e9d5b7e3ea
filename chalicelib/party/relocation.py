"""Relocation: a registration goes on under another address, in one transaction that frees nothing."""

import secrets
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from chalicelib import facts
from chalicelib.auth.link_tokens import create_generation
from chalicelib.aws import keys, table
from chalicelib.aws.items import Update, Write
from chalicelib.aws.keys import format_timestamp
from chalicelib.registration import parties, rules, sealing, store, updates
from chalicelib.registration.access import build_way_condition
from chalicelib.registration.counters import Counters
from chalicelib.registration.model import Places, Registration, WaitlistEntry
from chalicelib.retention.erasure import build_tombstone

NEW_INDEX = 1  #: of the new address's registration, in `ConditionFailed.current_items`


@dataclass(frozen=True)
class Relocation:
    """The move of a member's registration, as it was read, to another address and so to another id.

    `poster` is the registration that the member's leader was reached by; it may be the member itself.
    """

    poster: Registration
    before: Registration
    new_id: str
    email: str
    places: Places
    now: datetime

    def write(self, counted: dict[str, Any], *limit_writes: Write) -> Registration:
        """Write the move in one transaction, and return the registration under its new id.

        The former one is erased: only the request that made it is led on to the new one. Raises ConditionFailed
        where anything is no longer as it was read, or the new address is registered.
        """
        counters, event_id, after = (
            Counters(self.before.event_id),
            self.before.event_id,
            self._build_after(counted),
        )
        gone: list[Write] = []
        for entry, replacement in self._entries:
            counters.remove_entry(entry)
            counters.add_entry(replacement)
            gone.append(updates.build_entry_delete(event_id, entry))
            gone.append(updates.build_entry_put(event_id, replacement))
        if self._entries:
            counters.require_unchanged(self.places)
            self._keep_lines_checked(counters)
        new = updates.build_new_registration(after)
        table.transact(
            counters.build_update(), new, self._build_tombstone(), *self._build_neighbours(), *gone, *limit_writes
        )
        return after

    def _keep_lines_checked(self, counters: Counters) -> None:
        """Have a check that runs at this moment, which may have seen neither entry, done again.

        The new history has no record of who went by, so the next to do so is recorded.
        """
        counters.reset_skips_recorded()
        if not rules.is_settled(self.places):
            counters.invalidate_settled()

    @cached_property
    def _entries(self) -> list[tuple[WaitlistEntry, WaitlistEntry]]:
        """Each of its waitlist entries, with the one that takes over its rank: its key has the new id."""
        entries = [store.read_entry(self.before, key) for key in self.before.entry_keys]
        return [(entry, replace(entry, members=self._rename(entry))) for entry in entries]

    def _rename(self, entry: WaitlistEntry) -> dict[str, tuple[str, ...]]:
        """Return the entry's members with the new id, which stands first: the key is another in any case."""
        others = {member: needs for member, needs in entry.members.items() if member != self.before.id}
        return {self.new_id: entry.members[self.before.id], **others}

    def _build_after(self, counted: dict[str, Any]) -> Registration:
        opened, generation = sealing.unseal(self.before), create_generation()
        is_leader = self.before.leader_id == self.before.id
        after = replace(
            opened,
            id=self.new_id,
            attendee=opened.attendee.model_copy(update={"email": self.email}),
            history=(self._build_history_entry(),),
            folded=0,
            remembered=(),
            entry_keys=tuple(replacement.key for _, replacement in self._entries),
            leader_id=self.new_id if is_leader else self.before.leader_id,
            idempotency_key=secrets.token_hex(16),
            link_generation=generation,
            code_generation=generation,
            recent_changes=counted[store.RECENT_CHANGES],
        )
        return sealing.seal(after)

    def _build_history_entry(self) -> dict[str, Any]:
        """Build the fact that the new history begins with, of which the mail to the new address tells."""
        of, extras = self.before, {"address_corrected": True}
        if of.status == "offered" and of.offer_expires_at:
            until = format_timestamp(of.offer_expires_at)
            return updates.build_history_entry(
                of, facts.Offered, self.now, extras, needs=of.needs, expires_at=until
            )
        if of.status == "waiting":
            awaited = of.list_awaited(self.places)
            return updates.build_history_entry(
                of, facts.Joined, self.now, extras, needs=of.needs, waiting_for=awaited
            )
        return updates.build_history_entry(of, facts.Confirmed, self.now, extras, needs=of.needs)

    def _build_tombstone(self) -> Update:
        before = self.before
        when = f"#status = :was AND #{store.ENTRY_KEYS} = :entries AND {build_way_condition(before)}"
        kept = {
            "status": "cancelled",
            store.IDEMPOTENCY_KEYS: {*before.idempotency_keys},
            store.MOVED_TO: self.new_id,
        }
        known = {":was": before.status, ":entries": list(before.entry_keys)}
        return build_tombstone(before, self.now, when, known, kept)

    def _build_neighbours(self) -> list[Write]:
        """Build the updates of the registrations that name the former id: leader, companions, and the entry's."""
        attributes: dict[str, dict[str, Any]] = defaultdict(dict)
        for companion in parties.find_companions(self.before):
            attributes[companion.id][store.LEADER_ID] = self.new_id
        if self.poster.id != self.before.id:
            names = {self.before.id: self.new_id}
            renamed = dict.fromkeys(names.get(each, each) for each in self.poster.companion_ids)
            attributes[self.poster.id][store.COMPANION_IDS] = [*renamed]
        waiting = self._entries[0] if self.before.status == "waiting" else None
        in_entry = {*waiting[0].members} - {self.before.id} if waiting else set()
        writes: list[Write] = []
        for member in sorted({*attributes, *in_entry} - {self.new_id}):
            when, values = self._build_neighbour_condition(member)
            if waiting and member in in_entry:
                writes.append(self._build_entry_update(member, *waiting, attributes[member], when, values))
            else:
                key = keys.registration_key(self.before.event_id, member)
                writes.append(Update.set(key, attributes[member], when=when, values=values))
        return writes

    def _build_neighbour_condition(self, member: str) -> tuple[str, dict[str, Any]]:
        """Build the condition that the party is as it was read, and the poster's link what it was."""
        if member != self.poster.id or self.poster.id == self.before.id:
            return f"#{store.LEADER_ID} = :leader", {":leader": self.before.leader_id}
        when = f"#{store.COMPANION_IDS} = :companions AND #{store.LINK_GENERATION} = :generation"
        if self.poster.via == "answer" and not self.poster.is_posters:
            when += f" AND attribute_not_exists(#{store.ANSWER_CLOSED})"
        return when, {
            ":companions": list(self.poster.companion_ids),
            ":generation": self.poster.link_generation,
        }

    def _build_entry_update(
        self,
        member: str,
        entry: WaitlistEntry,
        replacement: WaitlistEntry,
        attributes: dict[str, Any],
        when: str,
        values: dict[str, Any],
    ) -> Update:
        happened = updates.build_member_history_entry(
            self.before.event_id, "", facts.PartyChanged, self.now, people=len(replacement.members)
        )
        moved = {**attributes, store.ENTRY_KEYS: [replacement.key]}
        return updates.build_member_update(
            self.before.event_id, entry, member, moved, happened, when=when, values=values
        )
