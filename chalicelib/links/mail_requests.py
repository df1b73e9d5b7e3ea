"""Requests to send the mail about a registration's status once more."""

from datetime import datetime, timedelta
from math import ceil

from chalicelib import facts
from chalicelib.audit.audit_log import Actor
from chalicelib.aws import table
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.retry import retried
from chalicelib.facts import MailAsked
from chalicelib.problems import TooSoon, WantsNoMail
from chalicelib.registration.access import Access, require_own
from chalicelib.registration.flows import load_registration
from chalicelib.registration.model import ActorKind, Registration
from chalicelib.registration.notes import apply_note, build_guarded_note

#: The time until the next request (rate limit): no holder of a link may fill the participant's mailbox, and an
#: organiser's double click is one request.
_MIN_INTERVALS: dict[ActorKind, timedelta] = {"participant": timedelta(hours=1), "organiser": timedelta(minutes=1)}


@retried()
def request_mail(access: Access, now: datetime, actor: Actor | None = None) -> Registration:
    """Request the mail once more, and return the registration; the stream sets the mail worker to work.

    The answer's link may always: the mail brings the link that opens everything. Raises LinkNotValid,
    PostedForOthers, TooSoon, TooBusy, and WantsNoMail where an organiser asks for a participant who has
    complained about a mail.
    """
    registration, by = load_registration(access, to_status=True), access.by
    require_own(registration)
    if by == "organiser" and registration.has_complained:
        raise WantsNoMail
    if remaining := compute_remaining_wait(registration, by, now):
        raise TooSoon(ceil(remaining.total_seconds()))
    fact = MailAsked(
        event_id=access.event_id,
        registration_id=access.registration_id,
        revision=registration.revision + 1,
        at=format_timestamp(now),
        by=by,
    )
    extras = actor.audit_fields if actor else None
    table.write(build_guarded_note(registration, fact, extras))
    return apply_note(registration, fact, extras)


def compute_remaining_wait(registration: Registration, by: ActorKind, now: datetime) -> timedelta | None:
    """Compute how long until the mail may be requested again; None when it may be now (rate limit)."""
    request_times = [
        datetime.fromisoformat(entry["at"])
        for entry in registration.known_facts
        if entry["fact"] == facts.MailAsked.kind and entry["by"] == by
    ]
    remaining = max(request_times) + _MIN_INTERVALS[by] - now if request_times else timedelta(0)
    return remaining if remaining > timedelta(0) else None
