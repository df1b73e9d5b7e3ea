"""Compile update expressions, each once, to a function of an item and the values given."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NoReturn

from testing.dynamodb.errors import Invalid
from testing.dynamodb.expressions.compiler import (
    ExpressionCompiler,
    Names,
    Operand,
    Read,
    UsedPlaceholders,
    Values,
)
from testing.dynamodb.expressions.paths import Path, reject_overlaps, remove_value, set_value
from testing.dynamodb.expressions.tokens import END, Tokens
from testing.dynamodb.values import Item, Value, add_numbers, get_kind, sort_members

_CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")
_SETS = frozenset({"SS", "NS", "BS"})


@dataclass
class Update:
    """A compiled update; every value that it sets is read from the item as it was before the update."""

    sets: list[tuple[Path, Read]] = field(default_factory=list)
    removes: list[Path] = field(default_factory=list)
    changes: list[tuple[str, Read]] = field(default_factory=list)  #: ADD and DELETE, of top-level attributes

    @property
    def paths(self) -> list[Path]:
        """Return the paths of all that may change."""
        return [*(path for path, _ in self.sets), *self.removes, *((name,) for name, _ in self.changes)]

    @cached_property
    def targets(self) -> frozenset[str]:
        """Return the top-level attributes that may change."""
        return frozenset(str(path[0]) for path in self.paths)

    def apply(self, old: Item | None, key: Item, values: Values) -> Item:
        """Return the updated item, which shares with the old one what did not change; raises Invalid."""
        before = old or key
        assignments = [(path, read(before, values)) for path, read in self.sets]
        replacements = [(name, read(before, values)) for name, read in self.changes]
        item = before.copy()
        for path, value in assignments:
            set_value(item, path, value or _reject_missing())
        for path in self.removes if old else ():
            remove_value(item, path, before)
        for name, value in replacements:
            item.pop(name, None)
            item.update({name: value} if value else {})
        return item


@lru_cache(maxsize=20_000)
def compile_update(parameter: str, text: str, names: Names) -> tuple[UsedPlaceholders, Update]:
    """Return the placeholders that the expression uses, and the compiled update; raises Invalid."""
    compiler = _Compiler(Tokens(parameter, text, dict(names)))
    update = compiler.parse_update()
    reject_overlaps(parameter, update.paths)
    # Elements behind a list's end are appended in their order, and removed from the end.
    update.sets.sort(key=lambda each: each[0])
    update.removes.sort(reverse=True)
    return compiler.finish(), update


class _Compiler(ExpressionCompiler):
    """The compiler of an update expression."""

    def parse_update(self) -> Update:
        """Parse all clauses of the expression."""
        update, seen = Update(), set()
        actions: dict[str, Callable[[Update], None]] = {
            "SET": self._parse_set,
            "REMOVE": lambda made: made.removes.append(self.tokens.take_path()),
            "ADD": lambda made: self._parse_change(made, "ADD"),
            "DELETE": lambda made: self._parse_change(made, "DELETE"),
        }
        while self.tokens.peek() != END:
            clause = self.tokens.take(*_CLAUSES)
            if clause in seen:
                self.tokens.reject(f'The "{clause}" section can only be used once in an update expression;')
            seen.add(clause)
            actions[clause](update)
            while self.tokens.skip(","):
                actions[clause](update)
        return update

    def _parse_set(self, update: Update) -> None:
        path = self.tokens.take_path()
        self.tokens.take("=")
        left = self._parse_operand()
        update.sets.append((path, self._parse_sum(left) if self.tokens.is_next("+", "-") else left.read))

    def _parse_sum(self, left: Operand) -> Read:
        sign = self.tokens.take_operator("+", "-")
        right = self._parse_operand()
        self.require_kinds([left, right], frozenset({"N"}), sign)
        factor = 1 if sign == "+" else -1
        return lambda item, values: {
            "N": add_numbers(_unwrap("N", left.read(item, values)), _unwrap("N", right.read(item, values)), factor)
        }

    def _parse_operand(self) -> Operand:
        name = self.tokens.peek_function()
        if not name:
            return self.parse_path_or_value()
        if name not in ("if_not_exists", "list_append"):
            self.tokens.reject(f"Invalid function name; function: {name}")
        return self._parse_if_not_exists() if name == "if_not_exists" else self._parse_list_append()

    def _parse_if_not_exists(self) -> Operand:
        first, other = self.parse_arguments(2, self._parse_operand)
        self.require_path(first, "if_not_exists")
        return Operand(lambda item, values: first.read(item, values) or other.read(item, values))

    def _parse_list_append(self) -> Operand:
        left, right = self.parse_arguments(2, self._parse_append_operand)
        self.require_kinds([left, right], frozenset({"L"}), "list_append")
        return Operand(
            lambda item, values: {
                "L": [*_unwrap("L", left.read(item, values)), *_unwrap("L", right.read(item, values))]
            }
        )

    def _parse_append_operand(self) -> Operand:
        if self.tokens.peek_function() == "list_append":
            self.tokens.reject(
                "The function is not allowed to be used this way in an expression; function: list_append"
            )
        return self._parse_operand()

    def _parse_change(self, update: Update, clause: str) -> None:
        path = self.tokens.take_path()
        name, sign = str(path[0]), self.tokens.take_value()
        if len(path) > 1:
            raise NotImplementedError(f"{clause} is documented for top-level attributes only, not for {path}")
        kinds = _SETS | {"N"} if clause == "ADD" else _SETS
        self.require_kinds([Operand(lambda _, values: values[sign], placeholder=sign)], kinds, clause)
        change = _add if clause == "ADD" else _delete
        update.changes.append((name, lambda item, values: change(item.get(name), values[sign])))


def _reject_missing() -> NoReturn:
    raise Invalid("The provided expression refers to an attribute that does not exist in the item")


def _unwrap(kind: str, value: Value | None) -> Any:
    """Return the content of a value of that type; raises Invalid for another type, or for no value."""
    if value is None:
        _reject_missing()
    if kind not in value:
        raise Invalid("An operand in the update expression has an incorrect data type")
    return value[kind]


def _add(old: Value | None, value: Value) -> Value:
    if old is None:
        return value
    kind = get_kind(value)
    content = _unwrap(kind, old)
    return {
        kind: add_numbers(content, value[kind], 1) if kind == "N" else sort_members(kind, {*content, *value[kind]})
    }


def _delete(old: Value | None, value: Value) -> Value | None:
    """Return what is left of the set, or None: a set is never empty, it goes with its last member."""
    if old is None:
        return None
    kind = get_kind(value)
    members = [member for member in _unwrap(kind, old) if member not in value[kind]]
    return {kind: members} if members else None
