"""Queries: what they find, in which order, in which pages."""

from typing import Any

import pytest

from chalicelib.aws.items import encode_item
from testing.account import TABLE
from tests.contract.backend import Backend, key

NAMES = ["A", "W#1", "W#2", "W#3", "W#30", "X"]


@pytest.fixture
def filled(dynamodb: Backend) -> Backend:
    """A partition with a few items, written out of order, beside another."""
    for name in ("W#3", "X", "A", "W#30", "W#1", "W#2"):
        dynamodb.put(name, n=NAMES.index(name))
    dynamodb.client.put_item(TableName=TABLE, Item={**key("W#2"), "PK": {"S": "another"}})
    return dynamodb


def test_a_partition_in_order(filled: Backend) -> None:
    """Of the sort key, or the other way round."""
    assert filled.names() == NAMES
    assert filled.names(ScanIndexForward=False) == NAMES[::-1]


@pytest.mark.parametrize(
    ("condition", "values", "found"),
    [
        ("SK = :a", {"a": "W#2"}, ["W#2"]),
        ("SK = :a", {"a": "W#"}, []),
        ("begins_with(SK, :a)", {"a": "W#"}, ["W#1", "W#2", "W#3", "W#30"]),
        ("begins_with(SK, :a)", {"a": "W#3"}, ["W#3", "W#30"]),
        ("SK BETWEEN :a AND :b", {"a": "W#", "b": "W#3"}, ["W#1", "W#2", "W#3"]),
        ("SK BETWEEN :a AND :b", {"a": "W#2", "b": "W#2"}, ["W#2"]),
        ("SK < :a", {"a": "W#2"}, ["A", "W#1"]),
        ("SK <= :a", {"a": "W#2"}, ["A", "W#1", "W#2"]),
        ("SK > :a", {"a": "W#3"}, ["W#30", "X"]),
        ("SK >= :a", {"a": "W#3"}, ["W#3", "W#30", "X"]),
    ],
)
def test_ranges(filled: Backend, condition: str, values: dict[str, str], found: list[str]) -> None:
    """Bounds belong to a range, unless it is said otherwise."""
    signed = {f":{sign}": value for sign, value in values.items()}
    assert filled.names(f"PK = :p AND {condition}", values=signed) == found
    assert filled.names(f"PK = :p AND {condition}", values=signed, ScanIndexForward=False) == found[::-1]


def test_key_conditions_in_any_order(filled: Backend) -> None:
    """The partition's may come last."""
    assert filled.names("begins_with(SK, :a) AND PK = :p", values={":a": "W#3"}) == ["W#3", "W#30"]
    assert filled.names("SK <= :a AND PK = :p", values={":a": "W#1"}) == ["A", "W#1"]


def test_names_in_key_conditions(filled: Backend) -> None:
    """May be given, as anywhere."""
    names = {"#partition": "PK", "#sort": "SK"}
    found = filled.names("(#partition = :p) AND (#sort = :a)", values={":a": "A"}, ExpressionAttributeNames=names)
    assert found == ["A"]


def test_no_such_partition(filled: Backend) -> None:
    """Is no error."""
    answer = filled.query(values={":p": "nothing"})
    assert (answer["Items"], answer["Count"], answer["ScannedCount"]) == ([], 0, 0)
    assert "LastEvaluatedKey" not in answer


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("limit", [1, 2, 4, 10])
def test_pages(filled: Backend, limit: int, forward: bool) -> None:
    """Of so many items, each beginning behind the one before, until there is no more."""
    request: dict[str, Any] = {"Limit": limit, "ScanIndexForward": forward}
    pages = []
    while True:
        page = filled.query("PK = :p AND begins_with(SK, :w)", values={":w": "W#"}, **request)
        pages.append([item["SK"]["S"] for item in page["Items"]])
        if "LastEvaluatedKey" not in page:
            break
        assert page["LastEvaluatedKey"] == key(pages[-1][-1])
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    assert all(len(page) == limit for page in pages[:-1])
    found = ["W#1", "W#2", "W#3", "W#30"]
    assert [name for page in pages for name in page] == (found if forward else found[::-1])


def test_a_full_page_may_be_the_last(filled: Backend) -> None:
    """A page that ends because it is full says so, even where nothing follows."""
    page = filled.query("PK = :p AND begins_with(SK, :w)", values={":w": "W#"}, Limit=4)
    assert page["LastEvaluatedKey"] == key("W#30")
    rest = filled.query(
        "PK = :p AND begins_with(SK, :w)", values={":w": "W#"}, ExclusiveStartKey=page["LastEvaluatedKey"]
    )
    assert rest["Items"] == []


