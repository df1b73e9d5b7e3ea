"""Random writes in any order: the double and moto have the same items at the end."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from moto import mock_aws

from chalicelib.aws.items import decode_item
from testing import account
from testing.account import TABLE
from testing.dynamodb.client import create_client
from testing.dynamodb.schema import load_schema
from tests.memory.steps import STEPS, Step


@pytest.fixture
def moto(environment: pytest.MonkeyPatch) -> Iterator[Any]:  # noqa: ARG001
    """Yield a client of moto with an empty table."""
    with mock_aws():
        client = boto3.client("dynamodb")
        account.create_table(client)
        yield client


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_the_same_items_at_the_end(moto: Any, steps: list[Step]) -> None:
    """And on the way the same was done, or refused for the same reasons."""
    memory = create_client(load_schema())
    _clear(moto)
    for step in steps:
        assert _outcome(memory, step) == _outcome(moto, step), step
    assert _items(memory) == _items(moto)


def _outcome(client: Any, step: Step) -> list[str]:
    """Return an empty list if the step is done, otherwise the reason for each of its writes.

    Where one of them was not possible, moto says no more than that.
    """
    try:
        client.transact_write_items(TransactItems=list(step))
    except ClientError as error:
        codes = [reason["Code"] for reason in error.response.get("CancellationReasons", [])]
        return codes if codes and "ValidationError" not in codes else ["ValidationError"]
    return []


def _items(client: Any) -> list[Any]:
    items = map(decode_item, client.scan(TableName=TABLE)["Items"])
    return sorted(items, key=lambda item: str(item["SK"]))


def _clear(moto: Any) -> None:
    for item in moto.scan(TableName=TABLE)["Items"]:
        moto.delete_item(TableName=TABLE, Key={name: item[name] for name in ("PK", "SK")})
