"""Compile the functions of conditions."""

from collections.abc import Callable

from testing.dynamodb.errors import Invalid
from testing.dynamodb.expressions.comparisons import begins_with, contains, size
from testing.dynamodb.expressions.compiler import ExpressionCompiler, Operand, Values
from testing.dynamodb.values import Item, get_kind

Predicate = Callable[[Item, Values], bool]

_TEXTS = frozenset({"S", "B"})
_CONTAINERS = frozenset({"S", "B", "L", "SS", "NS", "BS"})
_KINDS = frozenset({*_CONTAINERS, "N", "BOOL", "NULL", "M"})


def parse_operand(compiler: ExpressionCompiler) -> Operand:
    """Parse a path, a value, or the size of one."""
    name = compiler.tokens.peek_function()
    if not name:
        return compiler.parse_path_or_value()
    if name != "size":
        known = name in FUNCTIONS or name in ("if_not_exists", "list_append")
        why = (
            "The function is not allowed to be used this way in an expression"
            if known
            else "Invalid function name"
        )
        compiler.tokens.reject(f"{why}; function: {name}")
    [measured] = compiler.parse_arguments(1, lambda: parse_operand(compiler))
    compiler.require_kinds([measured], _KINDS - {"N", "BOOL", "NULL"}, name)
    return Operand(lambda item, values: size(measured.read(item, values)))


def parse_call(compiler: ExpressionCompiler) -> Predicate | None:
    """Parse the call that comes next, if it is of a function that holds or does not; else return None."""
    function = FUNCTIONS.get(compiler.tokens.peek_function())
    return function(compiler) if function else None


def _parse_existence(compiler: ExpressionCompiler) -> Predicate:
    name = compiler.tokens.peek_function()
    [operand] = compiler.parse_arguments(1, lambda: parse_operand(compiler))
    compiler.require_path(operand, name)
    must_exist = name == "attribute_exists"
    return lambda item, values: (operand.read(item, values) is not None) is must_exist


def _parse_type(compiler: ExpressionCompiler) -> Predicate:
    operand, type_operand = compiler.parse_arguments(2, lambda: parse_operand(compiler))
    placeholder = type_operand.placeholder
    if not placeholder:
        compiler.tokens.reject("The second operand of attribute_type must be an expression attribute value")
    compiler.require_kinds([type_operand], frozenset({"S"}), "attribute_type")
    compiler.checks.append(lambda values: _check_kind(compiler.tokens.parameter, values[placeholder]["S"]))
    return lambda item, values: get_kind(operand.read(item, values) or {"": None}) == values[placeholder]["S"]


def _check_kind(parameter: str, kind: str) -> None:
    if kind not in _KINDS:
        raise Invalid(
            f"Invalid {parameter}: Invalid attribute type name found; type: {kind}, valid types: {_KINDS}"
        )


def _parse_begins_with(compiler: ExpressionCompiler) -> Predicate:
    whole, start = compiler.parse_arguments(2, lambda: parse_operand(compiler))
    compiler.require_kinds([whole, start], _TEXTS, "begins_with")
    compiler.require_distinct(whole, start, "begins_with")
    return lambda item, values: begins_with(whole.read(item, values), start.read(item, values))


def _parse_contains(compiler: ExpressionCompiler) -> Predicate:
    whole, part = compiler.parse_arguments(2, lambda: parse_operand(compiler))
    compiler.require_kinds([whole], _CONTAINERS, "contains")
    compiler.require_distinct(whole, part, "contains")
    return lambda item, values: contains(whole.read(item, values), part.read(item, values))


FUNCTIONS: dict[str, Callable[[ExpressionCompiler], Predicate]] = {
    "attribute_exists": _parse_existence,
    "attribute_not_exists": _parse_existence,
    "attribute_type": _parse_type,
    "begins_with": _parse_begins_with,
    "contains": _parse_contains,
}
