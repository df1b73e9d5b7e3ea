"""Positions in the waitlist, as participants are told them.

A position is how many people, this participant included, wait for something that this one waits for; of several
lines, the shortest counts. Pages and mails say nothing else.
"""

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from chalicelib.aws import table
from chalicelib.aws.waitlist_keys import WaitlistKey
from chalicelib.programme import lines
from chalicelib.registration.model import Places, Registration, WaitlistEntry


def compute_position(registration: Registration, places: Places) -> int | None:
    """Compute the registration's position by its event's places, read with it or after it.

    Returns None where it waits for nothing, or too much has changed since.

    The last to join is told without counting. All others are counted from the end of the lines where that is near,
    and from their heads otherwise. An entry that leaves meanwhile may still be counted; one that left before the
    places were read is not.
    """
    if _has_joined_last(registration, places):
        [key] = registration.entry_keys
        return _count_competing_people(WaitlistKey.parse_entry(key).line, places) or None
    counted = (_count_position(registration.event_id, key, places) for key in registration.entry_keys)
    return min((place for place in counted if place and place > 0), default=None)


def _has_joined_last(registration: Registration, places: Places) -> bool:
    """Return whether no entry has joined since; members of a party may have joined at one moment."""
    ranks = [WaitlistKey.parse_entry(key).rank for key in registration.entry_keys]
    is_last = ranks == [lines.build_rank(places.last_joined)]
    return is_last and not registration.leader_id and not places.prioritised


def _count_competing_people(own_line: str, places: Places) -> int:
    """Count all people who wait for something that those in this line wait for."""
    return sum(
        places.lines.get(line, 0) * lines.count_people(line)
        for line in (own_line, *_find_competing_lines(own_line, places))
    )


def _count_position(event_id: str, entry_key: str, places: Places) -> int | None:
    key = WaitlistKey.parse_entry(entry_key)
    own, others = key.line, _find_competing_lines(key.line, places)
    if not places.prioritised and (behind := _count_behind(event_id, key, others, places)) is not None:
        own_behind, others_behind = behind
        if not own_behind:
            return None
        return _count_competing_people(own, places) - own_behind * lines.count_people(own) - others_behind + 1
    if not (counted := _count_up_to(event_id, own, key)):
        return None
    ahead = (counted - 1) * lines.count_people(own)
    return ahead + sum(_count_up_to(event_id, line, key) * lines.count_people(line) for line in others) + 1


def _count_behind(
    event_id: str, key: WaitlistKey, other_lines: list[str], places: Places
) -> tuple[int, int] | None:
    """Count the own line's entries from this rank on, and the people of other lines behind it.

    Only those count who had joined when the places were read. Returns None where there are too many to count in
    one call.
    """
    own_behind = _count_from(event_id, key.line, key, places)
    people = 0
    for line in other_lines:
        entries = _count_from(event_id, line, key, places)
        if entries is None:
            return None
        people += entries * lines.count_people(line)
    return None if own_behind is None else (own_behind, people)


def _count_from(event_id: str, line: str, key: WaitlistKey, places: Places) -> int | None:
    """Count the line's entries from that rank on, of those who had joined when the places were read: 0 where the
    rank itself joined later, None where there are too many to count in one call."""
    first = str(replace(key, line=line))
    last = WaitlistKey.last(line, lines.build_rank(places.last_joined))
    return table.count_in_one_page(event_id, first, last) if first < last else 0


def _find_competing_lines(own_line: str, places: Places) -> list[str]:
    """Find the other lines that wait for something that this one waits for."""
    waited_for = set(places.list_awaited(lines.parse_demand(own_line)))
    return [
        line
        for line in places.occupied_lines
        if line != own_line and waited_for.intersection(lines.parse_demand(line))
    ]


def _count_up_to(event_id: str, line: str, key: WaitlistKey) -> int:
    return table.count(event_id, WaitlistKey.prefix(line), up_to=str(replace(key, line=line)))


def compute_positions(entries: Iterable[WaitlistEntry], places: Places) -> dict[str, int]:
    """Compute the positions of all who wait, by registration id, equal to `compute_position` for each alone."""
    ahead: Counter[str] = Counter()
    found: dict[str, int] = {}
    for each in entries:
        place = sum(ahead[line] for line in (each.line, *_find_competing_lines(each.line, places))) + 1
        found.update({member: min(place, found.get(member, place)) for member in each.members})
        ahead[each.line] += each.people_count
    return found
