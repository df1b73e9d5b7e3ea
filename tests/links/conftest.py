"""The world of the walk-throughs."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib import clock
from testing import builders
from testing.in_process.functions import run_in_process
from tests.links.post import Post


@pytest.fixture
def mailboxes() -> Iterator[Post]:
    """The functions in this process, with an event, and all mails as they were sent."""
    clock.start_at(builders.REGISTERED_AT)
    with run_in_process() as functions:
        yield Post(functions)
    clock._offset = timedelta(0)
