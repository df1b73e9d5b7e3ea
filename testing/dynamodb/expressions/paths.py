"""Document paths: what stands there in an item, and items with something else there."""

from collections.abc import Mapping
from itertools import combinations, pairwise
from typing import Any

from testing.dynamodb.errors import Invalid
from testing.dynamodb.values import Item, Value

Path = tuple[str | int, ...]

_NOWHERE = "The document path provided in the update expression is invalid for update"


def get_value(item: Mapping[str, Value], path: Path) -> Value | None:
    """What stands at the path, or None."""
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
    """Put the value at the path; what lies along the path is copied first, `fields` itself is not."""
    holder, last = _copy_parents(fields, path), path[-1]
    if isinstance(last, int) and last >= len(holder):
        holder.append(value)
    else:
        holder[last] = value


def remove_value(fields: Item, path: Path, before: Item) -> None:
    """Take away what stood at the path before, if anything did; copies as `put` does."""
    holder = _copy_parents(fields, path)
    if get_value(before, path) is not None:
        del holder[path[-1]]


def _copy_parents(fields: Item, path: Path) -> Any:
    """The map or list that the path's last part is in."""
    holder: Any = fields
    for part, following in pairwise(path):
        kind = "L" if isinstance(following, int) else "M"
        within = _get_part(holder, part)
        if within is None or kind not in within:
            raise Invalid(_NOWHERE)
        copy = within[kind].copy()
        holder[part] = {kind: copy}
        holder = copy
    return holder


def reject_overlaps(parameter: str, paths: list[Path]) -> None:
    """Raises Invalid where one path leads to or through another's end, or they take the same thing for both a map
    and a list."""
    for one, two in combinations(paths, 2):
        same = next((place for place, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), None)
        if same is None:
            what = "overlap"
        elif isinstance(one[same], int) != isinstance(two[same], int):
            what = "conflict"
        else:
            continue
        raise Invalid(
            f"Invalid {parameter}: Two document paths {what} with each other; must remove or rewrite one of these "
            f"paths; path one: {format_path(one)}, path two: {format_path(two)}"
        )


def format_path(path: Path) -> str:
    """The path as error messages have it."""
    return "[" + ", ".join(f"[{part}]" if isinstance(part, int) else part for part in path) + "]"
