"""Transactions and single writes, and why they are not done."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from testing.account import TABLE
from tests.contract.backend import Backend, check, delete, key, put, refused, update

CANCELLED, INVALID = "TransactionCanceledException", "ValidationException"


def reasons(dynamodb: Backend, *writes: dict[str, Any]) -> list[dict[str, Any]]:
    """Why the transaction is cancelled, an entry for each of its writes; messages aside."""
    with pytest.raises(dynamodb.client.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.transact(*writes)
    said = cancelled.value.response["CancellationReasons"]
    return [{part: value for part, value in reason.items() if part != "Message"} for reason in said]


def test_all_is_done(dynamodb: Backend) -> None:
    """Puts, updates, deletes; what is only checked stays."""
    dynamodb.put("updated", n=1)
    dynamodb.put("deleted")
    dynamodb.put("checked", n=1)
    dynamodb.transact(
        update("updated", "SET n = n + :one", "n = :one", one=1),
        put("new", "attribute_not_exists(PK)", n=1),
        delete("deleted", "attribute_exists(PK)"),
        check("checked", "n = :one", one=1),
    )
    assert [dynamodb.item(name) for name in ("updated", "new", "deleted", "checked")] == [
        {"n": 2},
        {"n": 1},
        None,
        {"n": 1},
    ]


@pytest.mark.parametrize(
    "standing_in_the_way",
    [
        put("there", "attribute_not_exists(PK)"),
        update("there", "SET n = :two", "n = :two", two=2),
        delete("there", "n = :two", two=2),
        check("there", "n = :two", two=2),
    ],
    ids=lambda write: next(iter(write)),
)
def test_nothing_is_done(dynamodb: Backend, standing_in_the_way: dict[str, Any]) -> None:
    """A failed condition, on any kind of write, cancels all of them; its reason has the item that is there."""
    dynamodb.put("there", n=1)
    found = {**key("there"), "n": {"N": "1"}}
    assert reasons(dynamodb, put("new"), standing_in_the_way, update("updated", "SET n = :one", one=1)) == [
        {"Code": "None"},
        {"Code": "ConditionalCheckFailed", "Item": found},
        {"Code": "None"},
    ]
    assert [dynamodb.item(name) for name in ("new", "there", "updated")] == [None, {"n": 1}, None]


def test_every_reason_is_said(dynamodb: Backend) -> None:
    """Each in its place; an item that is not there, or was not asked for, is not among them."""
    dynamodb.put("there", n=1)
    unasked = put("there", "attribute_not_exists(PK)")
    del unasked["Put"]["ReturnValuesOnConditionCheckFailure"]
    failed = {"Code": "ConditionalCheckFailed"}
    assert reasons(dynamodb, unasked, put("new"), check("lost", "attribute_exists(PK)")) == [
        failed,
        {"Code": "None"},
        failed,
    ]


def test_the_error_says_the_codes(dynamodb: Backend) -> None:
    """In the order of the writes."""
    code, message = refused(lambda: dynamodb.transact(put("new"), check("lost", "attribute_exists(PK)")))
    assert (code, "[None, ConditionalCheckFailed]" in message) == (CANCELLED, True)


@pytest.mark.deviates("moto", "Validation Error: Code: ValidationError, among the CancellationReasons")
def test_an_update_that_cannot_be_done_cancels(dynamodb: Backend) -> None:
    """As a reason of its item, beside the others."""
    dynamodb.put("there", m=1)
    assert reasons(
        dynamodb,
        update("there", "SET n = n + :one", one=1),
        check("lost", "attribute_exists(PK)"),
        put("new"),
    ) == [{"Code": "ValidationError"}, {"Code": "ConditionalCheckFailed"}, {"Code": "None"}]
    assert dynamodb.item("new") is None


def test_a_condition_that_fails_comes_before_its_update(dynamodb: Backend) -> None:
    """A write whose condition fails is not tried."""
    assert reasons(dynamodb, update("lost", "SET n = n + :one", "attribute_exists(PK)", one=1)) == [
        {"Code": "ConditionalCheckFailed"}
    ]


def test_writes_see_the_table_as_it_was(dynamodb: Backend) -> None:
    """No condition and no update of a transaction sees what the others do."""
    dynamodb.put("deleted")
    dynamodb.transact(delete("deleted"), check("new", "attribute_not_exists(PK)"))
    dynamodb.transact(put("new"), put("deleted", "attribute_not_exists(PK)"))
    assert dynamodb.names() == ["deleted", "new"]


def test_a_put_replaces_the_whole_item(dynamodb: Backend) -> None:
    """Attributes that the new item does not have are gone."""
    dynamodb.put("it", old=1)
    dynamodb.transact(put("it", new=1))
    assert dynamodb.item("it") == {"new": 1}
    dynamodb.put("it", newer=1)
    assert dynamodb.item("it") == {"newer": 1}


def test_deleting_nothing_is_no_error(dynamodb: Backend) -> None:
    """Without a condition."""
    dynamodb.transact(delete("lost"))
    dynamodb.delete("lost")
    assert dynamodb.names() == []


def test_one_item_is_written_once(dynamodb: Backend) -> None:
    """Two writes of one item, a check among them, are no transaction."""
    for second in (put("it", n=2), check("it", "attribute_not_exists(PK)"), delete("it")):
        code, message = refused(partial(dynamodb.transact, put("it"), second))
        assert (code, "multiple operations on one item" in message) == (INVALID, True)
    assert dynamodb.item("it") is None


def test_a_hundred_items_and_no_more(dynamodb: Backend) -> None:
    """Are what a transaction takes."""
    dynamodb.transact(*(put(f"{number:03d}") for number in range(100)))
    assert len(dynamodb.names()) == 100
    assert refused(lambda: dynamodb.transact(*(put(f"{number}") for number in range(101))))[0] == INVALID


@pytest.mark.deviates("moto", "Validation Error: Code: ValidationError, among the CancellationReasons")
def test_a_key_of_the_wrong_type_cancels(dynamodb: Backend) -> None:
    """And no condition is looked at."""
    wrong = {"Put": {"TableName": TABLE, "Item": {**key("it"), "SK": {"N": "1"}}}}
    assert reasons(dynamodb, put("new"), wrong, check("lost", "attribute_exists(PK)")) == [
        {"Code": "None"},
        {"Code": "ValidationError"},
        {"Code": "None"},
    ]


@pytest.mark.parametrize(
    "write",
    [
        lambda dynamodb: dynamodb.put("there", "attribute_not_exists(PK)"),
        lambda dynamodb: dynamodb.update("there", "SET n = :two", "n = :two", two=2),
        lambda dynamodb: dynamodb.delete("there", "n = :two", two=2),
    ],
    ids=["put", "update", "delete"],
)
def test_a_single_write_says_what_is_there(dynamodb: Backend, write: Callable[[Backend], Any]) -> None:
    """Its condition fails."""
    dynamodb.put("there", n=1)
    with pytest.raises(dynamodb.client.exceptions.ConditionalCheckFailedException) as failed:
        write(dynamodb)
    assert failed.value.response["Error"] == {
        "Code": "ConditionalCheckFailedException",
        "Message": "The conditional request failed",
    }
    assert failed.value.response["Item"] == {**key("there"), "n": {"N": "1"}}
    assert dynamodb.item("there") == {"n": 1}


def test_a_single_write_says_nothing_of_no_item(dynamodb: Backend) -> None:
    """There is nothing to say."""
    with pytest.raises(dynamodb.client.exceptions.ConditionalCheckFailedException) as failed:
        dynamodb.delete("lost", "attribute_exists(PK)")
    assert "Item" not in failed.value.response


def test_single_writes_hold_where_their_condition_does(dynamodb: Backend) -> None:
    """As a lease is taken over."""
    taken_over = "attribute_not_exists(PK) OR n = :one"
    dynamodb.update("it", "SET n = :one", taken_over, one=1)
    dynamodb.update("it", "SET n = :two", taken_over, one=1, two=2)
    assert dynamodb.item("it") == {"n": 2}
    dynamodb.delete("it", "n = :two", two=2)
    assert dynamodb.item("it") is None
