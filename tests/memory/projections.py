"""Projection expressions, compiled: the parts of items that are asked for."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tests.memory.compiling import Compiling, Names, Uses
from tests.memory.paths import Path, refuse_overlaps
from tests.memory.tokens import Tokens
from tests.memory.values import Item, Value

Tree = dict[str | int, Any]


@lru_cache(maxsize=1_000)
def compiled(text: str, names: Names) -> tuple[Uses, Callable[[Item], Item]]:
    """What the expression uses, and what it leaves of an item."""
    compiling = Compiling(Tokens("ProjectionExpression", text, dict(names)))
    paths = [compiling.tokens.path()]
    while compiling.tokens.skip(","):
        paths.append(compiling.tokens.path())
    refuse_overlaps("ProjectionExpression", paths)
    tree = _tree(paths)
    return compiling.uses(), lambda item: _left_of_map(item, tree)


def _tree(paths: list[Path]) -> Tree:
    tree: Tree = {}
    for path in paths:
        branch = tree
        for part in path:
            branch = branch.setdefault(part, {})
    return tree


def _left_of(value: Value, tree: Tree) -> Value | None:
    """None where the paths lead to nothing."""
    if not tree:
        return value
    if "M" in value:
        fields = _left_of_map(value["M"], {part: tree[part] for part in tree if isinstance(part, str)})
        return {"M": fields} if fields else None
    held, places = value.get("L", ()), sorted(part for part in tree if isinstance(part, int))
    elements = [_left_of(held[place], tree[place]) for place in places if place < len(held)]
    left = [element for element in elements if element is not None]
    return {"L": left} if left else None


def _left_of_map(fields: Item, tree: Tree) -> Item:
    left = {part: _left_of(fields[part], below) for part, below in tree.items() if part in fields}
    return {part: value for part, value in left.items() if value is not None}
