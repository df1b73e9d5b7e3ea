"""What all requests have in common: parameters, and names and values for expressions."""

from collections.abc import Collection, Mapping
from typing import Any

from botocore.exceptions import ParamValidationError

from testing.dynamodb.errors import Invalid
from testing.dynamodb.expressions.compiler import Names, UsedPlaceholders, Values
from testing.dynamodb.values import normalize_item

Request = Mapping[str, Any]

_NAMES, _VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"


def check_parameters(request: Request, required: Collection[str], known: Collection[str]) -> None:
    """Raises NotImplementedError for what the double does not know, and for what is missing as botocore does."""
    if unknown := request.keys() - {*required, *known}:
        raise NotImplementedError(f"the double does not know {sorted(unknown)}")
    for name in required:
        if name not in request:
            raise ParamValidationError(report=f'Missing required parameter in input: "{name}"')


def read_names(request: Request) -> Names:
    """The names for expressions, as compiled expressions are remembered by them."""
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
        """Raises Invalid, unless all that is given is used, and all that is used is given, of the right type."""
        if not uses and (self.names or self.values):
            raise Invalid(f"{_NAMES if self.names else _VALUES} can only be specified when using expressions")
        for each in uses:
            each.check(self.values)
        given = (_NAMES, [name for name, _ in self.names]), (_VALUES, [*self.values])
        used = {sign for each in uses for signs in (each.names, each.values) for sign in signs}
        for parameter, signs in given:
            if unused := [sign for sign in signs if sign not in used]:
                raise Invalid(
                    f"Value provided in {parameter} unused in expressions: keys: {{{', '.join(unused)}}}"
                )
