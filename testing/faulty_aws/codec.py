"""Convert DynamoDB's JSON as boto3 does, for the types that are stored here, in less time."""

from collections.abc import Callable
from typing import Any

Value = dict[str, Any]


def deserialize(value: Value) -> Any:
    """Convert a value from DynamoDB's JSON; numbers become integers."""
    [(kind, content)] = value.items()
    return _DESERIALIZERS[kind](content)


def serialize(value: Any) -> Value:
    """Convert a value to DynamoDB's JSON."""
    return _SERIALIZERS[type(value)](value)


_DESERIALIZERS: dict[str, Callable[[Any], Any]] = {
    "S": str,
    "N": int,
    "BOOL": bool,
    "NULL": lambda _: None,
    "L": lambda content: [deserialize(each) for each in content],
    "M": lambda content: {name: deserialize(each) for name, each in content.items()},
    "SS": set,
    "B": bytes,
}
_SERIALIZERS: dict[type, Callable[[Any], Value]] = {
    str: lambda value: {"S": value},
    int: lambda value: {"N": str(value)},
    bool: lambda value: {"BOOL": value},
    type(None): lambda _: {"NULL": True},
    list: lambda value: {"L": [serialize(each) for each in value]},
    tuple: lambda value: {"L": [serialize(each) for each in value]},
    dict: lambda value: {"M": {name: serialize(each) for name, each in value.items()}},
    set: lambda value: {"SS": sorted(value)},
    bytes: lambda value: {"B": value},
}
