"""One local AWS for the session, emptied for each test, and the stack made in it."""

import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import boto3
import pytest

from infra.local import aws, queue_mapping, stack
from infra.local.data_folder import DataFolder
from infra.local.functions import WorkCounter
from infra.local.stack import Stack
from tests.local.watched import Watched


@pytest.fixture(scope="session")
def _emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = DataFolder.open(tmp_path_factory.mktemp("aws"))
    emulator = aws.Emulator(folder)
    yield emulator.wait_until_ready()
    emulator.stop()
    folder.close()


@pytest.fixture
def local_aws(_emulator: str) -> Iterator[str]:
    """The address of an empty local AWS, which this process's clients talk to."""
    urllib.request.urlopen(urllib.request.Request(f"{_emulator}/_ministack/reset", method="POST")).close()
    with patch.dict(os.environ), patch.object(boto3, "DEFAULT_SESSION", None):  # it keeps who asked first
        aws.point_clients_at(_emulator, _emulator)
        yield _emulator


@pytest.fixture
def made(local_aws: str, tmp_path: Path) -> Stack:  # noqa: ARG001 - the stack is made in it
    """Table, queues and bucket of the template."""
    return stack.ensure(DataFolder(tmp_path))


@pytest.fixture
def work() -> WorkCounter:
    return WorkCounter()


@pytest.fixture
def watched(work: WorkCounter, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """Functions whose events a test can look at; what it starts is stopped at the end, and quickly."""
    monkeypatch.setattr(queue_mapping, "_WAIT_SECONDS", 0)
    functions = Watched(work)
    yield functions
    functions.stop()
