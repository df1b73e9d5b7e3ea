"""What is otherwise in an event's document than it was, field by field. Pure."""

from collections.abc import Iterator
from typing import Any

from chalicelib.audit.audit_log import AuditChange
from chalicelib.programme.model import Event


def diff_events(before: Event, after: Event) -> tuple[AuditChange, ...]:
    """Each field that differs, by its dotted path: a part that has a name by that, any other by its place; a list
    of words is one."""
    was, now = (dict(_flatten(each.model_dump(mode="json", exclude_none=True))) for each in (before, after))
    paths = [*was, *(path for path in now if path not in was)]
    return tuple(
        AuditChange(path, was.get(path, ""), now.get(path, "")) for path in paths if was.get(path) != now.get(path)
    )


def _flatten(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list) and all(isinstance(each, dict) for each in value):
        parts = [(_name_part(each, place), each) for place, each in enumerate(value)]
    else:
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        return
    for name, part in parts:
        yield from _flatten(part, f"{path}.{name}" if path else name)


def _name_part(part: Any, index: int) -> str:
    """A code where it has a title besides; otherwise, of a speaker, it is what they are called."""
    return str(part["name"]) if isinstance(part, dict) and {"name", "title"} <= part.keys() else str(index)
