"""Events as SES publishes them about a mail, in the shape that its documentation shows; `queued` is what the event
bus makes of one."""

import json
from typing import Any

from chalicelib.facts import Fact
from chalicelib.mail.delivery import reports
from infra.local import event_bus

SENT_AT = "2019-11-01T07:00:31.012Z"
AT = "2019-11-01T07:01:32.669Z"
ADDRESS = "recipient@example.org"


def bounce(fact: Fact | None, kind: str = "Permanent", subtype: str = "General") -> str:
    """The mail of the fact came back; None is another application's mail."""
    recipient = {
        "emailAddress": ADDRESS,
        "action": "failed",
        "status": "5.1.1",
        "diagnosticCode": "smtp; 550 5.1.1 user unknown",
    }
    return _event(
        "Bounce",
        fact,
        bounce={
            "bounceType": kind,
            "bounceSubType": subtype,
            "bouncedRecipients": [recipient],
            "timestamp": AT,
            "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
            "reportingMTA": "dsn; mta.example.com",
        },
    )


def complaint(fact: Fact | None, **changes: Any) -> str:
    """The recipient of the fact's mail complained about it."""
    return _event(
        "Complaint",
        fact,
        complaint={
            "complainedRecipients": [{"emailAddress": ADDRESS}],
            "timestamp": AT,
            "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
            "complaintSubType": None,
            "userAgent": "Amazon SES Mailbox Simulator",
            "complaintFeedbackType": "abuse",
            "arrivalDate": AT,
            **changes,
        },
    )


def rejection(fact: Fact | None) -> str:
    """SES took the mail of the fact, and then found something in it."""
    return _event("Reject", fact, reject={"reason": "Bad content"})


def queued(event: str) -> str:
    """The message on the feedback queue."""
    body = event_bus.route_event(json.loads(event))
    assert body
    return body


def other(event_type: str, fact: Fact) -> str:
    return _event(event_type, fact)


def _event(event_type: str, fact: Fact | None, **what: Any) -> str:
    ours = {name: [value] for name, value in reports.build_tags(fact).items()} if fact else {}
    return json.dumps({"eventType": event_type, **what, "mail": _mail(ours)})


def _mail(tags: dict[str, list[str]]) -> dict[str, Any]:
    sender = "Tilmelding <tilmelding@network.example>"
    message_id = "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000"
    return {
        "timestamp": SENT_AT,
        "source": sender,
        "sourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/network.example",
        "sendingAccountId": "123456789012",
        "messageId": message_id,
        "destination": [ADDRESS],
        "headersTruncated": False,
        "headers": [
            {"name": "From", "value": sender},
            {"name": "To", "value": ADDRESS},
            {"name": "Subject", "value": "Du er tilmeldt"},
            {"name": "MIME-Version", "value": "1.0"},
            {"name": "Content-Type", "value": 'multipart/mixed; boundary="===============1=="'},
        ],
        "commonHeaders": {
            "from": [sender],
            "to": [ADDRESS],
            "messageId": message_id,
            "subject": "Du er tilmeldt",
        },
        "tags": {
            "ses:operation": ["SendEmail"],
            "ses:configuration-set": ["test-events"],
            "ses:source-ip": ["192.0.2.0"],
            "ses:from-domain": ["network.example"],
            "ses:caller-identity": ["mail"],
            **tags,
        },
    }
