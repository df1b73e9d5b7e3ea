"""Update expressions, each compiled once to a function of an item and the values given."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NoReturn

from tests.memory.compiling import Compiling, Names, Operand, Read, Uses, Values
from tests.memory.errors import Invalid
from tests.memory.paths import Path, put, refuse_overlaps, take_away
from tests.memory.tokens import END, Tokens
from tests.memory.values import Item, Value, in_order, kind_of, total

_CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")
_SETS = frozenset({"SS", "NS", "BS"})


@dataclass
class Update:
    """A compiled update; what it sets is read from the item as it was, whatever else it does."""

    sets: list[tuple[Path, Read]] = field(default_factory=list)
    removes: list[Path] = field(default_factory=list)
    changes: list[tuple[str, Read]] = field(default_factory=list)  #: ADD and DELETE, of top-level attributes

    @property
    def paths(self) -> list[Path]:
        return [*(path for path, _ in self.sets), *self.removes, *((name,) for name, _ in self.changes)]

    @cached_property
    def targets(self) -> frozenset[str]:
        """The top-level attributes that may change."""
        return frozenset(str(path[0]) for path in self.paths)

    def apply(self, old: Item | None, key: Item, values: Values) -> Item:
        """The item afterwards, in which what did not change is shared; raises Invalid."""
        before = old or key
        given = [(path, read(before, values)) for path, read in self.sets]
        changed = [(name, read(before, values)) for name, read in self.changes]
        item = before.copy()
        for path, value in given:
            put(item, path, value or _missing())
        for path in self.removes if old else ():
            take_away(item, path, before)
        for name, value in changed:
            item.pop(name, None)
            item.update({name: value} if value else {})
        return item


@lru_cache(maxsize=20_000)
def compiled(parameter: str, text: str, names: Names) -> tuple[Uses, Update]:
    compiler = _Compiler(Tokens(parameter, text, dict(names)))
    update = compiler.update()
    refuse_overlaps(parameter, update.paths)
    # Elements behind a list's end are appended in their order, and removed from the end.
    update.sets.sort(key=lambda each: each[0])
    update.removes.sort(reverse=True)
    return compiler.uses(), update


class _Compiler(Compiling):
    def update(self) -> Update:
        update, seen = Update(), set()
        actions: dict[str, Callable[[Update], None]] = {
            "SET": self._set,
            "REMOVE": lambda made: made.removes.append(self.tokens.path()),
            "ADD": lambda made: self._change(made, "ADD"),
            "DELETE": lambda made: self._change(made, "DELETE"),
        }
        while self.tokens.peek() != END:
            clause = self.tokens.take(*_CLAUSES)
            if clause in seen:
                self.tokens.refuse(f'The "{clause}" section can only be used once in an update expression;')
            seen.add(clause)
            actions[clause](update)
            while self.tokens.skip(","):
                actions[clause](update)
        return update

    def _set(self, update: Update) -> None:
        path = self.tokens.path()
        self.tokens.take("=")
        left = self._operand()
        update.sets.append((path, self._sum(left) if self.tokens.next_is("+", "-") else left.read))

    def _sum(self, left: Operand) -> Read:
        sign = self.tokens.operator("+", "-")
        right = self._operand()
        self.require_kinds([left, right], frozenset({"N"}), sign)
        factor = 1 if sign == "+" else -1
        return lambda item, values: {
            "N": total(_of_kind("N", left.read(item, values)), _of_kind("N", right.read(item, values)), factor)
        }

    def _operand(self) -> Operand:
        name = self.tokens.function()
        if not name:
            return self.path_or_value()
        if name not in ("if_not_exists", "list_append"):
            self.tokens.refuse(f"Invalid function name; function: {name}")
        return self._if_not_exists() if name == "if_not_exists" else self._list_append()

    def _if_not_exists(self) -> Operand:
        first, other = self.arguments(2, self._operand)
        self.require_path(first, "if_not_exists")
        return Operand(lambda item, values: first.read(item, values) or other.read(item, values))

    def _list_append(self) -> Operand:
        left, right = self.arguments(2, self._appended)
        self.require_kinds([left, right], frozenset({"L"}), "list_append")
        return Operand(
            lambda item, values: {
                "L": [*_of_kind("L", left.read(item, values)), *_of_kind("L", right.read(item, values))]
            }
        )

    def _appended(self) -> Operand:
        if self.tokens.function() == "list_append":
            self.tokens.refuse(
                "The function is not allowed to be used this way in an expression; function: list_append"
            )
        return self._operand()

    def _change(self, update: Update, clause: str) -> None:
        path = self.tokens.path()
        name, sign = str(path[0]), self.tokens.value()
        if len(path) > 1:
            raise NotImplementedError(f"{clause} is documented for top-level attributes only, not for {path}")
        kinds = _SETS | {"N"} if clause == "ADD" else _SETS
        self.require_kinds([Operand(lambda _, values: values[sign], sign=sign)], kinds, clause)
        change = _added if clause == "ADD" else _deleted
        update.changes.append((name, lambda item, values: change(item.get(name), values[sign])))


def _missing() -> NoReturn:
    raise Invalid("The provided expression refers to an attribute that does not exist in the item")


def _of_kind(kind: str, value: Value | None) -> Any:
    """What a value of that type holds."""
    if value is None:
        _missing()
    if kind not in value:
        raise Invalid("An operand in the update expression has an incorrect data type")
    return value[kind]


def _added(old: Value | None, value: Value) -> Value:
    if old is None:
        return value
    kind = kind_of(value)
    held = _of_kind(kind, old)
    return {kind: total(held, value[kind], 1) if kind == "N" else in_order(kind, {*held, *value[kind]})}


def _deleted(old: Value | None, value: Value) -> Value | None:
    """A set is never empty: it goes with its last member."""
    if old is None:
        return None
    kind = kind_of(value)
    left = [member for member in _of_kind(kind, old) if member not in value[kind]]
    return {kind: left} if left else None
