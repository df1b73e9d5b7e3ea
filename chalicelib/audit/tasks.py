"""Tasks: what went wrong at an event and waits for its organiser, each an item of its own.

A flow that finds something wrong puts the task in the same transaction as what it writes, and the list is one
query. Tasks have the ids of registrations, whose names are read when the list is shown.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete, Item, Put, Write
from chalicelib.aws.keys import TaskKey
from chalicelib.aws.table import ConditionFailed


@dataclass(frozen=True)
class Task:
    """A task, since `at` (ISO 8601 in UTC).

    `subject` tells it from all others of its `kind` at the event: letters, digits, `-` and `.`, never a name or an
    address. `parameters` are those of its kind's sentence.
    """

    event_id: str
    kind: str
    subject: str
    at: str
    registration_id: str = ""  #: the registration that it is about, if any
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id of the task within its event."""
        return f"{self.kind}.{self.subject}"


def build_put(task: Task) -> Put:
    """Build the put of the task; its condition fails where the task is open already."""
    return Put(
        {
            **keys.task_key(task.event_id, task.id),
            "kind": task.kind,
            "at": task.at,
            "registration_id": task.registration_id,
            "parameters": dict(task.parameters),
        }
    )


def add(task: Task) -> None:
    """Add the task, unless it is open already."""
    with suppress(ConditionFailed):
        table.write(build_put(task))


def list_open(event_id: str) -> list[Task]:
    """Return the open tasks of the event, the latest first."""
    tasks = map(deserialize, table.query(event_id, TaskKey.prefix()))
    return sorted(tasks, key=lambda task: task.at, reverse=True)


def resolve(event_id: str, task_id: str, *extra_writes: Write) -> bool:
    """Remove the task and write the extra writes, in one transaction; return False where it is not open."""
    try:
        table.transact(Delete(keys.task_key(event_id, task_id)), *extra_writes)
    except ConditionFailed:
        return False
    return True


def deserialize(item: Item) -> Task:
    """Deserialize a task's item."""
    return Task(
        event_id=keys.parse_event_id(item),
        kind=item["kind"],
        subject=TaskKey.parse(item).task_id.removeprefix(f"{item['kind']}."),
        at=item["at"],
        registration_id=item["registration_id"],
        parameters=item["parameters"],
    )
