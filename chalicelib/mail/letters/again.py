"""What a mail that is asked for once more tells: how the registration stands, in the words of the first time."""

from typing import Any

from chalicelib import facts
from chalicelib.aws.keys import timestamp
from chalicelib.facts import Cancelled, Confirmed, Declined, Expired, Joined, MailAsked, Offered
from chalicelib.registration.model import Registration

_ENDED = (Cancelled.kind, Declined.kind, Expired.kind)


Standing = Confirmed | Joined | Offered | Cancelled | Declined | Expired


def standing(asked: MailAsked, registration: Registration, waiting_for: tuple[str, ...]) -> Standing:
    """The fact to tell, with the revision of the question, so that calendars take its file for the latest."""
    known: dict[str, Any] = {
        "event_id": asked.event_id,
        "registration_id": asked.registration_id,
        "revision": asked.revision,
        "at": asked.at,
        "needs": registration.needs,
    }
    match registration.status:
        case "confirmed":
            return Confirmed(**known)
        case "waiting":
            return Joined(**known, waiting_for=waiting_for)
        case "offered":
            assert registration.offer_expires_at is not None
            return Offered(**known, expires_at=timestamp(registration.offer_expires_at))
        case "cancelled":
            return _ended(asked, registration)


def _ended(asked: MailAsked, registration: Registration) -> Cancelled | Declined | Expired:
    written = [entry for entry in registration.history if entry["fact"] in _ENDED]
    fact = facts.from_entry(asked.event_id, asked.registration_id, asked.revision, written[-1])
    assert isinstance(fact, Cancelled | Declined | Expired)
    return fact
