"""The lines of a waitlist: their names, and the ranks in them."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.programme import lines

DEMANDS = st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), st.integers(1, 5), min_size=1)


@given(DEMANDS)
def test_a_line_says_what_is_wanted_there(demand: dict[str, int]) -> None:
    """A line's name is its demand, the same for each order of its parts."""
    assert lines.parse_demand(lines.build_line_name(demand)) == demand
    assert lines.build_line_name(dict(reversed(demand.items()))) == lines.build_line_name(demand)


def test_a_party_stands_in_a_line_of_its_size() -> None:
    """Three people of whom one needs a room: three places, one room, three people."""
    demand = lines.sum_demand([("place", "room"), ("place",), ("place",)])
    assert lines.build_line_name(demand) == "place*3+room"
    assert lines.count_people("place*3+room") == 3


def test_a_wish_is_one_persons_and_needs_no_place() -> None:
    """A participant who wishes to swap has a place already."""
    assert lines.is_wish("single_room")
    assert not lines.is_wish("place+single_room")
    assert lines.count_people("single_room") == 1


def test_ranks_go_by_priority_and_then_by_the_moment_of_joining() -> None:
    """A higher priority goes before an earlier joining."""
    early, late = "2019-11-01T07:00:00.000000Z", "2019-11-01T08:00:00.000000Z"
    assert sorted([lines.build_rank(late), lines.build_rank(early), lines.build_rank(late, 1)]) == [
        lines.build_rank(late, 1),
        lines.build_rank(early),
        lines.build_rank(late),
    ]


def test_shortage_names_what_is_short() -> None:
    """An allotment is short that has fewer units left than are needed."""
    assert lines.find_shortage({"place": 2, "room": 1}, {"place": 3, "room": 1}) == ("place",)
