"""Who got something between two moments, and whether that was anybody else's turn."""

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
    """Units that went to somebody, or to a party, with which rank, and whether an organiser gave them."""

    rank: str
    units: Counter[str]
    by_hand: bool


def find_passed_entries(before: Records, after: Records) -> list[WaitlistEntry]:
    """Who stood ahead, and stands there still, when others got what they wait for too. All of them could not have
    used it, or sat out, or an organiser says so: nobody is overtaken."""
    passed = []
    helped = sorted(_find_gains(before, after), key=lambda each: each.rank)
    stand = [entry for entry in before.list_active_entries() if entry.key in after.entries]
    free = before.places.free if _has_freed_nothing(before, after) else None
    for each in helped:
        for entry in stand:
            if entry.rank < each.rank and entry.demand.keys() & each.units.keys():
                assert each.by_hand or not can_cover(entry.demand, each.units if free is None else free), (
                    entry,
                    each,
                )
                passed.append(entry)
        if free is not None:
            free = {name: units - each.units[name] for name, units in free.items()}
    return passed


def _has_freed_nothing(before: Records, after: Records) -> bool:
    return before.places.free_revision == after.places.free_revision


def _find_gains(before: Records, after: Records) -> Iterator[Gain]:
    """Each that has more than it had: by the entry that it stood with, or as a newcomer."""
    by_entry: dict[str, list[str]] = {}
    for whose, each in after.registrations.items():
        gained = Counter(after.get_held_needs(whose)) - Counter(before.get_held_needs(whose))
        if gained:
            by_entry.setdefault(
                _find_left_entry(before, after, whose, gained) or each.leader_id or whose, []
            ).append(whose)
    for key, members in by_entry.items():
        units = Counter(lines.sum_demand(after.get_held_needs(each) for each in members))
        units -= Counter(lines.sum_demand(before.get_held_needs(each) for each in members))
        rank = before.entries[key].rank if key in before.entries else NEWCOMER_RANK
        yield Gain(rank, units, any(_is_by_hand(before, after, each) for each in members))


def _find_left_entry(before: Records, after: Records, whose: str, gained: Counter[str]) -> str:
    """Where it stood in line before for what it got."""
    was = before.registrations.get(whose)
    left = [key for key in was.entry_keys if key not in after.entries] if was else []
    return next((key for key in left if can_cover(before.entries[key].demand, gained)), left[0] if left else "")


def _is_by_hand(before: Records, after: Records, whose: str) -> bool:
    known = len(before.registrations[whose].history) if whose in before.registrations else 0
    return any("organiser" in entry for entry in after.registrations[whose].history[known:])


def check_skip_recorded(entry: WaitlistEntry, after: Records) -> None:
    """Each of them can read in their history that others went by while they stood there."""
    for member in entry.members:
        history = build_timeline(after.registrations[member])
        stood = [place for place, each in enumerate(history) if entry.key in each.get("entries", ())]
        assert any(each["fact"] == "passed" for each in history[stood[0] :]), (entry, history)
