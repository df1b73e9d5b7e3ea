"""A history: the latest facts as written, and what is remembered of the older ones, which are folded.

Folding bounds the item in the table, whatever is done with a registration and however often. It is no fact itself:
the revision stays, and nothing is relayed because of it.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from chalicelib.facts import Accepted, Changed, Confirmed, Erased, Promoted, Swapped, ToldOfChange

#: A fact as written in a history.
Entry = dict[str, Any]
_NumberedEntry = tuple[int, Entry]

#: The facts in a history at which the next write that has read it folds the older half: an item of the table holds
#: 400 KB.
MAX_HISTORY_LENGTH = 200
CONFIRMING_KINDS = (Confirmed.kind, Promoted.kind, Accepted.kind)
_BY_ORGANISER = "organiser"
#: Of how many folded facts of a slot the latest are remembered; of all others it is one.
_REMEMBERED_COUNTS: Mapping[Hashable, int] = {ToldOfChange.kind: 10, _BY_ORGANISER: 30}


@dataclass(frozen=True, kw_only=True)
class History:
    """The history of a registration.

    `history` has the latest facts, `folded` is the number of those before them, and `remembered` are the ones of
    these that something still depends on, each with its `revision`.
    """

    history: tuple[Entry, ...]
    folded: int = 0
    remembered: tuple[Entry, ...] = ()

    @property
    def revision(self) -> int:
        """Count all facts that ever were: the number never falls, so it guards each write (optimistic locking)."""
        return self.folded + len(self.history)

    @property
    def numbered_facts(self) -> list[tuple[int, Entry]]:
        """List all facts that are still known, each with its revision."""
        remembered = [(entry["revision"], _remove_revision(entry)) for entry in self.remembered]
        return [*remembered, *enumerate(self.history, start=self.folded + 1)]

    @property
    def known_facts(self) -> list[Entry]:
        """List all facts that are still known: those remembered, and the latest."""
        return [entry for _, entry in self.numbered_facts]

    def list_facts_until(self, revision: int) -> list[Entry]:
        """List the known facts up to the one of this revision, which is among them."""
        return [entry for number, entry in self.numbered_facts if number <= revision]

    def list_facts_since(self, revision: int) -> list[Entry]:
        """List the known facts after the one of this revision."""
        return [entry for number, entry in self.numbered_facts if number > revision]

    @property
    def erased_revision(self) -> int:
        """Return the revision of the last erasure, 0 where there is none: no fact up to it counts any more."""
        return max((number for number, entry in self.numbered_facts if entry["fact"] == Erased.kind), default=0)

    @property
    def is_full(self) -> bool:
        """Return whether the next write folds the older half."""
        return len(self.history) >= MAX_HISTORY_LENGTH

    def with_facts(self, *entries: Entry) -> Self:
        """Return the history with the entries at its end, folded before where it was full."""
        before = self.fold() if entries and self.is_full else self
        return replace(before, history=(*before.history, *entries))

    def fold(self) -> Self:
        """Fold all but the latest facts. Folding twice remembers the same as folding once."""
        kept = self.history[-(MAX_HISTORY_LENGTH // 2) :]
        folded = self.revision - len(kept)
        older = [(number, entry) for number, entry in self.numbered_facts if number <= folded]
        return replace(self, history=kept, folded=folded, remembered=tuple(_select_remembered(older)))


def read_history(item: Mapping[str, Any]) -> History:
    """Read the history of a registration's item; earlier releases folded nothing."""
    return History(
        history=tuple(item["history"]),
        folded=item.get("folded", 0),
        remembered=tuple(item.get("remembered", ())),
    )


def confirms(entry: Entry) -> bool:
    """Return whether the registration is confirmed with this fact, or changes what it has while it is."""
    is_change = (entry["fact"], entry.get("status")) == (Changed.kind, "confirmed")
    return is_change or entry["fact"] in (*CONFIRMING_KINDS, Swapped.kind)


def _remove_revision(entry: Entry) -> Entry:
    return {name: value for name, value in entry.items() if name != "revision"}


def _select_remembered(facts_in_order: Sequence[_NumberedEntry]) -> list[Entry]:
    """Select the latest facts of each slot, each with its revision."""
    counts: Counter[Hashable] = Counter()
    selected: list[Entry] = []
    for revision, entry in reversed(facts_in_order):
        slots = {*_list_slots(entry)}
        if any(counts[slot] < _REMEMBERED_COUNTS.get(slot, 1) for slot in slots):
            selected.append({**entry, "revision": revision})
        counts.update(slots)
    return selected[::-1]


def _list_slots(entry: Entry) -> Iterator[Hashable]:
    """List the slots of a fact: each stands for a question that only the latest fact of the slot answers.

    Its kind, for instance: whether there was a complaint, and which offer was the last.
    """
    kind = entry["fact"]
    yield kind
    if _BY_ORGANISER in entry or entry.get("by") == _BY_ORGANISER:
        yield _BY_ORGANISER
    yield from ((name, kind, entry[name]) for name in ("by", "days") if name in entry)
    yield from (("has", name) for name in ("entries", "needs") if name in entry)
    yield from (("field", name) for name in entry.get("fields", ()))
    yield from (("leg", name) for name in entry.get("was_legs", ()))
    if confirms(entry):
        yield from (("unit", name) for name in (*entry["needs"], *entry.get("gave", ())))
