"""The account of `aws`, with the table in this process's memory: looked at after each write, it must be fast."""

from functools import cache

import pytest

from chalicelib import table
from tests.memory.client import empty
from tests.memory.schema import template


@pytest.fixture
def account(aws: None, environment: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - the rest of the account is needed
    client = empty(template())
    environment.setattr(table, "client", cache(lambda: client))
