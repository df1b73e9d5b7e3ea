"""The functions of conditions, asked through an update of an item."""

import pytest

from tests.contract.backend import Backend


def test_existence(dynamodb: Backend) -> None:
    """Of attributes, of parts of them, and, by the key, of items."""
    dynamodb.put("it", kept={"part": None})
    assert dynamodb.holds("attribute_exists(PK) AND attribute_exists(kept.part) AND attribute_exists(kept)")
    assert dynamodb.holds("attribute_not_exists(gone) AND attribute_not_exists(kept.gone)")
    assert not dynamodb.holds("attribute_not_exists(kept)")
    assert dynamodb.holds("attribute_not_exists(kept[0]) AND attribute_not_exists(gone.part)")


def test_types(dynamodb: Backend) -> None:
    """`attribute_type` names the type of what is stored."""
    dynamodb.put("it", word="a", members={"a"})
    assert dynamodb.holds("attribute_type(word, :word) AND attribute_type(members, :set)", word="S", set="SS")
    assert not dynamodb.holds("attribute_type(word, :digit)", digit="N")


def test_beginnings(dynamodb: Backend) -> None:
    """`begins_with` is of texts, of the whole of them too."""
    dynamodb.put("it", word="WAIT#5")
    assert dynamodb.holds("begins_with(word, :start) AND begins_with(word, :whole)", start="WAIT#", whole="WAIT#5")
    assert not dynamodb.holds("begins_with(word, :start)", start="REG#")
    assert not dynamodb.holds("begins_with(gone, :start)", start="5")


@pytest.mark.deviates("ministack", "True if the attribute specified by path begins with a particular substring")
def test_what_is_no_text_begins_with_nothing(dynamodb: Backend) -> None:
    """Only a value that is given must be a text; a number that is stored just does not begin with one."""
    dynamodb.put("it", digit=5)
    assert not dynamodb.holds("begins_with(digit, :start)", start="5")


def test_contains_looks_into_texts_sets_and_lists(dynamodb: Backend) -> None:
    """Part of a text, member of a set, element of a list, of the very type."""
    dynamodb.put("it", word="hello", members={"a", "b"}, numbers={1, 2}, elements=["a", {"b": 1}])
    assert dynamodb.holds("contains(word, :part)", part="ell")
    assert dynamodb.holds("contains(members, :member) AND contains(numbers, :digit)", member="a", digit=2)
    assert dynamodb.holds("contains(elements, :first) AND contains(elements, :map)", first="a", map={"b": 1})
    assert not dynamodb.holds("contains(members, :part)", part="")
    assert not dynamodb.holds("contains(numbers, :word)", word="1")
    assert not dynamodb.holds("contains(elements, :part)", part="b")
    assert not dynamodb.holds("contains(gone, :part)", part="a")


@pytest.mark.parametrize(
    ("value", "size"),
    [("hello", 5), ("", 0), (b"abc", 3), ([1, [2, 3]], 2), ([], 0), ({"a": 1}, 1), ({"x", "y"}, 2)],
    ids=["text", "no text", "bytes", "list", "empty list", "map", "set"],  # the same in every process
)
def test_sizes(dynamodb: Backend, value: object, size: int) -> None:
    """`size` is a text's length, and the number of what is in anything else."""
    dynamodb.put("it", kept=value, nested={"kept": value})
    assert dynamodb.holds("size(kept) = :size AND size(nested.kept) = :size", size=size)
    assert dynamodb.holds("size(kept) < :more AND NOT size(kept) > :size", size=size, more=size + 1)


@pytest.mark.deviates("moto", "size (path) – Returns a number that represents an attribute's size")
def test_what_has_no_size_compares_to_nothing(dynamodb: Backend) -> None:
    """A missing attribute has none."""
    dynamodb.put("it", beside=1)
    assert not dynamodb.holds("size(gone) >= :size", size=0)
