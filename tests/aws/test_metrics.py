"""Metrics that several threads count at once."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.aws import metrics

_TIMES = 200


def test_threads_do_not_count_for_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    """Each time that something is counted has one value, however many functions run in the process."""
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(metrics.count, "MailsSent") for _ in range(_TIMES)]:
            done.result()
    assert [each["MailsSent"] for each in _written(capsys.readouterr().out)] == [[1.0]] * _TIMES


def _written(log: str) -> Iterator[Any]:
    """The documents of the log, where threads may write their line ends after one another."""
    rest = log.strip()
    while rest:
        document, end = json.JSONDecoder().raw_decode(rest)
        rest = rest[end:].lstrip()
        yield document
