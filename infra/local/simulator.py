"""The mailbox simulator of SES: a mail to one of its addresses causes an event, as in AWS.

`bounce@simulator.amazonses.com` bounces the mail, `complaint@simulator.amazonses.com` accepts it and complains;
with a label (`bounce+anna@…`) several people can have such an address.
"""

import re
import uuid
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import boto3

from chalicelib import clock
from infra.local import event_bus
from infra.local.aws import ACCOUNT, REGION

_ADDRESS = re.compile(r"(bounce|complaint)(?:\+[^@]*)?@simulator\.amazonses\.com", re.IGNORECASE)


class MailboxSimulator:
    """Sends the events to the feedback queue, as the event bus routes them."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url
        self._sqs: Any = boto3.client("sqs")

    def process(self, request: Any, message: EmailMessage, message_id: str) -> None:
        """Send the event of this SendEmail request, if its address asks for one."""
        event = build_event(request, message, message_id, clock.now())
        body = event_bus.route_event(event) if event else None
        if body:
            self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=body)


def build_event(request: Any, message: EmailMessage, message_id: str, now: datetime) -> dict[str, Any] | None:
    """Build the event that SES publishes about the mail.

    None without a configuration set, and for other addresses.
    """
    to: list[str] = request.get("Destination", {}).get("ToAddresses", [])
    matches = [match for address in to if (match := _ADDRESS.fullmatch(address))]
    if not matches or "ConfigurationSetName" not in request:
        return None
    at = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    kind = matches[0][1].lower()
    outcome = _build_bounce(to, at) if kind == "bounce" else _build_complaint(to, at)
    return {"eventType": kind.title(), kind: outcome, "mail": _build_mail(request, message, message_id, at)}


def _build_bounce(to: list[str], at: str) -> dict[str, Any]:
    diagnosis = {"action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
    return {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": address, **diagnosis} for address in to],
        "timestamp": at,
        "feedbackId": str(uuid.uuid4()),
        "reportingMTA": "dns; simulator.amazonses.com",
    }


def _build_complaint(to: list[str], at: str) -> dict[str, Any]:
    return {
        "complainedRecipients": [{"emailAddress": address} for address in to],
        "timestamp": at,
        "feedbackId": str(uuid.uuid4()),
        "complaintSubType": None,
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "arrivalDate": at,
    }


def _build_mail(request: Any, message: EmailMessage, message_id: str, at: str) -> dict[str, Any]:
    tags = {tag["Name"]: [tag["Value"]] for tag in request.get("EmailTags") or []}
    return {
        "timestamp": at,
        "source": str(message["From"]),
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/example.org",
        "sendingAccountId": ACCOUNT,
        "messageId": message_id,
        "destination": request["Destination"]["ToAddresses"],
        "headersTruncated": False,
        "headers": [{"name": name, "value": str(value)} for name, value in message.items()],
        "commonHeaders": {
            "from": [str(message["From"])],
            "to": [str(message["To"])],
            "messageId": message_id,
            "subject": str(message["Subject"]),
        },
        "tags": {"ses:configuration-set": [request["ConfigurationSetName"]], **tags},
    }
