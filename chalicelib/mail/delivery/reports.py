"""What SES reports about a mail, read from the JSON of its events (event publishing, `eventType`), or of as
much of them as the rules of the event bus pass on.

The mail's tags say which of our mails it was and whose. An event without them is about a mail that somebody else
sent through the same account.
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


#: What stands where a complaint has no reason: in SES's event, and in what the event bus makes of that.
_EMPTY_REASONS = (None, "", "null")


class UnreadableReport(ValueError):
    """A message that is no event of SES."""


@dataclass(frozen=True)
class Report:
    """What became of the mail that told the fact with the key `mail`; moments are ISO 8601 in UTC.

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
    """What SES repeats in each event about the fact's mail: which mail it was, and whose. A tag takes letters,
    digits, `_` and `-` alone."""
    about = {"mail": fact.key.replace(".", "_"), "event": fact.event_id, "registration": get_registration_id(fact)}
    return {name: value for name, value in about.items() if value}


def get_registration_id(fact: Fact) -> str:
    """Whose registration the fact is about; empty where it is about none."""
    return str(getattr(fact, "registration_id", ""))


def read(body: str) -> Report | None:
    """What the event says of one of our mails; None where it is about another's, or says nothing of the kind.
    Raises UnreadableReport for anything that is no event of SES."""
    try:
        document = json.loads(body)
        event_type, mail = str(document["eventType"]), document["mail"]
        tagged = {name: str(values[0]) for name, values in mail.get("tags", {}).items() if values}
        if event_type not in _PARSERS or facts.parse_kind(_get_fact_key(tagged)) not in FACTS_BY_KIND:
            return None
        outcome, reason, at = _PARSERS[event_type](document)
        return Report(
            mail=_get_fact_key(tagged),
            event_id=tagged.get("event", ""),
            registration_id=tagged.get("registration", ""),
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
    """One whose type SES could not tell counts as for good: better looked at in vain than not at all."""
    bounce = document["bounce"]
    outcome: Outcome = "soft-bounced" if bounce["bounceType"] == "Transient" else "bounced"
    return outcome, str(bounce["bounceSubType"]), bounce["timestamp"]


def _parse_complaint(document: Any) -> tuple[Outcome, str, str]:
    complaint = document["complaint"]
    said = [complaint.get(name) for name in ("complaintSubType", "complaintFeedbackType")]
    reason = next((str(each) for each in said if each not in _EMPTY_REASONS), "")
    return "complained", reason, complaint["timestamp"]


def _parse_rejection(document: Any) -> tuple[Outcome, str, str]:
    return "failed", str(document["reject"]["reason"]), document["mail"]["timestamp"]


_PARSERS = {"Bounce": _parse_bounce, "Complaint": _parse_complaint, "Reject": _parse_rejection}


def _normalize_timestamp(text: str) -> str:
    return format_timestamp(datetime.fromisoformat(text))
