"""The bucket's client is let go between tests."""

from collections.abc import Iterator

import pytest

from chalicelib.travel import files


@pytest.fixture
def bucket(request: pytest.FixtureRequest) -> Iterator[None]:
    """Table and bucket, and a client that reaches them."""
    request.getfixturevalue("aws")
    files.client.cache_clear()
    yield
    files.client.cache_clear()
