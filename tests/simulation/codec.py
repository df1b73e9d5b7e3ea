"""DynamoDB's JSON as boto3 reads and writes it, for what is stored here, in less time."""

from collections.abc import Callable
from typing import Any

Value = dict[str, Any]


def deserialized(value: Value) -> Any:
    """As the functions have it: numbers as int."""
    [(kind, content)] = value.items()
    return _READ[kind](content)


def serialized(value: Any) -> Value:
    return _WRITTEN[type(value)](value)


_READ: dict[str, Callable[[Any], Any]] = {
    "S": str,
    "N": int,
    "BOOL": bool,
    "NULL": lambda _: None,
    "L": lambda content: [deserialized(each) for each in content],
    "M": lambda content: {name: deserialized(each) for name, each in content.items()},
    "SS": set,
    "B": bytes,
}
_WRITTEN: dict[type, Callable[[Any], Value]] = {
    str: lambda value: {"S": value},
    int: lambda value: {"N": str(value)},
    bool: lambda value: {"BOOL": value},
    type(None): lambda _: {"NULL": True},
    list: lambda value: {"L": [serialized(each) for each in value]},
    tuple: lambda value: {"L": [serialized(each) for each in value]},
    dict: lambda value: {"M": {name: serialized(each) for name, each in value.items()}},
    set: lambda value: {"SS": sorted(value)},
    bytes: lambda value: {"B": value},
}
