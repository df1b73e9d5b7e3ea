"""Updates that are not possible, given the item as it is."""

from typing import Any

import pytest

from tests.contract.backend import Backend, refused

INVALID = "ValidationException"
NUMBERS = "You can add to or subtract from an existing numeric attribute"
LISTS = "list_append(list1, list2): both operands must be lists"
PATHS = "A document path tells DynamoDB where to find the attribute: . in a map, [n] in a list"


@pytest.mark.parametrize(
    ("expression", "given"),
    [
        ("SET kept = gone", {}),
        ("SET kept = gone + :one", {"one": 1}),
        ("SET kept.gone = kept.gone + :one", {"one": 1}),
        ("SET kept = list_append(gone, :more)", {"more": ["a"]}),
    ],
)
def test_what_is_read_must_be_there(dynamodb: Backend, expression: str, given: dict[str, Any]) -> None:
    """An attribute that is not there has no value, not nought and not an empty list."""
    dynamodb.put("it", kept={"a": 1})
    code, message = refused(lambda: dynamodb.update("it", expression, **given))
    assert (code, "attribute that does not exist in the item" in message) == (INVALID, True)
    assert dynamodb.item("it") == {"kept": {"a": 1}}


@pytest.mark.parametrize(
    ("expression", "given"),
    [
        pytest.param("SET word = word + :one", {"one": 1}, marks=pytest.mark.deviates("ministack", NUMBERS)),
        pytest.param(
            "SET word = list_append(word, :l)", {"l": [1]}, marks=pytest.mark.deviates("ministack", LISTS)
        ),
        ("ADD word :one", {"one": 1}),
        ("ADD word :more", {"more": {"a"}}),
        ("DELETE word :more", {"more": {"a"}}),
    ],
)
def test_what_is_read_must_be_of_the_type(dynamodb: Backend, expression: str, given: dict[str, Any]) -> None:
    """Texts do not add up, and are neither lists nor sets."""
    dynamodb.put("it", word="a")
    assert refused(lambda: dynamodb.update("it", expression, **given))[0] == INVALID
    assert dynamodb.item("it") == {"word": "a"}


@pytest.mark.parametrize("path", ["gone.part", "gone[0]"])
def test_a_path_must_lead_somewhere(dynamodb: Backend, path: str) -> None:
    """A part is set only in a map or list that is there already."""
    dynamodb.put("it", word="a")
    assert refused(lambda: dynamodb.update("it", f"SET {path} = :one", one=1))[0] == INVALID
    assert dynamodb.item("it") == {"word": "a"}


@pytest.mark.deviates("moto", PATHS)
@pytest.mark.parametrize("path", ["word.part", "happened.part"])
def test_a_path_leads_through_maps(dynamodb: Backend, path: str) -> None:
    """A text or a list has no parts with names."""
    dynamodb.put("it", word="a", happened=[1])
    assert refused(lambda: dynamodb.update("it", f"SET {path} = :one", one=1))[0] == INVALID


@pytest.mark.deviates("ministack", PATHS)
@pytest.mark.parametrize("path", ["gone.part", "gone[0]"])
def test_also_what_is_removed_must_be_somewhere(dynamodb: Backend, path: str) -> None:
    """A part is removed only from a map or list that is there."""
    dynamodb.put("it", word="a")
    assert refused(lambda: dynamodb.update("it", f"REMOVE {path}"))[0] == INVALID
