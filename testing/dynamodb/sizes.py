"""Compute how large items are, and how many capacity units that takes, by the documented rules."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from testing.dynamodb.values import Value

MAX_ITEM_BYTES = 400 * 1024
READ_UNIT, WRITE_UNIT = 4096, 1024


def compute_item_size(item: Mapping[str, Value]) -> int:
    """Return the bytes of an item, names of attributes included."""
    return sum(_text(name) + compute_size(value) for name, value in item.items())


def compute_size(value: Value) -> int:
    """Return the bytes of a value."""
    [(kind, content)] = value.items()
    return _SIZES[kind](content)


def _text(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _number(text: str) -> int:
    """Return a byte for two significant digits, one more, and one for the sign."""
    digits = text.lstrip("-").replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1 + text.startswith("-")


def _list(parts: Sequence[Value]) -> int:
    return 3 + len(parts) + sum(map(compute_size, parts))


def _map(fields: Mapping[str, Value]) -> int:
    return 3 + len(fields) + compute_item_size(fields)


_SIZES: dict[str, Callable[[Any], int]] = {
    "S": _text,
    "N": _number,
    "B": len,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "L": _list,
    "M": _map,
    "SS": lambda members: sum(map(_text, members)),
    "NS": lambda members: sum(map(_number, members)),
    "BS": lambda members: sum(map(len, members)),
}


def count_units(size: int, unit: int) -> int:
    """Return the units of so many bytes: at least one, even of an item that does not exist."""
    return max(1, -(-size // unit))
