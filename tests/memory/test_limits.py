"""Limits that show only with very much data."""

import pytest

from testing.account import TABLE
from testing.dynamodb.client import Client
from tests.contract.backend import key, put, refused, update


def test_answers_hold_sixteen_megabytes(memory: Client) -> None:
    """Keys without room in the response are unprocessed, to be asked for again."""
    for number in range(50):
        memory.put_item(**put(f"{number:02d}", large="x" * 400_000)["Put"])
    asked = {"Keys": [key(f"{number:02d}") for number in range(50)], "ConsistentRead": True}
    answer = memory.batch_get_item(RequestItems={TABLE: asked})
    assert len(answer["Responses"][TABLE]) == 41
    left = answer["UnprocessedKeys"]
    assert left == {TABLE: {**asked, "Keys": [key(f"{number:02d}") for number in range(41, 50)]}}
    assert len(memory.batch_get_item(RequestItems=left)["Responses"][TABLE]) == 9


def test_transactions_hold_four_megabytes(memory: Client) -> None:
    """Of what they write."""
    writes = [put(f"{number}", large="x" * 390_000) for number in range(11)]
    memory.transact_write_items(TransactItems=writes[:10])
    assert refused(lambda: memory.transact_write_items(TransactItems=writes))[0] == "ValidationException"


def test_an_update_of_a_transaction_may_be_too_large(memory: Client) -> None:
    """Then it is that item's reason."""
    memory.put_item(**put("it", large="x" * 400_000)["Put"])
    with pytest.raises(memory.exceptions.TransactionCanceledException) as cancelled:
        memory.transact_write_items(
            TransactItems=[put("new"), update("it", "SET more = :more", more="x" * 20_000)]
        )
    assert cancelled.value.response["CancellationReasons"] == [
        {"Code": "None"},
        {"Code": "ValidationError", "Message": "Item size to update has exceeded the maximum allowed size"},
    ]
