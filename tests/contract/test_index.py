"""The index of what is due: items are in it while they carry its attributes."""

from typing import Any

import pytest

from chalicelib.aws.items import decode_item, encode_item
from testing.account import TABLE
from tests.contract.backend import Backend, key, put, refused, update


def due(dynamodb: Backend, until: str = "9", **request: Any) -> list[str]:
    """Return the sort keys of the items due by then, in the index's order."""
    return [item["SK"]["S"] for item in page(dynamodb, until, **request)["Items"]]


def page(dynamodb: Backend, until: str = "9", **request: Any) -> Any:
    """Query a page of the index."""
    return dynamodb.client.query(
        TableName=TABLE,
        IndexName="due",
        KeyConditionExpression="due_shard = :shard AND due_at <= :until",
        ExpressionAttributeValues=encode_item({":shard": "S", ":until": until}),
        **request,
    )


@pytest.fixture
def filled(dynamodb: Backend) -> Backend:
    """Return the backend with three items that are due, and others beside them."""
    for name, at in (("c", "3"), ("a", "1"), ("b", "2")):
        dynamodb.put(name, due_shard="S", due_at=at, kept="not in the index")
    dynamodb.put("another shard", due_shard="T", due_at="1")
    dynamodb.put("without", kept=1)
    dynamodb.put("half", due_shard="S")
    return dynamodb


def test_what_is_due_by_then(filled: Backend) -> None:
    """The earliest first, the moment itself included."""
    assert due(filled) == ["a", "b", "c"]
    assert due(filled, "2") == ["a", "b"]
    assert due(filled, ScanIndexForward=False) == ["c", "b", "a"]


def test_the_index_has_keys_only(filled: Backend) -> None:
    """Its own and the table's."""
    first = page(filled)["Items"][0]
    assert decode_item(first) == {"PK": "P", "SK": "a", "due_shard": "S", "due_at": "1"}


def test_what_is_done_is_due_no_more(filled: Backend) -> None:
    """It leaves with its attributes, or altogether."""
    filled.update("a", "REMOVE due_shard, due_at")
    filled.delete("b")
    assert due(filled) == ["c"]


def test_what_is_put_off_moves(filled: Backend) -> None:
    """Within the index, also to another shard, also in a transaction."""
    filled.update("a", "SET due_at = :later", later="4")
    assert due(filled) == ["b", "c", "a"]
    filled.transact(update("b", "SET due_shard = :other", other="T"), put("new", due_shard="S", due_at="0"))
    assert due(filled) == ["new", "c", "a"]


def test_pages_of_the_index(filled: Backend) -> None:
    """Begin behind a key of the index and the table, also among those due at one moment."""
    for name in ("b2", "b1"):
        filled.put(name, due_shard="S", due_at="2")
    first = page(filled, Limit=2)
    found = [item["SK"]["S"] for item in first["Items"]]
    assert set(first["LastEvaluatedKey"]) == {"PK", "SK", "due_shard", "due_at"}
    rest = due(filled, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert (found[0], sorted([*found, *rest])) == ("a", ["a", "b", "b1", "b2", "c"])


def test_the_paginator_knows_the_index(filled: Backend) -> None:
    """As the clock uses it."""
    pages = filled.client.get_paginator("query").paginate(
        TableName=TABLE,
        IndexName="due",
        KeyConditionExpression="due_shard = :shard",
        ExpressionAttributeValues={":shard": {"S": "S"}},
        PaginationConfig={"PageSize": 1},
    )
    assert [item["SK"]["S"] for page in pages for item in page["Items"]] == ["a", "b", "c"]


def test_the_index_is_not_consistent(filled: Backend) -> None:
    """It cannot be asked to be."""
    assert refused(lambda: page(filled, ConsistentRead=True))[0] == "ValidationException"


@pytest.mark.deviates("moto", "the data type of an index key attribute must be that of its AttributeDefinition")
def test_keys_of_the_index_are_text(filled: Backend) -> None:
    """Nothing else can be written there, and nothing empty."""
    assert refused(lambda: filled.put("it", due_shard=1, due_at="1"))[0] == "ValidationException"
    assert refused(lambda: filled.put("it", due_shard="", due_at="1"))[0] == "ValidationException"
    assert filled.item("it") is None
    assert refused(lambda: filled.update("a", "SET due_at = :one", one=1))[0] == "ValidationException"
    assert filled.client.get_item(TableName=TABLE, Key=key("a"))["Item"]["due_at"] == {"S": "1"}
