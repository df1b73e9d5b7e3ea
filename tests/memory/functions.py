"""The functions of conditions, compiled."""

from collections.abc import Callable

from tests.memory.comparing import begins_with, contains, size
from tests.memory.compiling import Compiling, Operand, Values
from tests.memory.errors import Invalid
from tests.memory.values import Item, kind_of

Holds = Callable[[Item, Values], bool]

_TEXTS = frozenset({"S", "B"})
_CONTAINERS = frozenset({"S", "B", "L", "SS", "NS", "BS"})
_KINDS = frozenset({*_CONTAINERS, "N", "BOOL", "NULL", "M"})


def operand(compiling: Compiling) -> Operand:
    """A path, a value, or the size of something."""
    name = compiling.tokens.function()
    if not name:
        return compiling.path_or_value()
    if name != "size":
        known = name in FUNCTIONS or name in ("if_not_exists", "list_append")
        why = (
            "The function is not allowed to be used this way in an expression"
            if known
            else "Invalid function name"
        )
        compiling.tokens.refuse(f"{why}; function: {name}")
    [measured] = compiling.arguments(1, lambda: operand(compiling))
    compiling.require_kinds([measured], _KINDS - {"N", "BOOL", "NULL"}, name)
    return Operand(lambda item, values: size(measured.read(item, values)))


def call(compiling: Compiling) -> Holds | None:
    """The function that comes next, if it is one that holds or does not."""
    function = FUNCTIONS.get(compiling.tokens.function())
    return function(compiling) if function else None


def _existence(compiling: Compiling) -> Holds:
    name = compiling.tokens.function()
    [asked] = compiling.arguments(1, lambda: operand(compiling))
    compiling.require_path(asked, name)
    wanted = name == "attribute_exists"
    return lambda item, values: (asked.read(item, values) is not None) is wanted


def _type(compiling: Compiling) -> Holds:
    asked, wanted = compiling.arguments(2, lambda: operand(compiling))
    sign = wanted.sign
    if not sign:
        compiling.tokens.refuse("The second operand of attribute_type must be an expression attribute value")
    compiling.require_kinds([wanted], frozenset({"S"}), "attribute_type")
    compiling.checks.append(lambda values: _check_kind(compiling.tokens.parameter, values[sign]["S"]))
    return lambda item, values: kind_of(asked.read(item, values) or {"": None}) == values[sign]["S"]


def _check_kind(parameter: str, kind: str) -> None:
    if kind not in _KINDS:
        raise Invalid(
            f"Invalid {parameter}: Invalid attribute type name found; type: {kind}, valid types: {_KINDS}"
        )


def _begins_with(compiling: Compiling) -> Holds:
    whole, start = compiling.arguments(2, lambda: operand(compiling))
    compiling.require_kinds([whole, start], _TEXTS, "begins_with")
    compiling.require_distinct(whole, start, "begins_with")
    return lambda item, values: begins_with(whole.read(item, values), start.read(item, values))


def _contains(compiling: Compiling) -> Holds:
    whole, part = compiling.arguments(2, lambda: operand(compiling))
    compiling.require_kinds([whole], _CONTAINERS, "contains")
    compiling.require_distinct(whole, part, "contains")
    return lambda item, values: contains(whole.read(item, values), part.read(item, values))


FUNCTIONS: dict[str, Callable[[Compiling], Holds]] = {
    "attribute_exists": _existence,
    "attribute_not_exists": _existence,
    "attribute_type": _type,
    "begins_with": _begins_with,
    "contains": _contains,
}
