"""Requests refused as not valid, independent of the table; nothing is written."""

from collections.abc import Callable
from typing import Any

import pytest

from testing.account import TABLE
from testing.dynamodb.client import Client
from tests.contract.backend import Backend, key, refused

Act = Callable[[Backend], Any]


def case(name: str, word: str, act: Act, *deviating: str) -> Any:
    """Build a case.

    `word` is the documentation's; `deviating` are the backends that do not refuse it as not valid.
    """
    return pytest.param(word, act, id=name, marks=[pytest.mark.deviates(backend, word) for backend in deviating])


def set_to(image: dict[str, Any]) -> Act:
    """Put an item with that value."""
    return lambda dynamodb: dynamodb.put_image("it", kept=image)


def updated(expression: str, condition: str = "", **given: Any) -> Act:
    """Update the item."""
    return lambda dynamodb: dynamodb.update("it", expression, condition, **given)


def queried(condition: str, a: object = None, b: object = None, **request: Any) -> Act:
    """Query with the values `:a` and `:b`."""
    values = {sign: value for sign, value in ((":a", a), (":b", b)) if value is not None}
    return lambda dynamodb: dynamodb.query(condition, values=values, **request)


def put_whole(**image: Any) -> Act:
    """Put an item as it is given."""
    return lambda dynamodb: dynamodb.client.put_item(TableName=TABLE, Item=image)


def nested(levels: int) -> dict[str, Any]:
    """Build a list of lists, so many levels deep."""
    return {"L": [nested(levels - 1)]} if levels > 1 else {"L": []}


def got(**attributes: Any) -> Act:
    """Get an item by that key."""
    return lambda dynamodb: dynamodb.client.get_item(TableName=TABLE, Key=attributes)


M, E = "moto", "ministack"

RESERVED = "Attribute name is a reserved keyword"
OPERAND = "Incorrect operand type for operator or function"
OVERLAP = "Two document paths overlap with each other"
NO_KEY = "The provided key element does not match the schema"
THIS_WAY = "The function is not allowed to be used this way in an expression"
PATH = "Operator or function requires a document path"
BOUNDS = "The BETWEEN operator requires upper bound to be greater than or equal to lower bound"
DUPLICATES = "contains duplicates"
NUMERIC = "cannot be converted to a numeric value"
SIZE = "has exceeded the maximum allowed size"
UNUSED_VALUE = "Value provided in ExpressionAttributeValues unused in expressions"
MISSED = "Query condition missed key schema element"

