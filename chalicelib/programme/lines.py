"""The lines of a waitlist, one for each demand, and the ranks that order them. Pure.

Entries that need the same units are interchangeable but for their rank, so they stand in one line: whether its
head can be helped is whether anybody in it can. A line's name is its demand, `place+room` or `place*3+room` for
a party of three of whom one needs a room.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

PLACE = "place"  #: the allotment that everybody who comes needs

#: How many units of each allotment are wanted together.
Demand = Mapping[str, int]

HIGHEST_PRIORITY, DEFAULT_PRIORITY, LOWEST_PRIORITY = (
    1,
    5,
    9,
)  #: priorities: a lower number goes first; who simply joins is ordinary


def sum_demand(needs: Iterable[Iterable[str]]) -> dict[str, int]:
    """What several people need together: one unit for each need of each."""
    return dict(Counter(name for each in needs for name in each))


def build_line_name(demand: Demand) -> str:
    """The name of the line for this demand: the same for each order of its parts."""
    return "+".join(name if units == 1 else f"{name}*{units}" for name, units in sorted(demand.items()))


def parse_demand(line: str) -> dict[str, int]:
    """What whoever stands in the line wants."""
    parts = (part.partition("*") for part in line.split("+"))
    return {name: int(units or 1) for name, _, units in parts}


def count_people(line: str) -> int:
    """How many people one entry of the line stands for: each needs a place; a wish to swap is one person's."""
    return parse_demand(line).get(PLACE, 1)


def is_wish(line: str) -> bool:
    """Whether those in the line have a place already, and wait for something else to swap to."""
    return PLACE not in parse_demand(line)


def build_rank(joined_at: str, priority: int = DEFAULT_PRIORITY) -> str:
    """What lines are ordered by: priority, then the moment of joining, which no two share."""
    return f"{priority}#{joined_at}"


def find_shortage(free: Mapping[str, int], demand: Demand) -> tuple[str, ...]:
    """Of what is wanted, that of which fewer units are free."""
    return tuple(name for name, units in demand.items() if free.get(name, 0) < units)
