"""Compile conditions and filters, each once, to a function of an item and the values given."""

from dataclasses import dataclass
from functools import lru_cache

from testing.dynamodb.errors import Invalid
from testing.dynamodb.expressions.comparisons import IN_ORDER, compare
from testing.dynamodb.expressions.compiler import (
    ORDERED,
    Check,
    ExpressionCompiler,
    Names,
    Operand,
    UsedPlaceholders,
    Values,
)
from testing.dynamodb.expressions.functions import Predicate, parse_call, parse_operand
from testing.dynamodb.expressions.tokens import Tokens

_MAX_IN_OPERANDS = 100


@dataclass(frozen=True)
class Condition:
    """A compiled condition; `attributes` are the top-level ones that it looks at."""

    uses: UsedPlaceholders
    holds: Predicate
    attributes: frozenset[str]


@lru_cache(maxsize=20_000)
def compile_condition(parameter: str, text: str, names: Names) -> Condition:
    """Compile a condition; `parameter` is its name in the request. Raises Invalid."""
    compiler = _Compiler(Tokens(parameter, text, dict(names)))
    holds = compiler.parse_or()
    return Condition(compiler.finish(), holds, frozenset(compiler.attributes))


class _Compiler(ExpressionCompiler):
    """The compiler of a condition: `NOT` binds closer than `AND`, and `AND` closer than `OR`."""

    _last_group = (-1, -1)  #: where the last parentheses began and ended

    def parse_or(self) -> Predicate:
        """Parse a condition up to the end, or to the parenthesis that closes it."""
        parts = [self._parse_and()]
        while self.tokens.is_next("OR"):
            self.tokens.take_operator("OR")
            parts.append(self._parse_and())
        return parts[0] if len(parts) == 1 else lambda item, values: any(part(item, values) for part in parts)

    def _parse_and(self) -> Predicate:
        parts = [self._parse_not()]
        while self.tokens.is_next("AND"):
            self.tokens.take_operator("AND")
            parts.append(self._parse_not())
        return parts[0] if len(parts) == 1 else lambda item, values: all(part(item, values) for part in parts)

    def _parse_not(self) -> Predicate:
        if not self.tokens.is_next("NOT"):
            return (
                self._parse_parentheses()
                if self.tokens.is_next("(")
                else parse_call(self) or self._parse_comparison()
            )
        self.tokens.take_operator("NOT")
        holds = self._parse_not()
        return lambda item, values: not holds(item, values)

    def _parse_parentheses(self) -> Predicate:
        start = self.tokens.position
        self.tokens.take("(")
        holds = self.parse_or()
        if self._last_group == (start + 1, self.tokens.position):
            self.tokens.reject("The expression has redundant parentheses;")
        self.tokens.take(")")
        self._last_group = (start, self.tokens.position)
        return holds

    def _parse_comparison(self) -> Predicate:
        left = parse_operand(self)
        if self.tokens.is_next("BETWEEN"):
            return self._parse_between(left)
        if self.tokens.is_next("IN"):
            return self._parse_in(left)
        sign = self.tokens.take_operator("=", "<>", *IN_ORDER)
        right = parse_operand(self)
        self.require_distinct(left, right, sign)
        if sign in IN_ORDER:
            self.require_kinds([left, right], ORDERED, sign)
        return lambda item, values: compare(sign, left.read(item, values), right.read(item, values))

    def _parse_between(self, middle: Operand) -> Predicate:
        self.tokens.take_operator("BETWEEN")
        low = parse_operand(self)
        self.tokens.take("AND")
        high = parse_operand(self)
        self.require_kinds([middle, low, high], ORDERED, "BETWEEN")
        if low.placeholder and high.placeholder:
            self.checks.append(build_bounds_check(self.tokens.parameter, low.placeholder, high.placeholder))
        return lambda item, values: (
            compare("<=", low.read(item, values), middle.read(item, values))
            and compare("<=", middle.read(item, values), high.read(item, values))
        )

    def _parse_in(self, left: Operand) -> Predicate:
        self.tokens.take_operator("IN")
        self.tokens.take("(")
        among = [parse_operand(self)]
        while self.tokens.skip(","):
            among.append(parse_operand(self))
        self.tokens.take(")")
        if len(among) > _MAX_IN_OPERANDS:
            self.tokens.reject(f"The IN operator is provided with too many operands: {len(among)}")
        return lambda item, values: any(
            compare("=", left.read(item, values), each.read(item, values)) for each in among
        )


def build_bounds_check(parameter: str, low: str, high: str) -> Check:
    """Build the check that BETWEEN's two values have one type and are in order."""

    def check(values: Values) -> None:
        if not compare("<=", values[low], values[high]):
            raise Invalid(
                f"Invalid {parameter}: The BETWEEN operator requires upper bound to be greater than or equal to "
                f"lower bound; lower bound operand: {values[low]}, upper bound operand: {values[high]}"
            )

    return check