NAMES_AND_VALUES = [
    case("a reserved word", RESERVED, updated("SET status = :a", a=1)),
    case("a reserved word in a condition", RESERVED, updated("SET kept = :a", "status = :a", a=1)),
    case("a reserved word within a path", RESERVED, updated("SET kept.status = :a", a=1)),
    case("a name not given", "is not defined; attribute name: #kept", updated("SET #kept = :a", a=1), M),
    case("a value not given", "is not defined; attribute value: :b", updated("SET kept = :a + :b", a=1)),
    case("a name not used", "unused in expressions: keys: {#n}", updated("SET kept = :a", a=1, names={"n": "n"})),
    case("a value not used", UNUSED_VALUE, updated("SET kept = :a", a=1, b=1)),
    case("a value not used in a condition", UNUSED_VALUE, updated("SET kept = :a", "kept = :b", a=1, b=1, c=1)),
]
SYNTAX = [
    case("nonsense", "Syntax error", updated("HELLO kept = :a", a=1)),
    case("an empty expression", "The expression can not be empty", updated(" ")),
    case("a second SET", "can only be used once", updated("SET kept = :a SET more = :a", a=1), E),
    case("a chain of sums", "Syntax error", updated("SET kept = :a + :b + :c", a=1, b=1, c=1), M, E),
    case("an unknown function", "Invalid function name", updated("SET kept = length(:a)", a=1)),
    case("a function of one list", "Incorrect number of operands", updated("SET kept = list_append(:a)", a=[1])),
    case(
        "a list of lists", THIS_WAY, updated("SET kept = list_append(list_append(:a, :b), :b)", a=[], b=[]), M, E
    ),
    case("a default for a value", PATH, updated("SET kept = if_not_exists(:a, :b)", a=1, b=1), E),
    case("a condition that is a name", "Syntax error", updated("SET kept = :a", "kept", a=1), M),
    case("a size compared to nothing", "Syntax error", updated("SET kept = :a", "size(kept)", a=1), M),
    case("the existence of a value", PATH, updated("SET kept = :a", "attribute_exists(:a)", a=1), M),
    case("a comparison with itself", "must be distinct", updated("SET kept = :a", "kept = kept", a=1), M, E),
    case("parentheses for nothing", "redundant parentheses", updated("SET kept = :a", "((kept = :a))", a=1)),
    case("an expression over 4 KB", SIZE, updated(f"SET {' ' * 4087}a = :a", a=1), M),
    case(
        "over 300 operators", "too many operators", updated("SET k = :a", " OR ".join(["k = :a"] * 151), a=1), M, E
    ),
]
PATHS = [
    case("one path twice", OVERLAP, updated("SET kept = :a REMOVE kept", a=1), E),
    case("a path through another", OVERLAP, updated("SET kept.a = :a, kept.a.b = :a", a=1)),
    case("one path by two names", OVERLAP, updated("SET #x = :a, #y = :a", a=1, names={"x": "k", "y": "k"}), E),
    case("a map and a list at once", "paths conflict", updated("SET kept.a = :a, kept[1] = :a", a=1)),
    case("a key set", "This attribute is part of the key", updated("SET SK = :a", a="new")),
    case("a key removed", "This attribute is part of the key", updated("REMOVE PK")),
]
TYPES = [
    case("a sum with a text", OPERAND, updated("SET kept = :a + :b", a="a", b=1), E),
    case("an addition of a text", OPERAND, updated("ADD kept :a", a="a"), M),
    case("an addition of a list", OPERAND, updated("ADD kept :a", a=["a"]), M),
    case("a deletion of a number", OPERAND, updated("DELETE kept :a", a=1), M),
    case("a text appended to a list", OPERAND, updated("SET kept = list_append(:a, :b)", a=[1], b="b"), E),
    case("an order of booleans", OPERAND, updated("SET kept = :a", "kept < :a", a=True), M, E),
    case("an order of lists", OPERAND, updated("SET kept = :a", "kept >= :a", a=[1]), M, E),
    case("bounds of two types", BOUNDS, updated("SET kept = :a", "kept BETWEEN :a AND :b", a=1, b="b"), M, E),
    case("bounds turned round", BOUNDS, updated("SET kept = :a", "kept BETWEEN :a AND :b", a=2, b=1), M),
    case("beginning with a number", OPERAND, updated("SET kept = :a", "begins_with(kept, :a)", a=1), M, E),
    case("no such type", "Invalid attribute type", updated("SET k = :a", "attribute_type(k, :a)", a="DOG"), M, E),
]
VALUES = [
    case("an empty set", "may not be empty", set_to({"SS": []})),
    case("a member twice", DUPLICATES, set_to({"SS": ["a", "b", "a"]}), M),
    case("a number twice", DUPLICATES, set_to({"NS": ["1", "1.0"]}), M),
    case("a number that is none", NUMERIC, set_to({"N": "one"})),
    case("a number with spaces", NUMERIC, set_to({"N": " 1"})),
    case("a number of 39 digits", "more than 38 significant digits", set_to({"N": "1" * 39}), M),
    case("a number too large", "Number overflow", set_to({"N": "1e126"}), M),
    case("a NULL that is false", "must have the value of true", set_to({"NULL": False})),
    case("a value of 33 levels", "Nesting Levels have exceeded", set_to(nested(33)), M),
    case("an item over 400 KB", f"Item size {SIZE}", set_to({"S": "x" * 409_600})),
    case(
        "an update to over 400 KB",
        f"Item size to update {SIZE}",
        updated("SET k = :a, l = :a", a="x" * 210_000),
        M,
    ),
]
KEYS = [
    case("a put without a sort key", "Missing the key SK in the item", put_whole(PK={"S": "P"})),
    case("a put with a number as key", "Type mismatch for key PK", put_whole(PK={"N": "1"}, SK={"S": "it"})),
    case("a put with an empty key", "cannot contain an empty string value. Key: SK", put_whole(**key(""))),
    case("a sort key over 1024 bytes", "exceeded the size limit of 1024 bytes", put_whole(**key("å" * 513))),
    case("a get with a part of the key", NO_KEY, got(PK={"S": "P"})),
    case("a get with more than the key", NO_KEY, got(**key("it"), more={"S": "x"})),
    case("a get with a number as key", NO_KEY, got(PK={"S": "P"}, SK={"N": "1"}), M),
]
QUERIES = [
    case("no partition", f"{MISSED}: PK", queried("SK = :p")),
    case("many partitions", "Query key condition not supported", queried("PK > :p")),
    case("another attribute", f"{MISSED}: kept", queried("PK = :p AND kept = :a", a="a")),
    case(
        "two conditions on a key",
        "one condition per key",
        queried("PK = :p AND SK > :a AND SK < :b", a="a", b="b"),
        M,
    ),
    case("a range turned round", BOUNDS, queried("PK = :p AND SK BETWEEN :a AND :b", a="b", b="a"), M),
    case("a number as a key", "does not match schema type", queried("PK = :p AND SK = :a", a=1), M),
    case("an empty beginning", "empty string value", queried("PK = :p AND begins_with(SK, :a)", a="")),
    case("an unused value", UNUSED_VALUE, queried("PK = :p", a="a"), M),
    case("a filter by key", "non-primary key attributes", queried("PK = :p", FilterExpression="SK = :p"), M, E),
    case("no such index", "does not have the specified index", queried("PK = :p", IndexName="none"), M),
    case("a start outside", "starting key", queried("PK = :p AND SK > :a", a="b", ExclusiveStartKey=key("a")), M),
    case("a start at half a key", "starting key", queried("PK = :p", ExclusiveStartKey={"PK": {"S": "P"}}), M),
]
CASES = [*NAMES_AND_VALUES, *SYNTAX, *PATHS, *TYPES, *VALUES, *KEYS, *QUERIES]


