"""Check attribute values, and normalize them as they come in.

Normalized (numbers canonical, sets sorted), equal values are equal dicts. What is stored is never changed, so
items and the stream's images share it.
"""

import pickle
import re
from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from typing import Any

from botocore.exceptions import ParamValidationError

from testing.dynamodb.errors import Invalid

Value = dict[str, Any]
Item = dict[str, Value]

_MAX_DEPTH = 32
_EXACT = Context(prec=400, Emax=10_000, Emin=-10_000)
_PLAIN_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,37}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_SET_NAMES = {"SS": "string", "NS": "number", "BS": "binary"}


def normalize(value: Value, level: int = 1) -> Value:
    """Return the value normalized, sharing nothing that the caller might change; raises Invalid."""
    if len(value) != 1:
        wrong = "has more than one datatypes set" if value else "is empty"
        raise Invalid(f"Supplied AttributeValue {wrong}, must contain exactly one of the supported datatypes")
    [(kind, content)] = value.items()
    if kind == "S" and isinstance(content, str):
        return {"S": content}
    if kind not in _NORMALIZERS or not isinstance(content, _NORMALIZERS[kind][0]):
        raise ParamValidationError(report=f"Invalid type for an attribute value: {value!r}")
    if level > _MAX_DEPTH:
        raise Invalid(
            "Nesting Levels have exceeded supported limits: "
            "Attributes in the item have nested levels beyond supported limit"
        )
    return {kind: _NORMALIZERS[kind][1](content, level, kind)}


def normalize_item(item: Mapping[str, Value]) -> Item:
    """Normalize the values of an item; raises Invalid."""
    return {name: normalize(value) for name, value in item.items()}


def get_kind(value: Value) -> str:
    """Return the type of a value: `S`, `N` and so on."""
    return next(iter(value))


def copy_value(thing: Any) -> Any:
    """Copy a value so that it may be changed, in a fifth of the time of `deepcopy`."""
    return pickle.loads(pickle.dumps(thing, -1))


def parse_number(text: str) -> int | Decimal:
    """Parse a normalized number, to compare it or to calculate with it."""
    return int(text) if text.lstrip("-").isdigit() else Decimal(text)


def canonicalize_number(text: str) -> str:
    """Return the number as DynamoDB gives it back; raises Invalid."""
    if _PLAIN_NUMBER.fullmatch(text):
        return text
    if not _NUMBER.fullmatch(text):
        raise Invalid(f"The parameter cannot be converted to a numeric value: {text}")
    exact = _EXACT.create_decimal(text).normalize(_EXACT)
    for beyond, wrong in ((exact.adjusted() > 125, "overflow"), (exact.adjusted() < -130, "underflow")):
        if exact and beyond:
            size = "larger" if wrong == "overflow" else "smaller"
            raise Invalid(
                f"Number {wrong}. Attempting to store a number with magnitude {size} than supported range"
            )
    if len(exact.as_tuple().digits) > 38:
        raise Invalid("Attempting to store more than 38 significant digits in a Number")
    return f"{exact:f}" if exact else "0"


def add_numbers(left: str, right: str, sign: int) -> str:
    """Return the sum, or with a `sign` of -1 the difference, of two normalized numbers."""
    first, second = parse_number(left), parse_number(right)
    if isinstance(first, int) and isinstance(second, int):
        return canonicalize_number(str(first + sign * second))
    return canonicalize_number(str(_EXACT.add(Decimal(first), sign * Decimal(second))))


def _numeric(content: str, _level: int, _kind: str) -> str:
    return canonicalize_number(content)


def _keep(content: Any, _level: int, _kind: str) -> Any:
    return bytes(content) if isinstance(content, bytearray) else content


def _null(content: bool, _level: int, _kind: str) -> bool:
    if not content:
        raise Invalid(
            "One or more parameter values were invalid: Null attribute value types must have the value of true"
        )
    return True


def _list(content: list[Value], level: int, _kind: str) -> list[Value]:
    return [normalize(part, level + 1) for part in content]


def _map(content: dict[str, Value], level: int, _kind: str) -> dict[str, Value]:
    return {name: normalize(part, level + 1) for name, part in content.items()}


def _set(content: list[Any], _level: int, kind: str) -> list[Any]:
    if not content:
        raise Invalid(f"One or more parameter values were invalid: An {_SET_NAMES[kind]} set  may not be empty")
    members = [canonicalize_number(member) for member in content] if kind == "NS" else content
    if len(set(members)) < len(members):
        shown = ", ".join(map(str, content))
        raise Invalid(
            f"One or more parameter values were invalid: Input collection [{shown}] contains duplicates."
        )
    return sort_members(kind, members)


def sort_members(kind: str, members: Any) -> list[Any]:
    """Sort the members of a set as a normalized set has them."""
    return sorted(members, key=parse_number) if kind == "NS" else sorted(members)


_NORMALIZERS: dict[str, tuple[Any, Callable[[Any, int, str], Any]]] = {
    "S": (str, _keep),
    "N": (str, _numeric),
    "B": ((bytes, bytearray), _keep),
    "BOOL": (bool, _keep),
    "NULL": (bool, _null),
    "L": (list, _list),
    "M": (dict, _map),
    **dict.fromkeys(_SET_NAMES, (list, _set)),
}
