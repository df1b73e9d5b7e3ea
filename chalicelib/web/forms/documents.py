"""Read and merge posted documents by the dotted names of their fields."""

from collections.abc import Iterable
from typing import Any


def read_field(document: Any, name: str) -> Any:
    """Read the field of that dotted name, whatever the document holds; None where it is not there."""
    for part in name.split("."):
        document = document.get(part) if isinstance(document, dict) else None
    return document


def remove_fields(document: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Remove the fields of these dotted names from a copy of the document, and the groups that are empty then."""
    left = {name: dict(value) if isinstance(value, dict) else value for name, value in document.items()}
    for name in names:
        group, _, field = name.rpartition(".")
        holder = left.get(group) if group else left
        if isinstance(holder, dict):
            holder.pop(field, None)
    return {name: value for name, value in left.items() if value != {}}


def merge_patch(target: Any, patch: dict[str, Any]) -> dict[str, Any]:
    """Merge the patch into a copy of the target (JSON merge patch, RFC 7396)."""
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            merged[name] = merge_patch(merged.get(name), value)
        else:
            merged[name] = value
    return merged
