"""Sending through SES v2: the client, addresses, and the retry with backoff."""

import random
import time
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from email_validator import EmailNotValidError, validate_email

from chalicelib.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

MAX_ATTEMPTS = 5
_BASE_BACKOFF = 0.25  # seconds
_PERMANENT_ERRORS = {"MessageRejected", "BadRequestException"}
_THROTTLING_ERRORS = {"TooManyRequestsException", "ThrottlingException", "Throttling"}


class PermanentSendError(Exception):
    """SES will never take the mail as it is: a retry would not help."""


class TemporarySendError(Exception):
    """SES has not taken the mail, and may take it later: retry."""


@cache
def client() -> "SESV2Client":
    """Create the SES client on first use.

    It does not retry by itself: SES has no idempotency token, and after a timeout the mail may have gone out.
    """
    return boto3.client(
        "sesv2",
        config=Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 1}),
    )


def normalize_address(address: str) -> str:
    """Return the address as SES takes it, its domain in ASCII; raise PermanentSendError for any other address."""
    try:
        validated = validate_email(address, check_deliverability=False, globally_deliverable=False)
        ascii_address = validated.ascii_email
    except EmailNotValidError:
        ascii_address = None
    if ascii_address is None:
        raise PermanentSendError("SES takes only addresses that can be written in ASCII")
    return ascii_address


def send(raw: bytes, to: str, tags: Mapping[str, str]) -> str:
    """Send the mail and return SES's id of it.

    Retries with backoff and jitter while SES throttles. Raises PermanentSendError when SES will never take the
    mail, and TemporarySendError when SES does not take it now. Every other error is raised as it is: the mail may
    have gone out.
    """
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            return _send(raw, to, tags)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _PERMANENT_ERRORS:
                raise PermanentSendError(code) from error
            if code not in _THROTTLING_ERRORS or attempt == MAX_ATTEMPTS:
                raise (error if _is_server_error(error) else TemporarySendError(code)) from error
            time.sleep(random.uniform(_BASE_BACKOFF, _BASE_BACKOFF * 2**attempt))
    raise AssertionError("unreachable: the last attempt returns or raises")


def _is_server_error(error: ClientError) -> bool:
    """Tell if SES itself failed, rather than refused the mail."""
    return error.response["ResponseMetadata"]["HTTPStatusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR


def _send(raw: bytes, to: str, tags: Mapping[str, str]) -> str:
    response = client().send_email(
        Destination={"ToAddresses": [to]},
        Content={"Raw": {"Data": raw}},
        ConfigurationSetName=settings().configuration_set,
        EmailTags=[{"Name": name, "Value": value} for name, value in tags.items()],
    )
    return response["MessageId"]
