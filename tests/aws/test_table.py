"""Transactions and their retries."""

import time
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws import keys, table
from chalicelib.aws.items import Put
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import TooBusy

pytestmark = pytest.mark.usefixtures("aws")


def put(number: int) -> Put:
    return Put({**keys.manifest_key("e", number), "n": number})


def error(code: str, *reasons: str) -> ClientError:
    response: Any = {"Error": {"Code": code}, "CancellationReasons": [{"Code": reason} for reason in reasons]}
    return ClientError(response, "TransactWriteItems")


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> list[ClientError]:
    """Errors that the next transactions meet, in order; after them the real one."""
    errors: list[ClientError] = []
    real = table.client().transact_write_items

    def transact(**request: Any) -> Any:
        if errors:
            raise errors.pop(0)
        return real(**request)

    monkeypatch.setattr(table.client(), "transact_write_items", transact)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    return errors


def test_all_or_nothing() -> None:
    """One refused condition, and nothing is written; what stood in the way is named by its place."""
    table.transact(put(1))
    with pytest.raises(ConditionFailed) as refused:
        table.transact(put(2), put(1))
    assert refused.value.current_items == {1: {**keys.manifest_key("e", 1), "n": 1}}
    assert table.get(keys.manifest_key("e", 2)) is None


def test_contention_is_tried_again(scripted: list[ClientError]) -> None:
    """Conflicts and throttles pass."""
    scripted += [
        error("TransactionCanceledException", "TransactionConflict", "None"),
        error("TransactionCanceledException", "None", "ThrottlingError"),
        error("ThrottlingException"),
    ]
    table.transact(put(1))
    assert table.get(keys.manifest_key("e", 1)) is not None


def test_contention_without_end_is_too_busy(scripted: list[ClientError]) -> None:
    """After a bounded number of attempts the caller is told, with nothing written."""
    scripted += [error("TransactionCanceledException", "TransactionConflict")] * table.MAX_ATTEMPTS
    with pytest.raises(TooBusy):
        table.transact(put(1))
    assert table.get(keys.manifest_key("e", 1)) is None


def test_a_refusal_beside_a_conflict_is_a_refusal(scripted: list[ClientError]) -> None:
    """A condition that does not hold is said at once, whatever else was in the way."""
    scripted.append(error("TransactionCanceledException", "ConditionalCheckFailed", "TransactionConflict"))
    with pytest.raises(ConditionFailed) as refused:
        table.transact(put(1), put(2))
    assert refused.value.current_items == {0: {}}


def test_any_other_error_is_not_hidden(scripted: list[ClientError]) -> None:
    """A permission that is missing is no contention."""
    scripted.append(error("AccessDeniedException"))
    with pytest.raises(ClientError):
        table.transact(put(1))


def test_pages_are_read_as_they_are_asked_for() -> None:
    """In order, over as many pages as there are, up to and behind a key."""
    for number in range(5):
        table.write(put(number))
    numbers = [item["n"] for item in table.query("e", "MANIFEST#", page_size=2)]
    assert numbers == [0, 1, 2, 3, 4]
    assert [item["n"] for item in table.query("e", "MANIFEST#", up_to="MANIFEST#000002")] == [0, 1, 2]
    assert [item["n"] for item in table.query("e", "MANIFEST#", after=keys.manifest_key("e", 2))] == [3, 4]


def test_many_items_come_in_hundreds() -> None:
    """More keys than one call takes, of which some are not there."""
    for number in range(0, 120, 2):
        table.write(put(number))
    found = table.get_many([keys.manifest_key("e", number) for number in range(120)])
    assert sorted(item["n"] for item in found) == list(range(0, 120, 2))


def test_timestamps_sort_as_time_does() -> None:
    """UTC, always as long, so that text order is time order."""
    moments = ["2019-11-01T08:00:00+01:00", "2019-11-01T08:00:00.000001+01:00", "2020-03-29T03:00:00+02:00"]
    written = [keys.format_timestamp(datetime.fromisoformat(each)) for each in moments]
    assert written == [
        "2019-11-01T07:00:00.000000Z",
        "2019-11-01T07:00:00.000001Z",
        "2020-03-29T01:00:00.000000Z",
    ]
