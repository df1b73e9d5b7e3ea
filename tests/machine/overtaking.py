"""Who got something between two moments, and whether that was anybody else's turn."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.programme import lines
from chalicelib.registration.history import account
from chalicelib.registration.model import WaitlistEntry
from tests.machine.records import Records, fits

NEWCOMER = "~"  #: behind every rank


@dataclass(frozen=True)
class Helped:
    """Units that went to somebody, or to a party, with which rank, and whether an organiser gave them."""

    rank: str
    units: Counter[str]
    by_hand: bool


def passed_by(before: Records, after: Records) -> list[WaitlistEntry]:
    """Who stood ahead, and stands there still, when others got what they wait for too. All of them could not have
    used it, or sat out, or an organiser says so: nobody is overtaken."""
    passed = []
    helped = sorted(_helped(before, after), key=lambda each: each.rank)
    stand = [entry for entry in before.awake() if entry.key in after.entries]
    free = before.places.free if _nothing_was_freed(before, after) else None
    for each in helped:
        for entry in stand:
            if entry.rank < each.rank and entry.demand.keys() & each.units.keys():
                assert each.by_hand or not fits(entry.demand, each.units if free is None else free), (entry, each)
                passed.append(entry)
        if free is not None:
            free = {name: units - each.units[name] for name, units in free.items()}
    return passed


def _nothing_was_freed(before: Records, after: Records) -> bool:
    return before.places.freed == after.places.freed


def _helped(before: Records, after: Records) -> Iterator[Helped]:
    """Each that has more than it had: by the entry that it stood with, or as a newcomer."""
    by_entry: dict[str, list[str]] = {}
    for whose, each in after.registrations.items():
        gained = Counter(after.had_by(whose)) - Counter(before.had_by(whose))
        if gained:
            by_entry.setdefault(_left(before, after, whose, gained) or each.party or whose, []).append(whose)
    for key, members in by_entry.items():
        units = Counter(lines.demand_of_all(after.had_by(each) for each in members))
        units -= Counter(lines.demand_of_all(before.had_by(each) for each in members))
        rank = before.entries[key].rank if key in before.entries else NEWCOMER
        yield Helped(rank, units, any(_by_hand(before, after, each) for each in members))


def _left(before: Records, after: Records, whose: str, gained: Counter[str]) -> str:
    """Where it stood in line before for what it got."""
    was = before.registrations.get(whose)
    left = [key for key in was.in_line if key not in after.entries] if was else []
    return next((key for key in left if fits(before.entries[key].demand, gained)), left[0] if left else "")


def _by_hand(before: Records, after: Records, whose: str) -> bool:
    known = len(before.registrations[whose].history) if whose in before.registrations else 0
    return any("organiser" in entry for entry in after.registrations[whose].history[known:])


def knows(entry: WaitlistEntry, after: Records) -> None:
    """Each of them can read in their history that others went by while they stood there."""
    for member in entry.members:
        history = account(after.registrations[member])
        stood = [place for place, each in enumerate(history) if entry.key in each.get("entries", ())]
        assert any(each["fact"] == "passed" for each in history[stood[0] :]), (entry, history)
