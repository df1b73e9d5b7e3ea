"""Find which registrations got units between two moments, and check that no entry ahead was overtaken."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.programme import lines
from chalicelib.registration.history import build_timeline
from chalicelib.registration.model import WaitlistEntry
from testing.invariants.records import Records, can_cover

NEWCOMER_RANK = "~"  #: behind every rank


@dataclass(frozen=True)
class Gain:
    """Units that went to a registration or a party: with its rank, and True if an organiser gave them."""

    rank: str
    units: Counter[str]
    by_hand: bool


def find_passed_entries(before: Records, after: Records) -> list[WaitlistEntry]:
    """Return the entries ahead of registrations that got what the entries wait for, too.

    Fails if one of them was overtaken: it could have used the units, did not sit out, and no organiser decided
    so.
    """
    passed_entries = []
    gains = sorted(_find_gains(before, after), key=lambda gain: gain.rank)
    standing = [entry for entry in before.list_active_entries() if entry.key in after.entries]
    free = before.places.free if _has_freed_nothing(before, after) else None
    for gain in gains:
        for entry in standing:
            if entry.rank < gain.rank and entry.demand.keys() & gain.units.keys():
                assert gain.by_hand or not can_cover(entry.demand, gain.units if free is None else free), (
                    entry,
                    gain,
                )
                passed_entries.append(entry)
        if free is not None:
            free = {name: units - gain.units[name] for name, units in free.items()}
    return passed_entries


def _has_freed_nothing(before: Records, after: Records) -> bool:
    return before.places.free_revision == after.places.free_revision


def _find_gains(before: Records, after: Records) -> Iterator[Gain]:
    """Yield the gain of each registration that has more than before.

    A gain counts for the entry that the registration had, or for a newcomer.
    """
    by_entry: dict[str, list[str]] = {}
    for registration_id, member in after.registrations.items():
        gained = Counter(after.get_held_needs(registration_id)) - Counter(before.get_held_needs(registration_id))
        if gained:
            by_entry.setdefault(
                _find_left_entry(before, after, registration_id, gained) or member.leader_id or registration_id, []
            ).append(registration_id)
    for key, members in by_entry.items():
        units = Counter(lines.sum_demand(after.get_held_needs(member) for member in members))
        units -= Counter(lines.sum_demand(before.get_held_needs(member) for member in members))
        rank = before.entries[key].rank if key in before.entries else NEWCOMER_RANK
        yield Gain(rank, units, any(_is_by_hand(before, after, member) for member in members))


def _find_left_entry(before: Records, after: Records, registration_id: str, gained: Counter[str]) -> str:
    """Return the key of the entry that the registration left for what it got, or an empty text."""
    registration = before.registrations.get(registration_id)
    left_keys = [key for key in registration.entry_keys if key not in after.entries] if registration else []
    return next(
        (key for key in left_keys if can_cover(before.entries[key].demand, gained)),
        left_keys[0] if left_keys else "",
    )


def _is_by_hand(before: Records, after: Records, registration_id: str) -> bool:
    known = before.registrations[registration_id].revision if registration_id in before.registrations else 0
    return any("organiser" in entry for entry in after.registrations[registration_id].list_facts_since(known))


def check_skip_recorded(entry: WaitlistEntry, after: Records) -> None:
    """Check that the history of each member of the entry says that others went by."""
    for member in entry.members:
        history = build_timeline(after.registrations[member])
        indexes = [
            index for index, timeline_entry in enumerate(history) if entry.key in timeline_entry.get("entries", ())
        ]
        assert any(timeline_entry["fact"] == "passed" for timeline_entry in history[indexes[0] :]), (
            entry,
            history,
        )
