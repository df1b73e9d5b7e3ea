"""Each behaviour is asked of all backends: an empty table of the template in each."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from testing import account
from testing.dynamodb.client import create_client
from testing.dynamodb.schema import load_schema
from tests.contract.backend import Backend
from tests.local.conftest import _emulator, local_aws

__all__ = ["_emulator", "local_aws"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "deviates(backend, word): this backend does not do what the word says")


@pytest.fixture
def memory() -> Backend:
    return Backend(create_client(load_schema()))


@pytest.fixture
def moto() -> Iterator[Backend]:
    with mock_aws():
        yield _made("")


@pytest.fixture
def ministack(local_aws: str) -> Backend:
    return _made(local_aws)


def _made(address: str) -> Backend:
    client = _client("dynamodb", address)
    account.create_table(client)
    return Backend(client, _client("dynamodbstreams", address))


@cache
def _client(service: Any, address: str) -> Any:
    """Made once: that takes longer than a test does."""
    return boto3.client(
        service,
        endpoint_url=address or None,
        region_name=account.REGION,
        aws_access_key_id=account.ENVIRONMENT["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key="test",  # pragma: allowlist secret - the emulator's
        config=Config(account_id_endpoint_mode="disabled"),
    )


@pytest.fixture(params=["memory", "moto", "ministack"])
def dynamodb(request: pytest.FixtureRequest) -> Backend:
    for marker in request.node.iter_markers("deviates"):
        backend, word = marker.args
        if backend == request.param:
            request.applymarker(pytest.mark.xfail(strict=True, reason=word))
    made: Backend = request.getfixturevalue(request.param)
    return made
