"""Conditions, asked through an update of an item."""

import pytest

from tests.contract.backend import Backend


@pytest.mark.parametrize(
    "value",
    ["text", "", 7, -3, True, False, None, b"bytes", [1, "a", [2]], {"a": {"b": 1}}, [], {}, {"x", "y"}, {1, 2}],
    ids=lambda value: repr(sorted(value) if isinstance(value, set) else value),
)
def test_equality_is_of_type_and_content(dynamodb: Backend, value: object) -> None:
    """Every stored value is equal to the same value, and to nothing of another type."""
    dynamodb.put("it", kept=value)
    assert dynamodb.holds("kept = :value", value=value)
    assert not dynamodb.holds("kept <> :value", value=value)
    assert not dynamodb.holds("kept = :value", value="other")
    assert dynamodb.holds("kept <> :value", value="other")


def test_lists_are_equal_in_their_order_only(dynamodb: Backend) -> None:
    """The same elements in another order are another list."""
    dynamodb.put("it", kept=["a", "b"])
    assert dynamodb.holds("kept = :value", value=["a", "b"])
    assert not dynamodb.holds("kept = :value", value=["b", "a"])
    assert not dynamodb.holds("kept = :value", value=["a"])


def test_maps_are_equal_in_any_order(dynamodb: Backend) -> None:
    """The order in which fields were given does not matter, at any depth."""
    dynamodb.put("it", kept={"a": 1, "b": {"c": 2, "d": [3]}})
    assert dynamodb.holds("kept = :value", value={"b": {"d": [3], "c": 2}, "a": 1})
    assert not dynamodb.holds("kept = :value", value={"a": 1, "b": {"c": 2, "d": [4]}})


def test_sets_are_equal_in_any_order(dynamodb: Backend) -> None:
    """A set that grew is equal to one given at once."""
    dynamodb.put("it", kept={"dog", "chinchilla"})
    dynamodb.update("it", "ADD kept :more", more={"cat", "mouse"})
    assert dynamodb.holds("kept = :value", value={"mouse", "dog", "cat", "chinchilla"})
    assert not dynamodb.holds("kept = :value", value={"mouse", "dog", "cat"})


def test_numbers_are_compared_as_numbers(dynamodb: Backend) -> None:
    """However they are written, and not as texts: nine is less than ten."""
    dynamodb.put_image("it", kept={"N": "9.0"}, more={"N": "1e1"})
    assert dynamodb.holds("kept = :value", value=9)
    assert dynamodb.holds("kept < more AND more = :ten AND kept < :ten", ten=10)


@pytest.mark.parametrize("sign", ["=", "<", "<=", ">", ">="])
def test_what_is_missing_compares_to_nothing(dynamodb: Backend, sign: str) -> None:
    """An attribute that is not there is neither equal to anything nor before or behind it."""
    dynamodb.put("it", beside=1)
    assert not dynamodb.holds(f"gone {sign} :value", value=1)
    assert not dynamodb.holds(f"beside {sign} gone")


def test_what_is_missing_is_unequal_to_everything(dynamodb: Backend) -> None:
    """`<>` holds for an attribute that is not there."""
    dynamodb.put("it", beside=1)
    assert dynamodb.holds("gone <> :value", value=1)
    assert dynamodb.holds("NOT gone = :value", value=1)


@pytest.mark.deviates("moto", "a = b – True if a is equal to b")
@pytest.mark.deviates("ministack", "a = b – True if a is equal to b")
def test_two_that_are_missing_are_unequal(dynamodb: Backend) -> None:
    """Neither is equal to anything, so not to the other."""
    assert not dynamodb.holds("gone = lost")
    assert dynamodb.holds("gone <> lost")


@pytest.mark.deviates(
    "moto", "a < b – True if a is less than b: false, and no server error, for what has no order"
)
def test_different_types_are_in_no_order(dynamodb: Backend) -> None:
    """A number is neither before nor behind a text."""
    dynamodb.put("it", digit=1, word="a")
    assert not dynamodb.holds("digit < word OR word < digit OR digit >= word OR digit = word")


def test_texts_are_ordered_by_their_bytes(dynamodb: Backend) -> None:
    """Capitals before small letters, these before accented ones."""
    dynamodb.put("it", word="b")
    assert dynamodb.holds("word > :capital AND word < :accented", capital="Z", accented="å")


def test_between_includes_its_bounds(dynamodb: Backend) -> None:
    """Both of them, as values or as other attributes."""
    dynamodb.put("it", digit=5, low=5, high=7)
    assert dynamodb.holds("digit BETWEEN :low AND :high", low=1, high=5)
    assert dynamodb.holds("digit BETWEEN low AND high AND high BETWEEN low AND high")
    assert not dynamodb.holds("low BETWEEN :low AND :high", low=6, high=8)


def test_in_is_equality_with_one_of_several(dynamodb: Backend) -> None:
    """Of any types."""
    dynamodb.put("it", kept="b")
    assert dynamodb.holds("kept IN (:a, :b)", a=1, b="b")
    assert not dynamodb.holds("kept IN (:a, :c)", a="a", c="c")


def test_not_binds_before_and_before_or(dynamodb: Backend) -> None:
    """And parentheses before all."""
    dynamodb.put("it", one=1, two=2)
    true, false = "one = :one", "two = :one"
    assert dynamodb.holds(f"{true} OR {false} AND {false}", one=1)
    assert not dynamodb.holds(f"({true} OR {true}) AND {false}", one=1)
    assert dynamodb.holds(f"NOT {false} AND {true}", one=1)
    assert not dynamodb.holds(f"NOT ({false} OR {true})", one=1)


@pytest.mark.deviates("moto", "condition-expression ::= … | NOT condition")
def test_not_of_not(dynamodb: Backend) -> None:
    """Is what it was."""
    dynamodb.put("it", one=1)
    assert dynamodb.holds("NOT NOT one = :one", one=1)


def test_keywords_may_be_written_small(dynamodb: Backend) -> None:
    """Keywords, not functions."""
    dynamodb.put("it", digit=1)
    assert dynamodb.holds("not digit between :two and :three or digit in (:two)", two=2, three=3)


def test_paths_lead_into_maps_and_lists(dynamodb: Backend) -> None:
    """By names that are given, also where these are reserved or have a dot in them."""
    dynamodb.put("it", status={"a.b": [{"capacity": 7}]})
    names = {"s": "status", "ab": "a.b", "c": "capacity"}
    assert dynamodb.holds("#s.#ab[0].#c = :value", names=names, value=7)
    assert not dynamodb.holds("#s.#ab[1].#c = :value", names=names, value=7)


def test_attributes_compare_to_each_other(dynamodb: Backend) -> None:
    """Parts of one map to parts of another, as the places do."""
    dynamodb.put("it", taken={"place": 1, "room": 2}, held={"place": 2, "room": 2}, freed=3, rested=3)
    assert dynamodb.holds("taken.place < held.place AND taken.room >= held.room")
    assert not dynamodb.holds("taken.room < held.room")
    assert dynamodb.holds("(freed = :none OR (rested = freed AND taken.place < freed))", none=0)


def test_a_condition_on_no_item_sees_nothing(dynamodb: Backend) -> None:
    """All attributes are missing, the key too."""
    assert not dynamodb.holds("attribute_exists(PK)")
    assert dynamodb.holds("attribute_not_exists(PK) OR kept = :value", value=1)