def test_from_behind_any_key(filled: Backend) -> None:
    """Also one that no page ended with, and that is not there any more."""
    assert filled.names(ExclusiveStartKey=key("W#2")) == ["W#3", "W#30", "X"]
    filled.delete("W#2")
    assert filled.names(ExclusiveStartKey=key("W#2")) == ["W#3", "W#30", "X"]
    assert filled.names(ExclusiveStartKey=key("W#2"), ScanIndexForward=False) == ["W#1", "A"]


def test_counting(filled: Backend) -> None:
    """Without the items, over as many pages as there are."""
    answer = filled.query("PK = :p AND SK BETWEEN :a AND :b", values={":a": "W#", ":b": "W#3"}, Select="COUNT")
    assert (answer["Count"], answer["ScannedCount"], "Items" in answer) == (3, 3, False)
    page = filled.query("PK = :p", Select="COUNT", Limit=2)
    assert (page["Count"], page["LastEvaluatedKey"]) == (2, key("W#1"))


def test_filters_come_after_the_limit(filled: Backend) -> None:
    """An item that a filter drops was read, and counts for the page."""
    names = {"#n": "n"}
    page = filled.query(
        "PK = :p", values={":two": 2}, FilterExpression="#n > :two", ExpressionAttributeNames=names
    )
    assert [item["SK"]["S"] for item in page["Items"]] == ["W#3", "W#30", "X"]
    assert (page["Count"], page["ScannedCount"]) == (3, 6)
    page = filled.query(
        "PK = :p", values={":two": 2}, FilterExpression="#n > :two", ExpressionAttributeNames=names, Limit=4
    )
    assert (page["Count"], page["ScannedCount"], page["LastEvaluatedKey"]) == (1, 4, key("W#3"))


def test_projections(dynamodb: Backend) -> None:
    """Of whole attributes and of parts of them; what is not there is left out."""
    dynamodb.put("it", kept=1, unseen=2, taken={"a": 1, "b": 2}, elements=["x", "y", "z"])
    asked: dict[str, Any] = {
        "ProjectionExpression": "kept, #t.b, elements[1], gone",
        "ExpressionAttributeNames": {"#t": "taken"},
    }
    seen = encode_item({"kept": 1, "taken": {"b": 2}, "elements": ["y"]})
    assert dynamodb.query(**asked)["Items"] == [seen]
    assert dynamodb.client.get_item(TableName=TABLE, Key=key("it"), **asked)["Item"] == seen


def test_the_paginator_goes_through_all_pages(filled: Backend) -> None:
    """As boto3's does."""
    pages = filled.client.get_paginator("query").paginate(
        TableName=TABLE,
        KeyConditionExpression="PK = :p",
        ExpressionAttributeValues={":p": {"S": "P"}},
        PaginationConfig={"PageSize": 2},
    )
    assert [item["SK"]["S"] for page in pages for item in page["Items"]] == NAMES


def test_pages_end_at_a_megabyte(dynamodb: Backend) -> None:
    """Independent of the limit."""
    for number in range(5):
        dynamodb.put(f"{number}", large="x" * 300_000)
    page = dynamodb.query(Limit=100)
    assert (page["Count"], page["LastEvaluatedKey"]) == (3, key("2"))
    assert dynamodb.names(ExclusiveStartKey=page["LastEvaluatedKey"]) == ["3", "4"]


def test_a_scan_finds_all_partitions(filled: Backend) -> None:
    """Page by page, in an order of its own."""
    pages = filled.client.get_paginator("scan").paginate(TableName=TABLE, PaginationConfig={"PageSize": 2})
    found = sorted((item["PK"]["S"], item["SK"]["S"]) for page in pages for item in page["Items"])
    assert found == [*(("P", name) for name in NAMES), ("another", "W#2")]


def test_items_by_their_keys(filled: Backend) -> None:
    """Those that are there, in any order."""
    request = {"Keys": [key(name) for name in ("X", "lost", "A")], "ConsistentRead": True}
    answer = filled.client.batch_get_item(RequestItems={TABLE: request})
    assert sorted(item["SK"]["S"] for item in answer["Responses"][TABLE]) == ["A", "X"]
    assert answer["UnprocessedKeys"] == {}
