"""Update expressions."""

from decimal import Decimal

import pytest

from tests.contract.backend import Backend

ELEMENTS = (
    "If you add multiple elements in a single SET operation, the elements are sorted in order by element number"
)


def test_set_adds_and_replaces(dynamodb: Backend) -> None:
    """Whole attributes, of any type; the rest stays."""
    dynamodb.put("it", kept=1, replaced="a")
    dynamodb.update("it", "SET replaced = :new, added = :new", new=[1, {"a": None}])
    assert dynamodb.item("it") == {"kept": 1, "replaced": [1, {"a": None}], "added": [1, {"a": None}]}


def test_an_update_makes_the_item(dynamodb: Backend) -> None:
    """A new item has its key."""
    dynamodb.update("it", "SET added = :new", new=1)
    assert dynamodb.item("it") == {"added": 1}


def test_counters_go_up_and_down(dynamodb: Backend) -> None:
    """By a value, or by another attribute."""
    dynamodb.put("it", rising=1, falling=1, step=5)
    dynamodb.update("it", "SET rising = rising + :two, falling = falling - :two, beside = :two - step", two=2)
    assert dynamodb.item("it") == {"rising": 3, "falling": -1, "step": 5, "beside": -3}


def test_several_counters_of_one_map(dynamodb: Backend) -> None:
    """Each by its own path; the others in the map stay."""
    dynamodb.put("it", taken={"place": 1, "room": 2, "bus": 3}, held={"place": 0})
    dynamodb.update("it", "SET taken.place = taken.place + :one, taken.room = taken.room - :one, #h.place = :one",
                    names={"h": "held"}, one=1)  # fmt: skip
    assert dynamodb.item("it") == {"taken": {"place": 2, "room": 1, "bus": 3}, "held": {"place": 1}}


def test_what_is_set_is_read_before(dynamodb: Backend) -> None:
    """All that an update reads is as it was before the update, also what it removes."""
    dynamodb.put("it", one=1, two=2, three=3)
    dynamodb.update("it", "SET one = two, two = one, four = three REMOVE three")
    assert dynamodb.item("it") == {"one": 2, "two": 1, "four": 3}


def test_if_not_exists_takes_what_is_there(dynamodb: Backend) -> None:
    """And otherwise what is given, also within a map, and within a sum."""
    dynamodb.put("it", kept=1, lines={"a": 4})
    dynamodb.update(
        "it",
        "SET kept = if_not_exists(kept, :none), added = if_not_exists(added, :none), "
        "#l.a = if_not_exists(#l.a, :none) + :one, #l.b = if_not_exists(#l.b, :none) + :one",
        names={"l": "lines"}, none=0, one=1,
    )  # fmt: skip
    assert dynamodb.item("it") == {"kept": 1, "added": 0, "lines": {"a": 5, "b": 1}}


def test_lists_grow_at_either_end(dynamodb: Backend) -> None:
    """By what is given, in its order."""
    dynamodb.put("it", happened=["b"])
    dynamodb.update("it", "SET happened = list_append(happened, :more)", more=["c", {"d": 1}])
    dynamodb.update("it", "SET happened = list_append(:more, happened)", more=["a"])
    assert dynamodb.item("it") == {"happened": ["a", "b", "c", {"d": 1}]}


def test_a_list_begins_where_there_was_none(dynamodb: Backend) -> None:
    """As histories do."""
    for entry in ("first", "second"):
        dynamodb.update("it", "SET happened = list_append(if_not_exists(happened, :none), :more)",
                        none=[], more=[entry])  # fmt: skip
    assert dynamodb.item("it") == {"happened": ["first", "second"]}


def test_remove(dynamodb: Backend) -> None:
    """Attributes and parts of maps, there or not; an emptied map stays."""
    dynamodb.put("it", kept=1, gone=2, holds={"a": 1})
    dynamodb.update("it", "REMOVE gone, lost, holds.a, holds.b")
    assert dynamodb.item("it") == {"kept": 1, "holds": {}}


