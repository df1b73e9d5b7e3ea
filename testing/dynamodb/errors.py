"""Errors as botocore makes them of DynamoDB's answers."""

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
    """DynamoDB would refuse the request, or what it makes of an item, as not valid."""

    code = "ValidationException"


class NoSuchTable(Invalid):
    code = "ResourceNotFoundException"


class WrongKeyType(Invalid):
    """A key of another type than the table's: in a transaction that is the item's reason to be refused."""


@cache
def load_service_model() -> ServiceModel:
    return get_session().get_service_model("dynamodb")


@cache
def load_exceptions() -> Any:
    """What a client has as `exceptions`."""
    return ClientExceptionsFactory().create_client_exceptions(load_service_model())


def build_client_error(operation: str, code: str, message: str, /, **more: Any) -> ClientError:
    """What the client raises when the operation is answered with that code."""
    response = {
        "Error": {"Message": message, "Code": code},
        "ResponseMetadata": {"HTTPStatusCode": 400, "RetryAttempts": 0},
        **more,
    }
    made: ClientError = load_exceptions().from_code(code)(response, operation)
    return made


def build_condition_failed(operation: str, details: dict[str, Any]) -> ClientError:
    """`found` has the item as `Item`, where it was asked for and is there."""
    message = "The conditional request failed"
    return build_client_error(operation, "ConditionalCheckFailedException", message, message=message, **details)


def build_transaction_cancelled(reasons: Sequence[Reason]) -> ClientError:
    """The transaction was not done, for these reasons, one for each of its items."""
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    return build_client_error(
        "TransactWriteItems",
        "TransactionCanceledException",
        message,
        Message=message,
        CancellationReasons=list(reasons),
    )
