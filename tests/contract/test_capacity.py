"""The capacity units that `ReturnConsumedCapacity` reports."""

from typing import Any

import pytest

from testing.account import TABLE
from tests.contract.backend import Backend, check, delete, key, put, update

PUT = "PutItem: Writes a single item to a table … uses the larger of the two item sizes"
INDEX = "If an update to the table changes the value of an indexed key attribute, two writes are required"
ROUNDED = "DynamoDB rounds the item size up to the next 4 KB"
CHECKED = "A ConditionCheck uses write capacity as the other actions do"

TOTAL: dict[str, Any] = {"ReturnConsumedCapacity": "TOTAL"}


def units(answer: Any) -> float:
    """Return the units of a response about one table."""
    consumed = answer["ConsumedCapacity"]
    [of_table] = consumed if isinstance(consumed, list) else [consumed]
    total: float = of_table["CapacityUnits"]
    return total


def put_of(size: int, **more: Any) -> dict[str, Any]:
    """Build a put of an item of so many bytes, key and names included."""
    padding = size - len("PKPSKitx")
    return {**put("it", x="x" * padding)["Put"], **TOTAL, **more}


@pytest.mark.deviates("moto", PUT)
def test_a_put(dynamodb: Backend) -> None:
    """A unit for each kilobyte that is begun."""
    costs = [units(dynamodb.client.put_item(**put_of(size))) for size in (20, 1024, 1025, 10_240)]
    assert costs == [1, 1, 2, 10]


@pytest.mark.deviates("moto", PUT)
def test_what_shrinks_costs_what_it_was(dynamodb: Backend) -> None:
    """The larger size counts, also of what is deleted, and a unit where there is nothing."""
    dynamodb.client.put_item(**put_of(3000))
    assert units(dynamodb.client.put_item(**put_of(20))) == 3
    dynamodb.client.put_item(**put_of(3000))
    assert units(dynamodb.client.update_item(**update("it", "REMOVE x")["Update"], **TOTAL)) == 3
    dynamodb.client.put_item(**put_of(3000))
    assert units(dynamodb.client.delete_item(**delete("it")["Delete"], **TOTAL)) == 3
    assert units(dynamodb.client.delete_item(**delete("it")["Delete"], **TOTAL)) == 1


@pytest.mark.deviates("moto", CHECKED)
def test_a_transaction_costs_double(dynamodb: Backend) -> None:
    """Each item is rounded up for itself; what is only checked costs as what is written."""
    dynamodb.client.put_item(**put_of(3000))
    writes = [update("it", "SET n = :one", one=1), put("new"), check("lost", "attribute_not_exists(PK)")]
    answer = dynamodb.client.transact_write_items(TransactItems=writes, **TOTAL)
    assert units(answer) == 2 * (3 + 1 + 1)


@pytest.mark.deviates("moto", INDEX)
@pytest.mark.parametrize(
    ("expression", "cost"),
    [
        ("SET kept = :b", 1),
        ("SET due_at = :b", 1 + 2),
        ("REMOVE due_at", 1 + 1),
        ("SET due_shard = :b", 1 + 2),
    ],
)
def test_the_index_costs_too(dynamodb: Backend, expression: str, cost: int) -> None:
    """A unit to come or to go, two to move, nothing where nothing of it changes."""
    asked = {"ReturnConsumedCapacity": "INDEXES"}
    entered = dynamodb.client.put_item(**put("it", due_shard="a", due_at="a")["Put"], **asked)
    assert entered["ConsumedCapacity"]["GlobalSecondaryIndexes"] == {"due": {"CapacityUnits": 1.0}}
    values = {"b": "b"} if ":b" in expression else {}
    answer = dynamodb.client.update_item(**update("it", expression, **values)["Update"], **asked)
    assert units(answer) == cost
    assert answer["ConsumedCapacity"]["Table"] == {"CapacityUnits": 1.0}


@pytest.mark.deviates("moto", INDEX)
def test_the_index_costs_the_same_in_a_transaction(dynamodb: Backend) -> None:
    """Only the table's part is doubled."""
    writes = [put("one", due_shard="a", due_at="a"), put("two")]
    answer = dynamodb.client.transact_write_items(TransactItems=writes, ReturnConsumedCapacity="INDEXES")
    [consumed] = answer["ConsumedCapacity"]
    assert consumed["CapacityUnits"] == 2 * 2 + 1
    assert consumed["GlobalSecondaryIndexes"] == {"due": {"CapacityUnits": 1.0, "WriteCapacityUnits": 1.0}}


@pytest.mark.deviates("moto", ROUNDED)
@pytest.mark.deviates("ministack", ROUNDED)
def test_reads(dynamodb: Backend) -> None:
    """A unit for four kilobytes, half of it where it may be old; nothing costs as little as something can."""
    get: dict[str, Any] = {"TableName": TABLE, "Key": key("it"), **TOTAL}
    assert units(dynamodb.client.get_item(**get)) == 0.5
    assert units(dynamodb.client.get_item(**get, ConsistentRead=True)) == 1
    dynamodb.client.put_item(**put_of(4097))
    assert units(dynamodb.client.get_item(**get)) == 1
    assert units(dynamodb.client.get_item(**get, ConsistentRead=True)) == 2


@pytest.mark.deviates("moto", ROUNDED)
@pytest.mark.deviates("ministack", ROUNDED)
def test_queries(dynamodb: Backend) -> None:
    """All that a page read, rounded up once; what a filter drops was read."""
    for number in range(3):
        dynamodb.put(f"{number}", x="x" * 3000)
    assert units(dynamodb.query(**TOTAL, ConsistentRead=True)) == 3
    assert units(dynamodb.query(**TOTAL, FilterExpression="attribute_exists(lost)")) == 1.5
    assert units(dynamodb.query(**TOTAL, Limit=1, Select="COUNT")) == 0.5
    request = {"Keys": [key("0"), key("1"), key("lost")], "ConsistentRead": True}
    assert units(dynamodb.client.batch_get_item(RequestItems={TABLE: request}, **TOTAL)) == 3
