"""Compile key conditions: the partition that a query reads, and the range of the sort key."""

from dataclasses import dataclass
from functools import lru_cache

from testing.dynamodb.errors import Invalid
from testing.dynamodb.expressions.compiler import ExpressionCompiler, Names, Operand, UsedPlaceholders, Values
from testing.dynamodb.expressions.conditions import build_bounds_check
from testing.dynamodb.expressions.tokens import Tokens
from testing.dynamodb.schema import KeySchema

_COMPARATORS = ("=", "<", "<=", ">", ">=")
Term = tuple[str, str, tuple[str, ...]]  #: the attribute, the operator and the values' placeholders
Range = tuple[str, str | None]  #: of the sort key: from where, and what it ends before


@dataclass(frozen=True)
class KeyCondition:
    """A compiled key condition, with one term for each attribute."""

    uses: UsedPlaceholders
    terms: tuple[Term, ...]

    def bounds(self, keys: KeySchema, values: Values) -> tuple[str, Range]:
        """Return the partition and the range of the sort key; raises Invalid."""
        by_name = {
            name: (operator, [_read_key_text(values, sign) for sign in signs])
            for name, operator, signs in self.terms
        }
        if len(by_name) < len(self.terms):
            raise Invalid("KeyConditionExpressions must only contain one condition per key")
        for name in (keys.partition, *by_name):
            if name not in by_name or name not in keys.names:
                raise Invalid(f"Query condition missed key schema element: {name}")
        operator, partition = by_name[keys.partition]
        if operator != "=":
            raise Invalid("Query key condition not supported")
        return partition[0], _compute_range(*by_name.get(keys.sort, (">=", [""])))


@lru_cache(maxsize=1_000)
def compile_key_condition(text: str, names: Names) -> KeyCondition:
    """Compile a key condition; raises Invalid."""
    compiler = _Compiler(Tokens("KeyConditionExpression", text, dict(names)))
    terms = compiler.parse_terms()
    return KeyCondition(compiler.finish(), tuple(terms))


class _Compiler(ExpressionCompiler):
    """The compiler of a key condition."""

    def parse_terms(self) -> list[Term]:
        """Parse the terms that AND joins."""
        terms = self._parse_term()
        while self.tokens.skip("AND"):
            terms += self._parse_term()
        return terms

    def _parse_term(self) -> list[Term]:
        if self.tokens.skip("("):
            terms = self.parse_terms()
            self.tokens.take(")")
            return terms
        if self.tokens.peek_function() == "begins_with":
            name, start = self.parse_arguments(2, self.parse_path_or_value)
            if not start.placeholder:
                self.tokens.reject_syntax()
            return [(self._get_attribute(name), "begins_with", (start.placeholder,))]
        attribute = self._get_attribute(self.parse_path_or_value())
        if self.tokens.skip("BETWEEN"):
            return [(attribute, "BETWEEN", self._parse_bounds())]
        return [(attribute, self.tokens.take(*_COMPARATORS), (self.tokens.take_value(),))]

    def _get_attribute(self, operand: Operand) -> str:
        if len(operand.path) != 1:
            self.tokens.reject_syntax()
        return str(operand.path[0])

    def _parse_bounds(self) -> tuple[str, str]:
        low = self.tokens.take_value()
        self.tokens.take("AND")
        high = self.tokens.take_value()
        self.checks.append(build_bounds_check(self.tokens.parameter, low, high))
        return low, high


def _read_key_text(values: Values, sign: str) -> str:
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


def _compute_range(operator: str, given: list[str]) -> Range:
    first, last = given[0], given[-1]
    return {
        "=": (first, _get_successor(first)),
        "<": ("", first),
        "<=": ("", _get_successor(first)),
        ">": (_get_successor(first), None),
        ">=": (first, None),
        "BETWEEN": (first, _get_successor(last)),
        "begins_with": (first, _get_prefix_end(first)),
    }[operator]


def _get_successor(text: str) -> str:
    """Return the first text behind this one."""
    return text + "\0"


def _get_prefix_end(prefix: str) -> str | None:
    """Return the first text behind all that begin with the prefix, or None if there is none."""
    stem = prefix.rstrip("\U0010ffff")
    return stem[:-1] + chr(ord(stem[-1]) + 1) if stem else None
