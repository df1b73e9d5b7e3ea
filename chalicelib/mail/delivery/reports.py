"""Reading SES's reports about a mail from the JSON of its events (event publishing, `eventType`), or from the part
of them that the rules of the event bus pass on.

The tags identify the mail and its registration. An event without these tags is about a mail that another
application sent through the same account.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from chalicelib import facts
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import FACTS_BY_KIND, Fact, MailBounced, ManifestReady, SignInRequested

#: The mails that go to organisers. The catalogue has them too, but the feedback worker starts without it.
ORGANISER_MAIL_KINDS = frozenset({MailBounced.kind, ManifestReady.kind, SignInRequested.kind})

#: `soft-bounced` may be an absence note or a full mailbox; `bounced` is for good; `failed` never went out.
Outcome = Literal["failed", "soft-bounced", "bounced", "complained"]

#: The values of a complaint's missing reason, in SES's event and as the event bus passes it on.
_EMPTY_REASONS = (None, "", "null")


class UnreadableReport(ValueError):
    """The message is no event of SES."""


@dataclass(frozen=True)
class Report:
    """The outcome of the mail of the fact with the key `mail`; timestamps are ISO 8601 in UTC.

    `event_id` and `registration_id` are empty where the mail was about none.
    """

    mail: str
    event_id: str
    registration_id: str
    outcome: Outcome
    reason: str
    at: str
    sent_at: str
    message_id: str = ""


def build_tags(fact: Fact) -> dict[str, str]:
    """Build the tags that SES repeats in each event about the fact's mail: its key, event and registration.

    A tag's value holds letters, digits, `_` and `-` only.
    """
    tags = {"mail": fact.key.replace(".", "_"), "event": fact.event_id, "registration": get_registration_id(fact)}
    return {name: value for name, value in tags.items() if value}


def get_registration_id(fact: Fact) -> str:
    """Return the id of the registration that the fact is about; empty where it is about none."""
    return str(getattr(fact, "registration_id", ""))


def read(body: str) -> Report | None:
    """Read the event's report; return None for another application's mail, and for an event without an outcome.

    Raises UnreadableReport for anything that is no event of SES.
    """
    try:
        document = json.loads(body)
        event_type, mail = str(document["eventType"]), document["mail"]
        tags = {name: str(values[0]) for name, values in mail.get("tags", {}).items() if values}
        if event_type not in _PARSERS or facts.parse_kind(_get_fact_key(tags)) not in FACTS_BY_KIND:
            return None
        outcome, reason, at = _PARSERS[event_type](document)
        return Report(
            mail=_get_fact_key(tags),
            event_id=tags.get("event", ""),
            registration_id=tags.get("registration", ""),
            outcome=outcome,
            reason=reason,
            at=_normalize_timestamp(at),
            sent_at=_normalize_timestamp(mail["timestamp"]),
            message_id=str(mail["messageId"]),
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnreadableReport("The message is no event of SES.") from error


def _get_fact_key(tags: dict[str, str]) -> str:
    return tags.get("mail", "").replace("_", ".")


def _parse_bounce(document: Any) -> tuple[Outcome, str, str]:
    """Parse a bounce; one of an undetermined type counts as permanent: the organiser rather looks in vain."""
    bounce = document["bounce"]
    outcome: Outcome = "soft-bounced" if bounce["bounceType"] == "Transient" else "bounced"
    return outcome, str(bounce["bounceSubType"]), bounce["timestamp"]


def _parse_complaint(document: Any) -> tuple[Outcome, str, str]:
    complaint = document["complaint"]
    reasons = (complaint.get(name) for name in ("complaintSubType", "complaintFeedbackType"))
    reason = next((str(each) for each in reasons if each not in _EMPTY_REASONS), "")
    return "complained", reason, complaint["timestamp"]


def _parse_rejection(document: Any) -> tuple[Outcome, str, str]:
    return "failed", str(document["reject"]["reason"]), document["mail"]["timestamp"]


_PARSERS = {"Bounce": _parse_bounce, "Complaint": _parse_complaint, "Reject": _parse_rejection}


def _normalize_timestamp(text: str) -> str:
    return format_timestamp(datetime.fromisoformat(text))
