"""Read document paths in an item, and write at them."""

from collections.abc import Mapping
from itertools import combinations, pairwise
from typing import Any

from testing.dynamodb.errors import Invalid
from testing.dynamodb.values import Item, Value

Path = tuple[str | int, ...]

_NOWHERE = "The document path provided in the update expression is invalid for update"


def get_value(item: Mapping[str, Value], path: Path) -> Value | None:
    """Return the value at the path, or None."""
    holder: Any = item
    for part in path:
        value = _get_part(holder, part)
        if value is None:
            return None
        holder = value.get("M", value.get("L"))
    return value


def _get_part(holder: Any, part: str | int) -> Value | None:
    if isinstance(part, int):
        return holder[part] if isinstance(holder, list) and part < len(holder) else None
    return holder.get(part) if isinstance(holder, dict) else None


def set_value(fields: Item, path: Path, value: Value) -> None:
    """Put the value at the path.

    What lies along the path is copied first; `fields` itself is changed.
    """
    holder, last = _copy_parents(fields, path), path[-1]
    if isinstance(last, int) and last >= len(holder):
        holder.append(value)
    else:
        holder[last] = value


def remove_value(fields: Item, path: Path, before: Item) -> None:
    """Remove what was at the path before, if anything was; copies as `set_value` does."""
    holder = _copy_parents(fields, path)
    if get_value(before, path) is not None:
        del holder[path[-1]]


def _copy_parents(fields: Item, path: Path) -> Any:
    """Copy what lies along the path, and return the map or list that has its last part."""
    holder: Any = fields
    for part, following in pairwise(path):
        kind = "L" if isinstance(following, int) else "M"
        value = _get_part(holder, part)
        if value is None or kind not in value:
            raise Invalid(_NOWHERE)
        copy = value[kind].copy()
        holder[part] = {kind: copy}
        holder = copy
    return holder


def reject_overlaps(parameter: str, paths: list[Path]) -> None:
    """Raise Invalid if two paths overlap, or take the same value for a map and for a list."""
    for first, second in combinations(paths, 2):
        index = next(
            (position for position, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None
        )
        if index is None:
            what = "overlap"
        elif isinstance(first[index], int) != isinstance(second[index], int):
            what = "conflict"
        else:
            continue
        raise Invalid(
            f"Invalid {parameter}: Two document paths {what} with each other; must remove or rewrite one of these "
            f"paths; path one: {format_path(first)}, path two: {format_path(second)}"
        )


def format_path(path: Path) -> str:
    """Return the path as error messages have it."""
    return "[" + ", ".join(f"[{part}]" if isinstance(part, int) else part for part in path) + "]"
