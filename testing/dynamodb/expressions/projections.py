"""Compile projection expressions: the parts of items that are asked for."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from testing.dynamodb.expressions.compiler import ExpressionCompiler, Names, UsedPlaceholders
from testing.dynamodb.expressions.paths import Path, reject_overlaps
from testing.dynamodb.expressions.tokens import Tokens
from testing.dynamodb.values import Item, Value

Tree = dict[str | int, Any]


@lru_cache(maxsize=1_000)
def compile_projection(text: str, names: Names) -> tuple[UsedPlaceholders, Callable[[Item], Item]]:
    """Return the placeholders that the expression uses, and the function that projects an item; raises Invalid."""
    compiling = ExpressionCompiler(Tokens("ProjectionExpression", text, dict(names)))
    paths = [compiling.tokens.take_path()]
    while compiling.tokens.skip(","):
        paths.append(compiling.tokens.take_path())
    reject_overlaps("ProjectionExpression", paths)
    tree = _tree(paths)
    return compiling.finish(), lambda item: _project_map(item, tree)


def _tree(paths: list[Path]) -> Tree:
    tree: Tree = {}
    for path in paths:
        branch = tree
        for part in path:
            branch = branch.setdefault(part, {})
    return tree


def _project_value(value: Value, tree: Tree) -> Value | None:
    """Return what the paths select of the value, or None if that is nothing."""
    if not tree:
        return value
    if "M" in value:
        fields = _project_map(value["M"], {part: tree[part] for part in tree if isinstance(part, str)})
        return {"M": fields} if fields else None
    elements, indexes = value.get("L", ()), sorted(part for part in tree if isinstance(part, int))
    projected = [_project_value(elements[index], tree[index]) for index in indexes if index < len(elements)]
    kept = [element for element in projected if element is not None]
    return {"L": kept} if kept else None


def _project_map(fields: Item, tree: Tree) -> Item:
    kept = {part: _project_value(fields[part], below) for part, below in tree.items() if part in fields}
    return {part: value for part, value in kept.items() if value is not None}
