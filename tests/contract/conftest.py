"""The backends: an empty table of the template in each, and each behaviour asked of all of them."""

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
    """Register the marker of behaviours that a backend does not have."""
    config.addinivalue_line("markers", "deviates(backend, word): this backend does not do what the word says")


@pytest.fixture
def memory() -> Backend:
    """Return the double in this process."""
    return Backend(create_client(load_schema()))


@pytest.fixture
def moto() -> Iterator[Backend]:
    """Yield moto in this process."""
    with mock_aws():
        yield _made("")


@pytest.fixture
def ministack(local_aws: str) -> Backend:
    """Return the emulator that `make run` uses."""
    return _made(local_aws)


def _made(address: str) -> Backend:
    client = _client("dynamodb", address)
    account.create_table(client)
    return Backend(client, _client("dynamodbstreams", address))


@cache
def _client(service: Any, address: str) -> Any:
    """Create a client once, because that takes longer than a test does."""
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
    """Return each backend in turn; a behaviour that it does not have is expected to fail."""
    for marker in request.node.iter_markers("deviates"):
        backend, word = marker.args
        if backend == request.param:
            request.applymarker(pytest.mark.xfail(strict=True, reason=word))
    backend_client: Backend = request.getfixturevalue(request.param)
    return backend_client
