"""Conditions and filters, each compiled once to a function of an item and the values given."""

from dataclasses import dataclass
from functools import lru_cache

from tests.memory.comparing import IN_ORDER, compare
from tests.memory.compiling import ORDERED, Check, Compiling, Names, Operand, Uses, Values
from tests.memory.errors import Invalid
from tests.memory.functions import Holds, call, operand
from tests.memory.tokens import Tokens

_MOST_IN = 100


@dataclass(frozen=True)
class Condition:
    """A compiled condition; `attributes` are the top-level ones that it looks at."""

    uses: Uses
    holds: Holds
    attributes: frozenset[str]


@lru_cache(maxsize=20_000)
def compiled(parameter: str, text: str, names: Names) -> Condition:
    compiler = _Compiler(Tokens(parameter, text, dict(names)))
    holds = compiler.any()
    return Condition(compiler.uses(), holds, frozenset(compiler.attributes))


class _Compiler(Compiling):
    """Reads `NOT` before `AND` before `OR`."""

    _group = (-1, -1)  #: where the last parentheses began and ended

    def any(self) -> Holds:
        parts = [self._all()]
        while self.tokens.next_is("OR"):
            self.tokens.operator("OR")
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else lambda item, values: any(part(item, values) for part in parts)

    def _all(self) -> Holds:
        parts = [self._not()]
        while self.tokens.next_is("AND"):
            self.tokens.operator("AND")
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else lambda item, values: all(part(item, values) for part in parts)

    def _not(self) -> Holds:
        if not self.tokens.next_is("NOT"):
            return self._in_parentheses() if self.tokens.next_is("(") else call(self) or self._comparison()
        self.tokens.operator("NOT")
        holds = self._not()
        return lambda item, values: not holds(item, values)

    def _in_parentheses(self) -> Holds:
        start = self.tokens.place
        self.tokens.take("(")
        holds = self.any()
        if self._group == (start + 1, self.tokens.place):
            self.tokens.refuse("The expression has redundant parentheses;")
        self.tokens.take(")")
        self._group = (start, self.tokens.place)
        return holds

    def _comparison(self) -> Holds:
        left = operand(self)
        if self.tokens.next_is("BETWEEN"):
            return self._between(left)
        if self.tokens.next_is("IN"):
            return self._in(left)
        sign = self.tokens.operator("=", "<>", *IN_ORDER)
        right = operand(self)
        self.require_distinct(left, right, sign)
        if sign in IN_ORDER:
            self.require_kinds([left, right], ORDERED, sign)
        return lambda item, values: compare(sign, left.read(item, values), right.read(item, values))

    def _between(self, middle: Operand) -> Holds:
        self.tokens.operator("BETWEEN")
        low = operand(self)
        self.tokens.take("AND")
        high = operand(self)
        self.require_kinds([middle, low, high], ORDERED, "BETWEEN")
        if low.sign and high.sign:
            self.checks.append(bounds_check(self.tokens.parameter, low.sign, high.sign))
        return lambda item, values: (
            compare("<=", low.read(item, values), middle.read(item, values))
            and compare("<=", middle.read(item, values), high.read(item, values))
        )

    def _in(self, left: Operand) -> Holds:
        self.tokens.operator("IN")
        self.tokens.take("(")
        among = [operand(self)]
        while self.tokens.skip(","):
            among.append(operand(self))
        self.tokens.take(")")
        if len(among) > _MOST_IN:
            self.tokens.refuse(f"The IN operator is provided with too many operands: {len(among)}")
        return lambda item, values: any(
            compare("=", left.read(item, values), each.read(item, values)) for each in among
        )


def bounds_check(parameter: str, low: str, high: str) -> Check:
    """The check that BETWEEN's values have one type and stand in order."""

    def check(values: Values) -> None:
        if not compare("<=", values[low], values[high]):
            raise Invalid(
                f"Invalid {parameter}: The BETWEEN operator requires upper bound to be greater than or equal to "
                f"lower bound; lower bound operand: {values[low]}, upper bound operand: {values[high]}"
            )

    return check
