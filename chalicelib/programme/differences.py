"""The differences between two versions of an event's document, field by field. Pure."""

from collections.abc import Iterator
from typing import Any

from chalicelib.audit.audit_log import AuditChange


def diff_documents(before: dict[str, Any], after: dict[str, Any]) -> tuple[AuditChange, ...]:
    """Return each field that differs, by its dotted path.

    A part with a name goes by that, any other by its index; a list of words is one field.
    """
    old, new = (dict(_flatten(document)) for document in (before, after))
    paths = [*old, *(path for path in new if path not in old)]
    return tuple(
        AuditChange(path, old.get(path, ""), new.get(path, "")) for path in paths if old.get(path) != new.get(path)
    )


def _flatten(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list) and all(isinstance(part, dict) for part in value):
        parts = [(_name_part(part, index), part) for index, part in enumerate(value)]
    else:
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        return
    for name, part in parts:
        yield from _flatten(part, f"{path}.{name}" if path else name)


def _name_part(part: Any, index: int) -> str:
    """Return the name where it is a code beside a title; that of a speaker is no code, so the index."""
    return str(part["name"]) if isinstance(part, dict) and {"name", "title"} <= part.keys() else str(index)
