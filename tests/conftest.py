"""The fixtures that reach AWS; people and events come from `tests/builders.py`."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from chalicelib import clock, queues, settings, table
from chalicelib.programme import store as programme_store
from tests import aws as account

NOW = "2019-11-01T08:00:00+01:00"


def forget_everything_remembered() -> None:
    """Empty what modules keep between calls: clients, settings, events read lately."""
    for remembered in (settings.settings, table.client, queues.client):
        remembered.cache_clear()
    programme_store.forget()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Settings for a function, and a clock that stands at the programme's beginning."""
    from datetime import datetime, timedelta

    for name, value in account.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    forget_everything_remembered()
    clock.start_at(datetime.fromisoformat(NOW))
    yield monkeypatch
    clock._ahead = timedelta(0)
    forget_everything_remembered()


@pytest.fixture
def aws(environment: pytest.MonkeyPatch) -> Iterator[None]:
    """Table, queues, bucket and mail sender of the template, in this process."""
    with mock_aws():
        for name, value in account.make().items():
            environment.setenv(name, value)
        yield
