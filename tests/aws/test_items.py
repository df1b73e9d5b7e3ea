"""The writes of a transaction, built from attributes."""

import pytest

from chalicelib.aws.items import Update
from chalicelib.aws.key_grammar import Key

KEY: Key = {"PK": "EVENT#e", "SK": "X"}


def test_an_update_sets_appends_and_removes() -> None:
    """Every attribute's name is a placeholder, so no word is reserved."""
    update = Update.set(
        KEY,
        {"state": "sent", "at": "now"},
        when="#state = :claimed AND size(#history) = :known",
        values={":claimed": "claimed", ":known": 2},
        append={"history": ["x"]},
        remove=("claimed_until",),
    )
    assert update == Update(
        key=KEY,
        expression="SET #state = :state, #at = :at, #history = list_append(#history, :history)"
        " REMOVE #claimed_until",
        condition="#state = :claimed AND size(#history) = :known",
        names={"#state": "state", "#at": "at", "#history": "history", "#claimed_until": "claimed_until"},
        values={":state": "sent", ":at": "now", ":history": ["x"], ":claimed": "claimed", ":known": 2},
    )


@pytest.mark.parametrize(
    "appended",
    [
        Update.set(KEY, {"at": "now"}, append={"history": ["x"]}),
        Update(KEY, "SET at = :at, history = list_append(history, :new)", "", {}, {":at": "now", ":new": ["x"]}),
        Update(
            KEY,
            "SET history = list_append(if_not_exists(history, :none), :new)",
            "",
            {},
            {":none": [], ":new": ["x"]},
        ),
    ],
)
def test_an_update_knows_what_it_appends(appended: Update) -> None:
    """However the expression is written; to other lists it appends nothing."""
    assert (appended.appended_to("history"), appended.appended_to("at")) == (["x"], ())


@pytest.mark.parametrize(
    ("update", "expression"),
    [
        (Update.set(KEY, {"a": 1}), "SET #a = :a"),
        (Update.set(KEY, {}, remove=("a", "b")), "REMOVE #a, #b"),
        (Update.set(KEY, {"a": 1}, add={"b": 2}), "SET #a = :a ADD #b :b"),
    ],
)
def test_parts_that_are_not_needed_are_left_out(update: Update, expression: str) -> None:
    """By default on the condition that there is an item."""
    assert (update.expression, update.condition) == (expression, "attribute_exists(PK)")


def test_a_placeholder_has_one_meaning() -> None:
    """A value of the condition may not be called as a new value is."""
    with pytest.raises(ValueError, match=":state"):
        Update.set(KEY, {"state": "sent"}, when="#state = :state", values={":state": "claimed"})
