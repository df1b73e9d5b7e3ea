"""Having the mail about how a registration stands sent once more."""

from datetime import datetime, timedelta
from math import ceil

from chalicelib import facts
from chalicelib.audit.audit_log import Actor
from chalicelib.aws import table
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.retry import retried
from chalicelib.facts import MailAsked
from chalicelib.problems import TooSoon, WantsNoMail
from chalicelib.registration.flows import load_registration
from chalicelib.registration.model import ActorKind, Registration
from chalicelib.registration.notes import apply_note, build_guarded_note

#: How long after a mail was asked for the next may be. Whoever has the link may not fill somebody's mailbox; an
#: organiser's double click is one.
_MIN_INTERVALS: dict[ActorKind, timedelta] = {"participant": timedelta(hours=1), "organiser": timedelta(minutes=1)}


@retried()
def request_mail(
    event_id: str, registration_id: str, by: ActorKind, now: datetime, actor: Actor | None = None
) -> Registration:
    """Have the mail sent once more, by an organiser's word, if it is one; the stream carries it on.

    Raises LinkNotValid, TooSoon, TooBusy, and WantsNoMail where an organiser asks for whoever has complained about
    a mail.
    """
    registration = load_registration(event_id, registration_id)
    if by == "organiser" and registration.has_complained:
        raise WantsNoMail
    if left := compute_remaining_wait(registration, by, now):
        raise TooSoon(ceil(left.total_seconds()))
    fact = MailAsked(
        event_id=event_id,
        registration_id=registration_id,
        revision=registration.revision + 1,
        at=format_timestamp(now),
        by=by,
    )
    extras = actor.audit_fields if actor else None
    table.write(build_guarded_note(fact, extras))
    return apply_note(registration, fact, extras)


def compute_remaining_wait(registration: Registration, by: ActorKind, now: datetime) -> timedelta | None:
    """How long until it may be asked for again; None when it may be now."""
    asked = [
        datetime.fromisoformat(entry["at"])
        for entry in registration.history
        if entry["fact"] == facts.MailAsked.kind and entry["by"] == by
    ]
    left = max(asked) + _MIN_INTERVALS[by] - now if asked else timedelta(0)
    return left if left > timedelta(0) else None
