"""Which calls to AWS a function can come to, read from the code: from its handler through whatever that refers to.

A definition at a module's top counts as reached once a reached one names it, so nothing that can be called is
missed. What holds the code to that: it gets at AWS through `client()` alone and builds each write as a Put, an
Update or a Delete, and what they rest on elsewhere as a Check.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeGuard

from testing.account import ROOT

Node = tuple[str, str]  # module and name

_WRITES = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_THAT_TAKE_WRITES = {"put_item", "update_item", "transact_write_items"}
_TAKE_SOMETHING = {"send_message_batch", "put_object", "delete_object", "send_email"}


@dataclass
class Module:
    """A module's definitions, and what the names in it stand for elsewhere in the project."""

    name: str
    definitions: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)


@cache
def modules() -> dict[str, Module]:
    """All modules of the functions' code, by name."""
    return {module.name: module for module in map(_read, sorted((ROOT / "chalicelib").rglob("*.py")))}


def _read(path: Path) -> Module:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    tree = ast.parse(path.read_text("utf-8"))
    module = Module(name)
    for statement in tree.body:
        for defined in _defined(statement):
            module.definitions.setdefault(defined, []).append(statement)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("chalicelib"):
            for alias in node.names:
                module.imported[alias.asname or alias.name] = (str(node.module), alias.name)
    return module


def _defined(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return [
            node.id
            for node in ast.walk(statement)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
    return []


def handlers(module: str) -> set[Node]:
    """The definitions that the module registers with Chalice."""
    return {
        (module, name)
        for name, statements in modules()[module].definitions.items()
        for statement in statements
        if isinstance(statement, ast.FunctionDef)
        and any("blueprint" in ast.unparse(decorator) for decorator in statement.decorator_list)
    }


def reached(beginning: set[Node]) -> set[Node]:
    """These definitions, and all that they come to."""
    found: set[Node] = set()
    waiting = list(beginning)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(_named_by(node))
    return found


def _named_by(node: Node) -> Iterator[Node]:
    module = modules()[node[0]]
    for part in _parts(node):
        if isinstance(part, ast.Name | ast.Attribute):
            target = _meant(module, part)
            if target and target[1]:
                yield target


def _parts(node: Node) -> Iterator[ast.AST]:
    for statement in modules()[node[0]].definitions[node[1]]:
        yield from ast.walk(statement)


def _meant(module: Module, expression: ast.expr) -> tuple[str, str] | None:
    """The definition, or the module (with an empty name), that a name or a dotted name stands for."""
    if isinstance(expression, ast.Name):
        if expression.id in module.imported:
            return _defined_in(*module.imported[expression.id])
        return (module.name, expression.id) if expression.id in module.definitions else None
    if isinstance(expression, ast.Attribute):
        owner = _meant(module, expression.value)
        return _defined_in(owner[0], expression.attr) if owner and not owner[1] else None
    return None


def _defined_in(module: str, name: str) -> tuple[str, str] | None:
    if f"{module}.{name}" in modules():
        return f"{module}.{name}", ""
    home = modules().get(module)
    if home is None:
        return None
    if name in home.definitions:
        return module, name
    return _defined_in(*home.imported[name]) if name in home.imported else None


def calls(nodes: set[Node]) -> set[tuple[str, str]]:
    """Module and method of each call to an AWS client in these definitions; writes by what is written."""
    asked = {(node[0], method) for node in nodes for method in _methods(node)}
    written = {_WRITES[name] for node in nodes for name in _built(node)}
    direct = {(module, method) for module, method in asked if method not in _THAT_TAKE_WRITES}
    return direct | ({("chalicelib.aws.table", each) for each in written} if direct != asked else set())


def writers(nodes: set[Node]) -> set[Node]:
    """The functions that write: to the table, a queue, the bucket or SES."""
    return {node for node in nodes if any(_built(node)) or _TAKE_SOMETHING.intersection(_methods(node))}


def _methods(node: Node) -> Iterator[str]:
    """What is taken from a client; of a paginator or a presigned address the call that it stands for."""
    for part in _parts(node):
        if isinstance(part, ast.Call) and _is_of_a_client(part.func) and part.args:
            assert isinstance(part.args[0], ast.Constant)
            yield str(part.args[0].value)
        elif _is_of_a_client(part) and part.attr not in ("get_paginator", "generate_presigned_url"):
            yield part.attr


def _is_of_a_client(part: ast.AST) -> TypeGuard[ast.Attribute]:
    return (
        isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Call)
        and ast.unparse(part.value) == "client()"
    )


def _built(node: Node) -> Iterator[str]:
    module = modules()[node[0]]
    for part in _parts(node):
        if isinstance(part, ast.Call):
            named = part.func
            if isinstance(named, ast.Attribute) and named.attr == "set":  # `Update.set` builds one, too
                named = named.value
            target = _meant(module, named)
            if target and target[0] == "chalicelib.aws.items" and target[1] in _WRITES:
                yield target[1]


def attributes(nodes: set[Node]) -> set[str]:
    """What these definitions take from anything by a dot."""
    return {part.attr for node in nodes for part in _parts(node) if isinstance(part, ast.Attribute)}


def names(nodes: set[Node]) -> set[str]:
    """The names in these definitions."""
    return {part.id for node in nodes for part in _parts(node) if isinstance(part, ast.Name)}
