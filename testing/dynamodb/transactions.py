"""Plan writes that are done all or not at all."""

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ParamValidationError

from testing.dynamodb.errors import NO_REASON, Invalid, Reason, WrongKeyType, build_transaction_cancelled
from testing.dynamodb.requests import Request, check_parameters
from testing.dynamodb.schema import Schema
from testing.dynamodb.table import Change, Table
from testing.dynamodb.writes import Write

MAX_ACTIONS = 100
MAX_BYTES = 4 * 1024 * 1024  # bytes


def plan_changes(table: Table, request: Request) -> list[Change]:
    """Return the changes that the transaction makes.

    Raises Invalid, and the client's error if the transaction is cancelled.
    """
    check_parameters(request, ["TransactItems"], ["ReturnConsumedCapacity"])
    writes = [_build_write(table.schema, action) for action in _check_count(request["TransactItems"])]
    _check_writes(writes)
    outcomes = [_try_write(table, write) for write in writes]
    if any(reason is not NO_REASON for reason, _ in outcomes):
        raise build_transaction_cancelled([reason for reason, _ in outcomes])
    changes = [change for _, change in outcomes if change]
    if sum(change.new.size for change in changes if change.new) > MAX_BYTES:
        raise Invalid(f"Transaction payload size cannot exceed {MAX_BYTES} bytes")
    return changes


def _check_count(actions: Sequence[Any]) -> Sequence[Any]:
    if not actions:
        raise ParamValidationError(
            report="Invalid length for parameter TransactItems, value: 0, valid min length: 1"
        )
    if len(actions) > MAX_ACTIONS:
        raise Invalid(
            f"1 validation error detected: Value '{actions}' at 'transactItems' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_ACTIONS}"
        )
    return actions


def _build_write(schema: Schema, action_request: Request) -> Write:
    if len(action_request) != 1:
        raise Invalid("TransactItems can only contain one of Check, Put, Update or Delete")
    [(action, request)] = action_request.items()
    return Write(schema, action, request)


def _check_writes(writes: Sequence[Write]) -> None:
    """Raise the request's first error; a key of a wrong type cancels the transaction instead."""
    for index, write in enumerate(writes):
        try:
            write.check()
        except WrongKeyType as wrong:
            reasons = [NO_REASON] * len(writes)
            reasons[index] = _validation_error(wrong)
            raise build_transaction_cancelled(reasons) from None
    if len({write.key for write in writes}) < len(writes):
        raise Invalid("Transaction request cannot include multiple operations on one item")


def _try_write(table: Table, write: Write) -> tuple[Reason, Change | None]:
    old = table.get_row(write.key)
    failure = write.get_condition_failure(old)
    if failure:
        return failure, None
    try:
        return NO_REASON, write.build_change(old)
    except Invalid as invalid:
        return _validation_error(invalid), None


def _validation_error(invalid: Invalid) -> Reason:
    return {"Code": "ValidationError", "Message": str(invalid)}
