"""The fixtures that reach AWS or the running system; people and events come from `tests/builders.py`."""

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

from chalicelib import clock, settings
from chalicelib.aws import queues, secret_keys, table
from chalicelib.mail.delivery import sender
from chalicelib.programme import store as programme_store
from chalicelib.travel import files
from tests import local_aws as account
from tests.local_aws import ROOT
from tests.memory.client import Client, create_client
from tests.memory.schema import load_schema
from tests.stack.client import System

NOW = "2019-11-01T08:00:00+01:00"


def clear_caches() -> None:
    """Empty what modules keep between calls: clients, settings, events read lately."""
    clients = (table.client, queues.client, sender.client, files.client, secret_keys.client)
    for remembered in (settings.settings, *clients):
        remembered.cache_clear()
    programme_store.clear_cache()
    secret_keys.clear_cache()


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
def _client(name: str) -> Any:
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
