"""Compare two values as conditions do; None is an attribute that does not exist."""

import operator

from testing.dynamodb.expressions.compiler import ORDERED
from testing.dynamodb.values import Value, get_kind, parse_number

IN_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def compare(comparator: str, left: Value | None, right: Value | None) -> bool:
    """Compare two values.

    A missing attribute is unequal to everything; values of different types are in no order.
    """
    if comparator == "=":
        return left is not None and left == right
    if comparator == "<>":
        return left is None or left != right
    if left is None or right is None or get_kind(left) != get_kind(right) or get_kind(left) not in ORDERED:
        return False
    [(kind, first)], [second] = left.items(), right.values()
    if kind == "N":
        first, second = parse_number(first), parse_number(second)
    return bool(IN_ORDER[comparator](first, second))


def begins_with(whole: Value | None, start: Value | None) -> bool:
    """Return True if a text, or bytes, begins with the other."""
    if whole is None or start is None or get_kind(whole) != get_kind(start) or get_kind(whole) not in ("S", "B"):
        return False
    [content], [beginning] = whole.values(), start.values()
    return bool(content.startswith(beginning))


def contains(whole: Value | None, part: Value | None) -> bool:
    """Return True if a text contains a text, a set a member, or a list an element."""
    if whole is None or part is None:
        return False
    [(kind, members)], [(kind_of_part, content)] = whole.items(), part.items()
    if kind == "L":
        return part in members
    return (kind == kind_of_part + "S" or (kind == kind_of_part and kind in ("S", "B"))) and content in members


def size(value: Value | None) -> Value | None:
    """Return the length of a text, or the number of members or elements; numbers and booleans have none."""
    if value is None:
        return None
    [(kind, content)] = value.items()
    return None if kind in ("N", "BOOL", "NULL") else {"N": str(len(content))}
