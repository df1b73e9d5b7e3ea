"""Writes on condition that a history is as it was read."""

from typing import Any

import pytest

from chalicelib.aws import keys, table
from chalicelib.aws.items import Put, Update
from chalicelib.aws.table import ConditionFailed
from chalicelib.histories import model
from chalicelib.histories.model import History, read_history
from chalicelib.histories.writes import build_fold, build_guard, build_guarded_update

pytestmark = pytest.mark.usefixtures("memory")

KEY = keys.registration_key("e", "r")
TOLD = [{"fact": "changed", "at": str(number), "fields": []} for number in range(9)]


@pytest.fixture(autouse=True)
def _low_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "MAX_HISTORY_LENGTH", 4)


def put(*history: dict[str, Any], **attributes: Any) -> History:
    table.write(Put({**KEY, "history": list(history), **attributes}))
    return read()


def read() -> History:
    return read_history(table.get(KEY) or {})


def test_a_short_history_grows_by_the_entry_alone() -> None:
    """Nothing is folded, and the item has no more attributes than before."""
    table.write(build_guarded_update(KEY, put(*TOLD[:3]), {"a": 1}, TOLD[3]))
    assert table.get(KEY) == {**KEY, "a": 1, "history": TOLD[:4]}


def test_a_full_history_is_folded_in_the_same_write() -> None:
    """The item is as the history is that the caller goes on with; the log has the new fact alone."""
    before = put(*TOLD[:4])
    update = build_guarded_update(KEY, before, {}, TOLD[4])
    assert update.appended_to("history") == [TOLD[4]]
    table.write(update)
    assert read() == before.with_facts(TOLD[4])
    assert (read().folded, list(read().history), read().revision) == (2, TOLD[2:5], 5)


@pytest.mark.parametrize("length", [3, 4], ids=["appends", "folds"])
def test_a_write_is_refused_once_a_fact_was_added(length: int) -> None:
    """Whether it would have folded or not."""
    before = put(*TOLD[:length])
    table.write(Update.set(KEY, {}, append={"history": [TOLD[8]]}))
    with pytest.raises(ConditionFailed):
        table.write(build_guarded_update(KEY, before, {}, TOLD[5]))


def test_a_write_is_refused_once_the_history_was_folded() -> None:
    """Though it is as long again as when it was read."""
    before = put(*TOLD[:3])
    for fact in TOLD[3:5]:
        table.write(build_guarded_update(KEY, read(), {}, fact))
    assert len(read().history) == len(before.history)
    when, values = build_guard(before)
    for write in (
        build_guarded_update(KEY, before, {}, TOLD[5]),
        Update.set(KEY, {"a": 1}, when=when, values=values),
    ):
        with pytest.raises(ConditionFailed):
            table.transact(write)


@pytest.mark.parametrize("changed", ["history", "remembered"])
def test_a_fold_brings_back_nothing_that_was_removed_from_an_entry(changed: str) -> None:
    """Ids of erased participants leave entries of which there are as many as before."""
    remembered = [{**TOLD[0], "revision": 1, "entries": ["a"]}]
    entry = {**TOLD[1], "entries": ["a"]}
    before = put(entry, *TOLD[2:5], folded=1, remembered=remembered)
    without = [{**(remembered[0] if changed == "remembered" else entry), "entries": [""]}]
    table.write(Update.set(KEY, {changed: without if changed == "remembered" else [*without, *TOLD[2:5]]}))
    for write in (build_guarded_update(KEY, before, {}, TOLD[5]), build_fold(KEY, before)):
        with pytest.raises(ConditionFailed):
            table.write(write)


def test_a_fold_alone_adds_no_fact() -> None:
    """The revision stays, also of an item whose facts are all of an earlier release's erasure."""
    before = put(*({"fact": "erased", "at": "0"},) * 9)
    table.write(build_fold(KEY, before))
    assert read() == before.fold()
    assert (read().revision, read().erased_revision, len(read().history)) == (9, 9, 2)
