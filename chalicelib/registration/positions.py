"""The places in the line that people who wait are told: how many people, counted to this one, wait for something
that it waits for; where it waits for several things, the shortest. Pages and mails say nothing else."""

from collections import Counter
from collections.abc import Iterable

from chalicelib.aws import keys, table
from chalicelib.programme import lines
from chalicelib.registration.model import Places, Registration, WaitlistEntry


def compute_position(registration: Registration, places: Places) -> int | None:
    """The registration's place in the line, by its event's places as they were read with it or after it; None
    where it stands in none, or so much has changed meanwhile that they do not tell.

    Whoever joined last is told without counting. Everybody else is counted back from the end of the lines, as
    those places have them, where that is near, and from their heads otherwise. Who leaves meanwhile may still be
    counted, and who left before the places were read counts no more.
    """
    if _has_joined_last(registration, places):
        return _count_competing_people(registration.entry_keys[0].partition("#")[0], places) or None
    counted = (_count_position(registration.event_id, key, places) for key in registration.entry_keys)
    return min((place for place in counted if place and place > 0), default=None)


def _has_joined_last(registration: Registration, places: Places) -> bool:
    """Whether nobody has joined since; of a party, several may have joined in one moment."""
    last = f"#{lines.build_rank(places.last_joined)}#"
    alone = len(registration.entry_keys) == 1 and not registration.leader_id
    return alone and not places.prioritised and last in registration.entry_keys[0]


def _count_competing_people(own_line: str, places: Places) -> int:
    """All the people who wait for something that those in this line wait for."""
    return sum(
        places.lines.get(line, 0) * lines.count_people(line)
        for line in (own_line, *_find_competing_lines(own_line, places))
    )


def _count_position(event_id: str, key: str, places: Places) -> int | None:
    own, _, place = key.partition("#")
    others = _find_competing_lines(own, places)
    if not places.prioritised and (behind := _count_behind(event_id, own, place, others, places)) is not None:
        own_behind, others_behind = behind
        if not own_behind:
            return None
        return _count_competing_people(own, places) - own_behind * lines.count_people(own) - others_behind + 1
    if not (counted := _count_up_to(event_id, own, place)):
        return None
    ahead = (counted - 1) * lines.count_people(own)
    return ahead + sum(_count_up_to(event_id, line, place) * lines.count_people(line) for line in others) + 1


def _count_behind(
    event_id: str, own_line: str, rank_and_id: str, other_lines: list[str], places: Places
) -> tuple[int, int] | None:
    """How many entries of the own line come from this place on, and how many people of the others behind it, of
    those who had joined when the places were read; None where there are too many to read at once."""
    last = f"{lines.build_rank(places.last_joined)}#~"
    own_behind = _count_between(event_id, own_line, rank_and_id, last)
    people = 0
    for line in other_lines:
        found = _count_between(event_id, line, rank_and_id, last)
        if found is None:
            return None
        people += found * lines.count_people(line)
    return None if own_behind is None else (own_behind, people)


def _count_between(event_id: str, line: str, first: str, last: str) -> int | None:
    """How many entries the line has there; None where there are too many. None of it is there where the first has
    joined after the places were read."""
    since, until = f"WAIT#{line}#{first}", f"WAIT#{line}#{last}"
    return table.count_in_one_page(event_id, since, until) if since < until else 0


def _find_competing_lines(own_line: str, places: Places) -> list[str]:
    """The other lines that wait for something that this one waits for."""
    waited_for = set(places.list_awaited(lines.parse_demand(own_line)))
    return [
        line
        for line in places.occupied_lines
        if line != own_line and waited_for.intersection(lines.parse_demand(line))
    ]


def _count_up_to(event_id: str, line: str, up_to: str) -> int:
    return table.count(event_id, f"WAIT#{line}#", up_to=keys.waitlist_entry_key(event_id, f"{line}#{up_to}")["SK"])


def compute_positions(entries: Iterable[WaitlistEntry], places: Places) -> dict[str, int]:
    """The places in the line of all who wait, by registration id: what `place_in_line` counts for each alone."""
    ahead: Counter[str] = Counter()
    found: dict[str, int] = {}
    for each in entries:
        place = sum(ahead[line] for line in (each.line, *_find_competing_lines(each.line, places))) + 1
        found.update({member: min(place, found.get(member, place)) for member in each.members})
        ahead[each.line] += each.people_count
    return found
