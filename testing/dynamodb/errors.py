"""Build errors as botocore makes them of DynamoDB's responses."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from botocore.errorfactory import ClientExceptionsFactory
from botocore.exceptions import ClientError
from botocore.model import ServiceModel
from botocore.session import get_session

Reason = dict[str, Any]

#: Of an item that did not stand in a transaction's way.
NO_REASON: Reason = {"Code": "None"}


class Invalid(Exception):
    """The request, or the item that it would make, is not valid."""

    code = "ValidationException"


class NoSuchTable(Invalid):
    """The request names another table."""

    code = "ResourceNotFoundException"


class WrongKeyType(Invalid):
    """A key has another type than the table's; in a transaction that is the item's cancellation reason."""


@cache
def load_service_model() -> ServiceModel:
    """Return botocore's description of DynamoDB."""
    return get_session().get_service_model("dynamodb")


@cache
def load_exceptions() -> Any:
    """Return the classes that a client has as `exceptions`."""
    return ClientExceptionsFactory().create_client_exceptions(load_service_model())


def build_client_error(operation: str, code: str, message: str, /, **more: Any) -> ClientError:
    """Build the error that the client raises when the operation is answered with that code."""
    response = {
        "Error": {"Message": message, "Code": code},
        "ResponseMetadata": {"HTTPStatusCode": 400, "RetryAttempts": 0},
        **more,
    }
    error: ClientError = load_exceptions().from_code(code)(response, operation)
    return error


def build_condition_failed(operation: str, details: dict[str, Any]) -> ClientError:
    """Build the error of a failed condition; `details` has the item as `Item`, if it was asked for and exists."""
    message = "The conditional request failed"
    return build_client_error(operation, "ConditionalCheckFailedException", message, message=message, **details)


def build_transaction_cancelled(reasons: Sequence[Reason]) -> ClientError:
    """Build the error of a cancelled transaction, with one reason for each of its items."""
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    return build_client_error(
        "TransactWriteItems",
        "TransactionCanceledException",
        message,
        Message=message,
        CancellationReasons=list(reasons),
    )
