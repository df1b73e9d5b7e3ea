"""Things to do: what went wrong at an event and waits for its organiser, each an item of its own.

Whoever finds something wrong puts one in the same transaction as what it wrote down; the list is read without
looking at anything else. It holds ids only: who is meant is looked up when it is read.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete, Item, Put, Write
from chalicelib.aws.table import Refused

_PREFIX = "PROBLEM#"


@dataclass(frozen=True)
class Todo:
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


def put(todo: Todo) -> Put:
    """The thing to do, written; refused where it stands there already."""
    return Put(
        {
            **keys.problem_key(todo.event_id, todo.id),
            "kind": todo.kind,
            "at": todo.at,
            "registration_id": todo.registration_id,
            "parameters": dict(todo.parameters),
        }
    )


def note(todo: Todo) -> None:
    """Put it on the list, where it does not stand there already."""
    with suppress(Refused):
        table.write(put(todo))


def of_event(event_id: str) -> list[Todo]:
    """What is to be done at the event, what went wrong last first."""
    found = map(_read, table.query(event_id, _PREFIX))
    return sorted(found, key=lambda todo: todo.at, reverse=True)


def resolve(event_id: str, todo_id: str, *also: Write) -> bool:
    """Strike it off the list, and write whatever belongs to that; False where it does not stand there (any
    more)."""
    try:
        table.transact(Delete(keys.problem_key(event_id, todo_id)), *also)
    except Refused:
        return False
    return True


def _read(item: Item) -> Todo:
    return Todo(
        event_id=keys.event_id(item),
        kind=item["kind"],
        subject=item["SK"].removeprefix(f"{_PREFIX}{item['kind']}."),
        at=item["at"],
        registration_id=item["registration_id"],
        parameters=item["parameters"],
    )