def test_removing_from_no_item_is_nothing(dynamodb: Backend) -> None:
    """Also by a path that leads nowhere, if something else is set."""
    dynamodb.update("it", "SET kept = :one REMOVE gone", one=1)
    assert dynamodb.item("it") == {"kept": 1}


def test_elements_by_their_number(dynamodb: Backend) -> None:
    """One is replaced, one goes and the others move up; one behind the end is appended."""
    dynamodb.put("it", elements=["a", "b", "c"])
    dynamodb.update("it", "SET elements[1] = :new", new="new")
    dynamodb.update("it", "REMOVE elements[0], elements[7]")
    dynamodb.update("it", "SET elements[9] = :last", last="last")
    assert dynamodb.item("it") == {"elements": ["new", "c", "last"]}


@pytest.mark.deviates("moto", ELEMENTS)
@pytest.mark.deviates("ministack", ELEMENTS)
def test_elements_are_numbered_as_they_were(dynamodb: Backend) -> None:
    """Several behind the end are appended in the order of their numbers, also beside other changes."""
    dynamodb.put("it", elements=[0, 1, 2, 3, 4])
    sets = "elements[9] = :b, elements[7] = :a, elements[3] = :new"
    dynamodb.update("it", f"SET {sets} REMOVE elements[1], elements[2]", a="a", b="b", new="new")
    assert dynamodb.item("it") == {"elements": [0, "new", 4, "a", "b"]}


def test_add_to_a_set(dynamodb: Backend) -> None:
    """Which begins with it, and has each member once."""
    dynamodb.update("it", "ADD requests :one", one={"a"})
    dynamodb.update("it", "ADD requests :two", two={"a", "b"})
    dynamodb.update("it", "SET kept = :one ADD requests :more", one=1, more={"c"})
    assert dynamodb.item("it") == {"requests": {"a", "b", "c"}, "kept": 1}


def test_add_to_a_number(dynamodb: Backend) -> None:
    """Which begins at nought."""
    dynamodb.update("it", "ADD counted :five, members :numbers", five=5, numbers={1})
    dynamodb.update("it", "ADD counted :less, members :numbers", less=-7, numbers={1, 2})
    assert dynamodb.item("it") == {"counted": -2, "members": {1, 2}}


def test_delete_from_a_set(dynamodb: Backend) -> None:
    """Which goes with its last member; what is not there is no error."""
    dynamodb.put("it", kept={"a", "b"}, gone={1})
    dynamodb.update("it", "DELETE kept :members, gone :numbers, lost :numbers", members={"b", "c"}, numbers={1})
    assert dynamodb.item("it") == {"kept": {"a"}}


def test_clauses_come_in_any_order_and_case(dynamodb: Backend) -> None:
    """Each once."""
    dynamodb.put("it", gone=1, counted=1)
    dynamodb.update("it", "remove gone add counted :one set kept = :one", one=1)
    assert dynamodb.item("it") == {"counted": 2, "kept": 1}


@pytest.mark.deviates("moto", "Leading and trailing zeroes are trimmed")
@pytest.mark.parametrize(
    ("given", "kept"),
    [("007", "7"), ("1.50", "1.5"), ("1e3", "1000"), ("-0", "0"), ("0.10", "0.1"), ("-1.0", "-1")],
)
def test_numbers_are_trimmed(dynamodb: Backend, given: str, kept: str) -> None:
    """Numbers are texts on the way, and come back without zeros that say nothing."""
    dynamodb.put_image("it", digits={"N": given})
    assert dynamodb.image("it") == {"digits": {"N": kept}}


def test_fractions_are_exact(dynamodb: Backend) -> None:
    """Decimal, not binary."""
    dynamodb.put_image("it", digits={"N": "0.1"})
    dynamodb.update("it", "SET digits = digits + :more", more=Decimal("0.2"))
    assert dynamodb.image("it") == {"digits": {"N": "0.3"}}


def test_the_condition_is_of_the_item_as_it_was(dynamodb: Backend) -> None:
    """Not as the update makes it."""
    dynamodb.put("it", counted=1)
    dynamodb.update("it", "SET counted = counted + :one", "counted = :one", one=1)
    assert dynamodb.item("it") == {"counted": 2}
