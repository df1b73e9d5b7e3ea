"""Sending through SES v2."""

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
    """The mail will never be taken as it is: sending it again would not help."""


class TemporarySendError(Exception):
    """SES has not taken the mail, and may take it later."""


@cache
def client() -> "SESV2Client":
    """The SES client, made on first use.

    It repeats nothing by itself: SES has no idempotency token, and after a timeout nobody knows whether the
    mail went out.
    """
    return boto3.client(
        "sesv2",
        config=Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 1}),
    )


def normalize_address(address: str) -> str:
    """The address as SES takes it, its domain in ASCII; raises RefusedForGood where that cannot be."""
    try:
        checked = validate_email(address, check_deliverability=False, globally_deliverable=False)
        ascii_address = checked.ascii_email
    except EmailNotValidError:
        ascii_address = None
    if ascii_address is None:
        raise PermanentSendError("SES takes only addresses that can be written in ASCII")
    return ascii_address


def send(raw: bytes, to: str, tags: Mapping[str, str]) -> str:
    """Send the mail and return SES's id of it.

    Raises RefusedForGood when SES will never take it, and RefusedForNow when it says that it does not take it now.
    Waits and tries again, a few times, when SES asks for patience; whatever else goes wrong, so that nobody knows
    whether the mail went out, is raised as it is.
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
    """Whether SES is in trouble itself, rather than turning the mail away."""
    return error.response["ResponseMetadata"]["HTTPStatusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR


def _send(raw: bytes, to: str, tags: Mapping[str, str]) -> str:
    answer = client().send_email(
        Destination={"ToAddresses": [to]},
        Content={"Raw": {"Data": raw}},
        ConfigurationSetName=settings().configuration_set,
        EmailTags=[{"Name": name, "Value": value} for name, value in tags.items()],
    )
    return answer["MessageId"]
