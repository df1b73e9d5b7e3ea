"""Writes that are done all or not at all."""

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ParamValidationError

from tests.memory.errors import NO_REASON, Invalid, Reason, WrongKeyType, cancelled
from tests.memory.requests import Request, check_parameters
from tests.memory.schema import Schema
from tests.memory.table import Change, Table
from tests.memory.writes import Write

MOST = 100
LARGEST = 4 * 1024 * 1024  # bytes


def changes(table: Table, request: Request) -> list[Change]:
    """What the transaction makes of the table; raises Invalid, and the client's error where it is cancelled."""
    check_parameters(request, ["TransactItems"], ["ReturnConsumedCapacity"])
    writes = [_write(table.schema, asked) for asked in _counted(request["TransactItems"])]
    _check(writes)
    outcomes = [_tried(table, write) for write in writes]
    if any(reason is not NO_REASON for reason, _ in outcomes):
        raise cancelled([reason for reason, _ in outcomes])
    made = [change for _, change in outcomes if change]
    if sum(change.new.size for change in made if change.new) > LARGEST:
        raise Invalid(f"Transaction payload size cannot exceed {LARGEST} bytes")
    return made


def _counted(asked: Sequence[Any]) -> Sequence[Any]:
    if not asked:
        raise ParamValidationError(
            report="Invalid length for parameter TransactItems, value: 0, valid min length: 1"
        )
    if len(asked) > MOST:
        raise Invalid(
            f"1 validation error detected: Value '{asked}' at 'transactItems' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MOST}"
        )
    return asked


def _write(schema: Schema, asked: Request) -> Write:
    if len(asked) != 1:
        raise Invalid("TransactItems can only contain one of Check, Put, Update or Delete")
    [(action, request)] = asked.items()
    return Write(schema, action, request)


def _check(writes: Sequence[Write]) -> None:
    """The first key of a wrong type cancels the transaction; anything else is the request's error."""
    for place, write in enumerate(writes):
        try:
            write.check()
        except WrongKeyType as wrong:
            reasons = [NO_REASON] * len(writes)
            reasons[place] = _validation_error(wrong)
            raise cancelled(reasons) from None
    if len({write.place for write in writes}) < len(writes):
        raise Invalid("Transaction request cannot include multiple operations on one item")


def _tried(table: Table, write: Write) -> tuple[Reason, Change | None]:
    old = table.row(write.place)
    refused = write.refused(old)
    if refused:
        return refused, None
    try:
        return NO_REASON, write.change(old)
    except Invalid as invalid:
        return _validation_error(invalid), None


def _validation_error(invalid: Invalid) -> Reason:
    return {"Code": "ValidationError", "Message": str(invalid)}
