"""Check what all requests have in common: parameters, and the names and values of expressions."""

from collections.abc import Collection, Mapping
from typing import Any

from botocore.exceptions import ParamValidationError

from testing.dynamodb.errors import Invalid
from testing.dynamodb.expressions.compiler import Names, UsedPlaceholders, Values
from testing.dynamodb.values import normalize_item

Request = Mapping[str, Any]

_NAMES, _VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"


def check_parameters(request: Request, required: Collection[str], known: Collection[str]) -> None:
    """Check the names of the request's parameters.

    Raises NotImplementedError for one that the double does not know, and for a missing one what botocore raises.
    """
    if unknown := request.keys() - {*required, *known}:
        raise NotImplementedError(f"the double does not know {sorted(unknown)}")
    for name in required:
        if name not in request:
            raise ParamValidationError(report=f'Missing required parameter in input: "{name}"')


def read_names(request: Request) -> Names:
    """Return the names for expressions in a form that can be a cache's key."""
    return tuple(request.get(_NAMES, {}).items())


class Placeholders:
    """The names and values that a request gives to its expressions."""

    def __init__(self, request: Request) -> None:
        for parameter in (_NAMES, _VALUES):
            if parameter in request and not request[parameter]:
                raise Invalid(f"{parameter} must not be empty")
        self.names = read_names(request)
        self.values: Values = normalize_item(request.get(_VALUES, {}))

    def check(self, *uses: UsedPlaceholders) -> None:
        """Raise Invalid unless the placeholders given are the ones used, with values of the right types."""
        if not uses and (self.names or self.values):
            raise Invalid(f"{_NAMES if self.names else _VALUES} can only be specified when using expressions")
        for expression in uses:
            expression.check(self.values)
        given = (_NAMES, [name for name, _ in self.names]), (_VALUES, [*self.values])
        used = {
            placeholder
            for expression in uses
            for placeholders in (expression.names, expression.values)
            for placeholder in placeholders
        }
        for parameter, placeholders in given:
            if unused := [placeholder for placeholder in placeholders if placeholder not in used]:
                raise Invalid(
                    f"Value provided in {parameter} unused in expressions: keys: {{{', '.join(unused)}}}"
                )