@pytest.mark.parametrize(("word", "act"), CASES)
def test_refused(dynamodb: Backend, word: str, act: Act) -> None:
    """With the code for what is not valid; the double says it in DynamoDB's words."""
    code, message = refused(lambda: act(dynamodb))
    assert code == "ValidationException"
    assert word in message or not isinstance(dynamodb.client, Client)
    assert dynamodb.client.scan(TableName=TABLE)["Items"] == []


@pytest.mark.parametrize("count", [101])
def test_too_many_keys_at_once(dynamodb: Backend, count: int) -> None:
    """A hundred items are what one call reads."""
    keys = [key(f"{number}") for number in range(count)]
    assert refused(lambda: dynamodb.client.batch_get_item(RequestItems={TABLE: {"Keys": keys}}))[0] == (
        "ValidationException"
    )


def test_one_key_twice_at_once(dynamodb: Backend) -> None:
    """Each item is read once."""
    keys = [key("it"), key("it")]
    assert refused(lambda: dynamodb.client.batch_get_item(RequestItems={TABLE: {"Keys": keys}}))[0] == (
        "ValidationException"
    )


def test_another_table(dynamodb: Backend) -> None:
    """There is none of that name."""
    assert refused(lambda: dynamodb.client.get_item(TableName="another", Key=key("it")))[0] == (
        "ResourceNotFoundException"
    )
