"""Key conditions: the partition that a query reads, and from where to where."""

from dataclasses import dataclass
from functools import lru_cache

from tests.memory.compiling import Compiling, Names, Operand, Uses, Values
from tests.memory.conditions import bounds_check
from tests.memory.errors import Invalid
from tests.memory.schema import Keys
from tests.memory.tokens import Tokens

_COMPARATORS = ("=", "<", "<=", ">", ">=")
Term = tuple[str, str, tuple[str, ...]]  #: the attribute, the operator and the values' placeholders
Range = tuple[str, str | None]  #: of the sort key: from where, and what it ends before


@dataclass(frozen=True)
class KeyCondition:
    uses: Uses
    terms: tuple[Term, ...]

    def bounds(self, keys: Keys, values: Values) -> tuple[str, Range]:
        """The partition and the range of the sort key; raises Invalid."""
        by_name = {
            name: (operator, [_text(values, sign) for sign in signs]) for name, operator, signs in self.terms
        }
        if len(by_name) < len(self.terms):
            raise Invalid("KeyConditionExpressions must only contain one condition per key")
        for name in (keys.partition, *by_name):
            if name not in by_name or name not in keys.names:
                raise Invalid(f"Query condition missed key schema element: {name}")
        operator, partition = by_name[keys.partition]
        if operator != "=":
            raise Invalid("Query key condition not supported")
        return partition[0], _range(*by_name.get(keys.sort, (">=", [""])))


@lru_cache(maxsize=1_000)
def compiled(text: str, names: Names) -> KeyCondition:
    compiler = _Compiler(Tokens("KeyConditionExpression", text, dict(names)))
    terms = compiler.terms()
    return KeyCondition(compiler.uses(), tuple(terms))


class _Compiler(Compiling):
    def terms(self) -> list[Term]:
        terms = self._term()
        while self.tokens.skip("AND"):
            terms += self._term()
        return terms

    def _term(self) -> list[Term]:
        if self.tokens.skip("("):
            terms = self.terms()
            self.tokens.take(")")
            return terms
        if self.tokens.function() == "begins_with":
            name, start = self.arguments(2, self.path_or_value)
            if not start.sign:
                self.tokens.fail()
            return [(self._attribute(name), "begins_with", (start.sign,))]
        attribute = self._attribute(self.path_or_value())
        if self.tokens.skip("BETWEEN"):
            return [(attribute, "BETWEEN", self._bounds())]
        return [(attribute, self.tokens.take(*_COMPARATORS), (self.tokens.value(),))]

    def _attribute(self, operand: Operand) -> str:
        if len(operand.path) != 1:
            self.tokens.fail()
        return str(operand.path[0])

    def _bounds(self) -> tuple[str, str]:
        low = self.tokens.value()
        self.tokens.take("AND")
        high = self.tokens.value()
        self.checks.append(bounds_check(self.tokens.parameter, low, high))
        return low, high


def _text(values: Values, sign: str) -> str:
    if "S" not in values[sign]:
        raise Invalid(
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        )
    if not values[sign]["S"]:
        raise Invalid(
            "One or more parameter values are not valid. "
            "The AttributeValue for a key attribute cannot contain an empty string value."
        )
    return str(values[sign]["S"])


def _range(operator: str, given: list[str]) -> Range:
    first, last = given[0], given[-1]
    return {
        "=": (first, _behind(first)),
        "<": ("", first),
        "<=": ("", _behind(first)),
        ">": (_behind(first), None),
        ">=": (first, None),
        "BETWEEN": (first, _behind(last)),
        "begins_with": (first, _behind_all_that_begin(first)),
    }[operator]


def _behind(text: str) -> str:
    """The first text behind this one."""
    return text + "\0"


def _behind_all_that_begin(prefix: str) -> str | None:
    stem = prefix.rstrip("\U0010ffff")
    return stem[:-1] + chr(ord(stem[-1]) + 1) if stem else None
