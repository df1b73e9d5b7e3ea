"""What a mail that is asked for once more tells: how the registration stands, in the words of the first time."""

from typing import Any

from chalicelib import facts
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import Cancelled, Confirmed, Declined, Expired, Joined, MailAsked, Offered
from chalicelib.registration.model import Registration

_TERMINAL_KINDS = (Cancelled.kind, Declined.kind, Expired.kind)


StatusFact = Confirmed | Joined | Offered | Cancelled | Declined | Expired


def build_status_fact(request: MailAsked, registration: Registration, waiting_for: tuple[str, ...]) -> StatusFact:
    """The fact to tell, with the revision of the question, so that calendars take its file for the latest."""
    known: dict[str, Any] = {
        "event_id": request.event_id,
        "registration_id": request.registration_id,
        "revision": request.revision,
        "at": request.at,
        "needs": registration.needs,
    }
    match registration.status:
        case "confirmed":
            return Confirmed(**known)
        case "waiting":
            return Joined(**known, waiting_for=waiting_for)
        case "offered":
            assert registration.offer_expires_at is not None
            return Offered(**known, expires_at=format_timestamp(registration.offer_expires_at))
        case "cancelled":
            return _get_terminal_fact(request, registration)


def _get_terminal_fact(request: MailAsked, registration: Registration) -> Cancelled | Declined | Expired:
    written = [entry for entry in registration.history if entry["fact"] in _TERMINAL_KINDS]
    fact = facts.from_history_entry(request.event_id, request.registration_id, request.revision, written[-1])
    assert isinstance(fact, Cancelled | Declined | Expired)
    return fact
