"""Things to do: what went wrong at an event and waits for its organiser, each an item of its own.

Whoever finds something wrong puts one in the same transaction as what it wrote down; the list is read without
looking at anything else. It holds ids only: who is meant is looked up when it is read.
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
    """What went wrong, at `at` (ISO 8601 in UTC).

    `subject` tells it from all others of its `kind` at the event: letters, digits, `-` and `.`, never a name or
    an address. `parameters` is what its kind's sentence is made with.
    """

    event_id: str
    kind: str
    subject: str
    at: str
    registration_id: str = ""  #: whom it is about, if it is about somebody
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.kind}.{self.subject}"


def build_put(task: Task) -> Put:
    """The thing to do, written; refused where it stands there already."""
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
    """Put it on the list, where it does not stand there already."""
    with suppress(ConditionFailed):
        table.write(build_put(task))


def list_open(event_id: str) -> list[Task]:
    """What is to be done at the event, what went wrong last first."""
    found = map(_deserialize, table.query(event_id, TaskKey.prefix()))
    return sorted(found, key=lambda todo: todo.at, reverse=True)


def resolve(event_id: str, task_id: str, *extra_writes: Write) -> bool:
    """Strike it off the list, and write whatever belongs to that; False where it does not stand there (any
    more)."""
    try:
        table.transact(Delete(keys.task_key(event_id, task_id)), *extra_writes)
    except ConditionFailed:
        return False
    return True


def _deserialize(item: Item) -> Task:
    return Task(
        event_id=keys.parse_event_id(item),
        kind=item["kind"],
        subject=TaskKey.parse(item).task_id.removeprefix(f"{item['kind']}."),
        at=item["at"],
        registration_id=item["registration_id"],
        parameters=item["parameters"],
    )
