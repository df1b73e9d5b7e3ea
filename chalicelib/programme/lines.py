"""The lines of a waitlist, one for each demand, and the ranks that order them. Pure.

Entries with the same demand are interchangeable but for their rank, so they stand in one line: if its head cannot
be promoted, none can. A line's name is its demand, `place+room`, or `place*3+room` for a party of three of whom
one needs a room.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from chalicelib.aws import waitlist_keys

PLACE = "place"  #: the allotment that every participant needs

#: The units of each allotment that are needed together.
Demand = Mapping[str, int]

#: A lower number goes first.
HIGHEST_PRIORITY, DEFAULT_PRIORITY, LOWEST_PRIORITY = 1, 5, 9


def sum_demand(needs: Iterable[Iterable[str]]) -> dict[str, int]:
    """Add up what several people need: one unit for each need of each."""
    return dict(Counter(name for names in needs for name in names))


def build_line_name(demand: Demand) -> str:
    """Return the name of the line for this demand: the same for each order of its parts."""
    return "+".join(name if units == 1 else f"{name}*{units}" for name, units in sorted(demand.items()))


def parse_demand(line: str) -> dict[str, int]:
    """Return the demand of the line's entries, from its name."""
    parts = (part.partition("*") for part in line.split("+"))
    return {name: int(units or 1) for name, _, units in parts}


def count_people(line: str) -> int:
    """Count the people of one entry of the line: each needs a place; a wish to swap is one person's."""
    return parse_demand(line).get(PLACE, 1)


def is_wish(line: str) -> bool:
    """Return True if the line's entries are confirmed, and wait for something else to swap to."""
    return PLACE not in parse_demand(line)


def build_rank(joined_at: str, priority: int = DEFAULT_PRIORITY) -> str:
    """Return the rank that orders a line: priority, then the moment of joining, which no two share."""
    return waitlist_keys.build_rank(priority, joined_at)


def find_shortage(free: Mapping[str, int], demand: Demand) -> tuple[str, ...]:
    """Return the allotments of the demand of which too few units are free."""
    return tuple(name for name, units in demand.items() if free.get(name, 0) < units)
