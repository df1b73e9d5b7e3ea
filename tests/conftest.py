"""The fixtures that reach AWS or the running system; people and events come from `testing/builders.py`."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib import clock
from chalicelib.aws import table
from testing import account
from testing.account import ROOT
from testing.dynamodb.client import Client, create_client
from testing.dynamodb.schema import load_schema
from testing.process import NOW, clear_caches
from testing.system import System


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Settings for a function, and a clock that stands at the programme's beginning."""
    for name, value in account.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    clear_caches()
    clock.start_at(datetime.fromisoformat(NOW))
    yield monkeypatch
    clock._offset = timedelta(0)
    clear_caches()


@cache
def _session() -> boto3.Session:
    """Made once: reading what AWS can do takes longer than a test does."""
    return boto3.Session()


@cache
def _client(name: Any) -> Any:
    return _session().client(name)


@pytest.fixture
def aws(environment: pytest.MonkeyPatch) -> Iterator[None]:
    """Table, queues, bucket and mail sender of the template, in this process."""
    with mock_aws():
        boto3.DEFAULT_SESSION = _session()
        for name, value in account.create_resources(_client).items():
            environment.setenv(name, value)
        yield


@pytest.fixture
def memory(environment: pytest.MonkeyPatch) -> Client:
    """The template's table in this process's memory, empty and fast; queues and bucket have names only."""
    client = create_client(load_schema())
    for name, value in account.build_settings().items():
        environment.setenv(name, value)
    environment.setattr(table, "client", cache(lambda: client))
    return client


@pytest.fixture
def quick_aws(aws: None, environment: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - the rest of it is needed
    """As `aws`, with the table in this process's memory: fast enough to be looked at after each write."""
    client = create_client(load_schema())
    environment.setattr(table, "client", cache(lambda: client))


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """`python -m infra.local` with nothing kept, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    environment = {**os.environ, "DATA": "", "PORT": str(port), "NOW": ""}
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Stop with Ctrl-C"):
            break
    assert process.poll() is None, said
    yield System(f"http://127.0.0.1:{port}")
    process.terminate()
    assert process.wait(timeout=20) == 0
    process.stdout.close()
