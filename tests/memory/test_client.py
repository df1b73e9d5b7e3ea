"""The double at its boundary: shaped as boto3's client, and open to faults."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError, ReadTimeoutError

from chalicelib.aws import keys, table
from chalicelib.aws.items import Put, Update
from chalicelib.problems import TooBusy
from testing.account import TABLE
from testing.dynamodb.client import Client, create_client
from testing.dynamodb.errors import NO_REASON, build_client_error, build_transaction_cancelled
from testing.dynamodb.schema import load_schema
from tests.contract.backend import key, put, update


def count(client: Client) -> int:
    """Return the number that the item `it` has."""
    return int(client.get_item(TableName=TABLE, Key=key("it"))["Item"]["n"]["N"])


def raising(raised: Exception, *operations: str) -> Callable[..., None]:
    """Return a hook that raises the error once, at the first of the operations."""
    left = [raised]

    def raise_once(operation: str, *_: Any) -> None:
        if operation in operations and left:
            raise left.pop()

    return raise_once


def test_the_project_uses_it(memory: Client) -> None:
    """The fixture puts it where the client is asked for."""
    table.transact(Put({**keys.manifest_key("e", 1), "n": 1}))
    used: object = table.client()
    assert used is memory
    assert table.get(keys.manifest_key("e", 1)) == {**keys.manifest_key("e", 1), "n": 1}
    assert len(memory.stream) == 1


def test_what_fails_before_is_not_done(memory: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Conflicts pass, as the write is tried again."""
    monkeypatch.setattr(time, "sleep", lambda _: None)
    memory.before = raising(
        build_transaction_cancelled([{"Code": "TransactionConflict"}, NO_REASON]), "TransactWriteItems"
    )
    table.transact(Put({**keys.manifest_key("e", 1), "n": 1}))
    assert len(memory.stream) == 1


def test_contention_without_end(memory: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written, and TooBusy is raised."""
    monkeypatch.setattr(time, "sleep", lambda _: None)

    def throttle(operation: str, _request: dict[str, Any]) -> None:
        raise build_client_error(operation, "ThrottlingException", "Rate exceeded")

    memory.before = throttle
    with pytest.raises(TooBusy):
        table.transact(Put({**keys.manifest_key("e", 1), "n": 1}))
    assert memory.stream == []


def test_what_fails_after_is_done(memory: Client) -> None:
    """The response is lost, the write is not."""
    memory.after = raising(ReadTimeoutError(endpoint_url="memory"), "TransactWriteItems")
    with pytest.raises(ReadTimeoutError):
        table.transact(Put({**keys.manifest_key("e", 1), "n": 1}))
    assert table.get(keys.manifest_key("e", 1)) is not None


def test_a_write_in_between_is_seen(memory: Client) -> None:
    """A write that comes just before another is there when that one's condition is checked."""
    table.write(Put({**keys.manifest_key("e", 1), "n": 1}))

    def overtake(operation: str, _request: dict[str, Any]) -> None:
        if operation == "TransactWriteItems":
            table.write(Update(keys.manifest_key("e", 1), "SET n = :two", "n = :one", {}, {":one": 1, ":two": 2}))

    memory.before = overtake
    with pytest.raises(table.ConditionFailed) as refused:
        table.transact(Update(keys.manifest_key("e", 1), "REMOVE n", "n = :one", {}, {":one": 1}))
    assert refused.value.current_items[0]["n"] == 2


def test_what_is_used_up_can_be_asked_for_by_others(memory: Client) -> None:
    """Also where the caller does not ask."""
    used = []
    memory.before = lambda _operation, request: request.update(ReturnConsumedCapacity="TOTAL")
    memory.after = lambda operation, _request, answer: used.append((operation, answer["ConsumedCapacity"]))
    table.transact(Put({**keys.manifest_key("e", 1), "n": 1}))
    table.get(keys.manifest_key("e", 1))
    assert used == [
        ("TransactWriteItems", [{"TableName": TABLE, "CapacityUnits": 2.0, "WriteCapacityUnits": 2.0}]),
        ("GetItem", {"TableName": TABLE, "CapacityUnits": 1.0}),
    ]


def test_errors_are_those_of_botocore(memory: Client) -> None:
    """Of the classes that a client has, and with all that the project reads."""
    with pytest.raises(memory.exceptions.TransactionCanceledException) as raised:
        memory.transact_write_items(TransactItems=[put("it", "attribute_exists(PK)")])
    assert isinstance(raised.value, ClientError)
    assert str(raised.value) == (
        "An error occurred (TransactionCanceledException) when calling the TransactWriteItems operation: "
        "Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed]"
    )
    assert raised.value.response["CancellationReasons"] == [
        {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
    ]


@pytest.mark.parametrize(
    ("request_", "raised"),
    [
        ({"TableName": TABLE, "Key": key("it"), "AttributesToGet": ["n"]}, NotImplementedError),
        ({"TableName": TABLE}, ParamValidationError),
        ({"TableName": TABLE, "Key": {"PK": {"S": 1}, "SK": {"S": "it"}}}, ParamValidationError),
    ],
)
def test_what_it_does_not_know_is_loud(memory: Client, request_: Any, raised: type[Exception]) -> None:
    """Parameters that it does not do; what botocore would not send is refused as botocore does."""
    with pytest.raises(raised):
        memory.get_item(**request_)


def test_additions_within_maps_are_not_done(memory: Client) -> None:
    """ADD is documented for top-level attributes only."""
    with pytest.raises(NotImplementedError):
        memory.update_item(**update("it", "ADD taken.place :one", one=1)["Update"])


def test_an_empty_transaction_is_not_sent(memory: Client) -> None:
    """As with botocore."""
    with pytest.raises(ParamValidationError):
        memory.transact_write_items(TransactItems=[])


def test_answers_and_requests_are_the_callers(memory: Client) -> None:
    """A caller that changes them does not change the table."""
    request = put("it", taken={"a": 1}, happened=["x"])["Put"]
    memory.put_item(**request)
    request["Item"]["taken"]["M"]["a"] = {"N": "7"}
    answer = memory.get_item(TableName=TABLE, Key=key("it"))
    answer["Item"]["happened"]["L"].append({"S": "y"})
    assert memory.get_item(TableName=TABLE, Key=key("it"))["Item"] == {
        **key("it"),
        "taken": {"M": {"a": {"N": "1"}}},
        "happened": {"L": [{"S": "x"}]},
    }


def test_threads_take_turns(memory: Client) -> None:
    """Each transaction is done whole."""
    memory.put_item(**put("it", n=0)["Put"])
    one_more = update("it", "SET n = n + :one", one=1)

    def add(number: int) -> None:
        memory.transact_write_items(TransactItems=[one_more, put(f"by {number}")])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(400)))
    assert count(memory) == 400
    assert len(memory.stream) == 801


def test_the_same_steps_leave_the_same_traces() -> None:
    """No clock and no chance are in it."""
    streams = []
    for client in (create_client(load_schema()), create_client(load_schema())):
        client.put_item(**put("it", n=1)["Put"])
        client.transact_write_items(TransactItems=[update("it", "SET n = :two", two=2), put("new")])
        streams.append(client.stream)
    assert streams[0] == streams[1]
