"""Draw random writes of a few items, with and without conditions, alone or together."""

import re
from typing import Any

from hypothesis import strategies as st

from tests.contract.backend import check, delete, put, update

Step = tuple[dict[str, Any], ...]  #: the writes of one transaction

NUMBERS = st.integers(-2, 3)
TEXTS = st.sampled_from(["a", "b", "ab", ""])
SETS = st.sets(st.sampled_from("abc"), min_size=1)
LISTS = st.lists(NUMBERS | TEXTS, max_size=3)
MAPS = st.dictionaries(st.sampled_from("ab"), NUMBERS)

ATTRIBUTES = st.fixed_dictionaries(
    {}, optional={"n": NUMBERS, "word": TEXTS, "members": SETS, "happened": LISTS, "taken": MAPS}
)
#: What an update may do, one of each group, as the clauses it does it in.
ACTIONS = (
    (
        "SET n = :n",
        "SET n = n + :n",
        "SET n = :n - n",
        "SET n = if_not_exists(n, :n) + :one",
        "SET n = taken.a",
        "REMOVE n",
        "ADD n :n",
    ),
    ("SET word = :word", "SET word = if_not_exists(word, :word)", "REMOVE word"),
    ("SET members = :members", "ADD members :members", "DELETE members :members", "REMOVE members"),
    (
        "SET happened = :happened",
        "SET happened = list_append(happened, :happened)",
        "SET happened = list_append(if_not_exists(happened, :none), :happened)",
        "SET happened = list_append(:happened, if_not_exists(happened, :none))",
        "SET happened[1] = :n",
        "REMOVE happened",
    ),
    (
        "SET taken = :taken",
        "SET taken.a = :n, taken.b = :one",
        "SET taken.a = taken.a + :one, taken.b = taken.b + :n",
        "SET taken.b = if_not_exists(taken.b, :n) + :one",
        "REMOVE taken",
    ),
)
CONDITIONS = (
    "attribute_exists(PK)",
    "attribute_not_exists(PK)",
    "attribute_exists(taken.a)",
    "n < :n",
    "n = :n",
    "n <> :n",
    "n BETWEEN :n AND :three",
    "n IN (:n, :one)",
    "taken.a <= taken.b",
    "taken = :taken",
    "happened = :happened",
    "members = :members",
    "contains(members, :word)",
    "contains(happened, :n)",
    "word >= :word",
    "begins_with(word, :word)",
)
VALUES = st.fixed_dictionaries({"n": NUMBERS, "word": TEXTS, "members": SETS, "happened": LISTS, "taken": MAPS})


def pick_values(expressions: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values that the expressions use."""
    known = {**values, "one": 1, "three": 3, "none": []}
    return {name: known[name] for name in re.findall(r":(\w+)", expressions)}


@st.composite
def conditions(draw: st.DrawFn) -> str:
    """Draw a condition, or none."""
    first, second = draw(st.sampled_from(CONDITIONS)), draw(st.sampled_from(CONDITIONS))
    return draw(st.sampled_from(["", first, f"NOT {first}", f"{first} AND {second}", f"{first} OR {second}"]))


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Draw an update expression of up to three clauses."""
    groups = draw(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3, unique=True))
    clauses: dict[str, list[str]] = {}
    for group in groups:
        clause, _, action = draw(st.sampled_from(group)).partition(" ")
        clauses.setdefault(clause, []).append(action)
    return " ".join(f"{clause} {', '.join(actions)}" for clause, actions in clauses.items())


@st.composite
def writes(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """Draw one write of an item."""
    values, condition = draw(VALUES), draw(conditions())
    kind = draw(st.sampled_from(["put", "update", "update", "update", "delete", "check"]))
    if kind == "put":
        return put(name, draw(st.sampled_from(["", *CONDITIONS[:3]])), **draw(ATTRIBUTES))
    if kind == "update":
        expression = draw(expressions())
        return update(name, expression, condition, **pick_values(f"{expression} {condition}", values))
    if kind == "delete":
        return delete(name, condition, **pick_values(condition, values))
    condition = condition or "attribute_exists(PK)"
    return check(name, condition, **pick_values(condition, values))


STEPS = st.lists(
    st.lists(st.sampled_from("xyz"), min_size=1, max_size=3, unique=True).flatmap(
        lambda names: st.tuples(*(writes(name) for name in names))
    ),
    max_size=12,
)
