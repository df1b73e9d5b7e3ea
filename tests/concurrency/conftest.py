"""An empty local AWS with the template's table and queues, which this process's functions use."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from chalicelib import clock
from testing import account
from testing.process import NOW, clear_caches
from tests.local.conftest import _emulator, local_aws

__all__ = ["_emulator", "local_aws"]


@pytest.fixture
def backend(local_aws: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:  # noqa: ARG001
    """Yield the environment that other processes need to use the same local AWS."""
    settings = {name: value for name, value in account.ENVIRONMENT.items() if not name.startswith("AWS_")}
    settings |= account.create_resources(with_sender=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    clear_caches()
    clock.start_at(datetime.fromisoformat(NOW))
    yield {**settings, **{name: value for name, value in os.environ.items() if name.startswith("AWS_")}}
    clock._offset = timedelta(0)
    clear_caches()
