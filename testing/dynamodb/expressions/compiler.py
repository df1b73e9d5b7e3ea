"""Compile what any expression has: operands, and what it needs of the request that it is part of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from testing.dynamodb.errors import Invalid
from testing.dynamodb.expressions.paths import Path, format_path, get_value
from testing.dynamodb.expressions.tokens import Tokens
from testing.dynamodb.values import Item, Value, get_kind

Names = tuple[tuple[str, str], ...]
Values = Mapping[str, Value]
Read = Callable[[Item, Values], Value | None]
Check = Callable[[Values], None]

#: The types that have an order.
ORDERED = frozenset({"S", "N", "B"})


@dataclass(frozen=True)
class Operand:
    """A path, the placeholder of a value, or (neither) the result of a function."""

    read: Read
    path: Path = ()
    placeholder: str = ""

    @property
    def label(self) -> str:
        """Return the operand as error messages name it; nothing for a function's result."""
        return format_path(self.path) if self.path else self.placeholder


@dataclass(frozen=True)
class UsedPlaceholders:
    """The placeholders that an expression uses, and the checks of the values given for them."""

    parameter: str
    names: frozenset[str]
    values: frozenset[str]
    checks: tuple[Check, ...]

    def check(self, values: Values) -> None:
        """Raise Invalid if a value is not given, or fails a check."""
        for sign in self.values:
            if sign not in values:
                raise Invalid(
                    f"Invalid {self.parameter}: An expression attribute value used in expression is not defined; "
                    f"attribute value: {sign}"
                )
        for check in self.checks:
            check(values)


class ExpressionCompiler:
    """The compiler of one expression."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.attributes: set[str] = set()  #: the top-level ones that it looks at
        self.checks: list[Check] = []

    def finish(self) -> UsedPlaceholders:
        """Return the placeholders used, once the expression is parsed; raises Invalid if more of it is left."""
        self.tokens.expect_end()
        names, values = frozenset(self.tokens.names_used), frozenset(self.tokens.values_used)
        return UsedPlaceholders(self.tokens.parameter, names, values, tuple(self.checks))

    def parse_path_or_value(self) -> Operand:
        """Parse a document path or the placeholder of a value."""
        if self.tokens.peek().startswith(":"):
            sign = self.tokens.take_value()
            return Operand(lambda _, values: values[sign], placeholder=sign)
        path = self.tokens.take_path()
        self.attributes.add(str(path[0]))
        return Operand(reader(path), path=path)

    def parse_arguments(self, count: int, argument: Callable[[], Operand]) -> list[Operand]:
        """Parse the arguments of the function that comes next; raises Invalid if there are more or fewer."""
        name = self.tokens.take()
        self.tokens.take("(")
        arguments = [argument()]
        while self.tokens.skip(","):
            arguments.append(argument())
        self.tokens.take(")")
        if len(arguments) != count:
            self.tokens.reject(
                "Incorrect number of operands for operator or function; "
                f"operator or function: {name}, number of operands: {len(arguments)}"
            )
        return arguments

    def require_path(self, operand: Operand, name: str) -> None:
        """Raise Invalid unless the operand is a path."""
        if not operand.path:
            self.tokens.reject(f"Operator or function requires a document path; operator or function: {name}")

    def require_distinct(self, left: Operand, right: Operand, name: str) -> None:
        """Raise Invalid if both operands are the same path or placeholder."""
        if left.label and left.label == right.label:
            self.tokens.reject(
                "The first operand must be distinct from the remaining operands for this operator or function; "
                f"operator: {name}, first operand: {left.label}"
            )

    def require_kinds(self, operands: Iterable[Operand], kinds: frozenset[str], name: str) -> None:
        """Add the check that given values have one of these types; stored ones may have any."""
        self.checks += [
            self._build_kind_check(operand.placeholder, kinds, name) for operand in operands if operand.placeholder
        ]

    def _build_kind_check(self, placeholder: str, kinds: frozenset[str], name: str) -> Check:
        parameter = self.tokens.parameter

        def check(values: Values) -> None:
            if get_kind(values[placeholder]) not in kinds:
                raise Invalid(
                    f"Invalid {parameter}: Incorrect operand type for operator or function; "
                    f"operator or function: {name}, operand type: {get_kind(values[placeholder])}"
                )

        return check


def reader(path: Path) -> Read:
    """Return the function that reads the path's value from an item."""
    first = path[0]
    if len(path) == 1 and isinstance(first, str):
        return lambda item, _: item.get(first)
    return lambda item, _: get_value(item, path)
