"""The organiser's list of things to do."""

import pytest

from chalicelib.audit import tasks
from chalicelib.audit.tasks import Task
from chalicelib.aws import keys, table
from chalicelib.aws.table import ConditionFailed

pytestmark = pytest.mark.usefixtures("aws")

EVENT = "arena-summit-2020"
EARLY, LATE = "2019-11-01T07:00:00.000000Z", "2019-11-02T07:00:00.000000Z"
BOUNCED = Task(
    event_id=EVENT,
    kind="mail-bounced",
    subject="r.0001.confirmed",
    at=EARLY,
    registration_id="r",
    parameters={"mail": "r.0001.confirmed"},
)
DRIFTED = Task(event_id=EVENT, kind="counter-drift", subject="place", at=LATE)


def _write(*todos: Task) -> None:
    for each in todos:
        table.transact(tasks.build_put(each))


def test_what_is_put_is_listed_latest_first() -> None:
    """Whole, whatever its kind, and of that event alone."""
    _write(BOUNCED, DRIFTED, Task(event_id="another", kind="counter-drift", subject="place", at=LATE))
    assert tasks.list_open(EVENT) == [DRIFTED, BOUNCED]


def test_what_is_resolved_is_gone() -> None:
    """Once; what is not there (any more) cannot be resolved."""
    _write(BOUNCED, DRIFTED)
    assert tasks.resolve(EVENT, BOUNCED.id)
    assert not tasks.resolve(EVENT, BOUNCED.id)
    assert not tasks.resolve("another", DRIFTED.id)
    assert tasks.list_open(EVENT) == [DRIFTED]


def test_what_stands_there_is_not_put_again() -> None:
    """A flow that finds the same again learns that the task is open."""
    _write(BOUNCED)
    with pytest.raises(ConditionFailed):
        _write(BOUNCED)


def test_the_key_is_the_kind_and_its_subject() -> None:
    """So that the flow that puts it can name it."""
    _write(DRIFTED)
    assert table.get(keys.task_key(EVENT, "counter-drift.place"))
