"""Requests to send the mail about a registration's status once more, as it is or with new links."""

from datetime import datetime, timedelta
from math import ceil

from chalicelib import facts
from chalicelib.audit.audit_log import Actor
from chalicelib.auth.link_tokens import create_generation
from chalicelib.aws import rate_limits, table
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.retry import retried
from chalicelib.aws.table import ConditionFailed
from chalicelib.facts import MailAsked
from chalicelib.problems import TooSoon, WantsNoMail
from chalicelib.registration import store
from chalicelib.registration.access import Access, build_closing_attributes, require_own
from chalicelib.registration.flows import load_by_mailed_link, load_registration
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
    fact = _build_fact(registration, by, now)
    extras = actor.audit_fields if actor else None
    table.write(build_guarded_note(registration, fact, extras))
    return apply_note(registration, fact, extras)


@retried()
def renew_links(access: Access, now: datetime) -> Registration:
    """Make all links to the registration void but its view link and code, and request the mail with the new one.

    Returns the registration as it was reached, since the answer brings no new link. Raises OpenTheMailedLink for
    another link than the mailed one, LimitReached, LinkNotValid and TooBusy.
    """
    registration = load_by_mailed_link(access)
    fact = _build_fact(registration, access.by, now, renewed=True)
    attributes = {
        store.LINK_GENERATION: create_generation(),
        store.CODE_GENERATION: registration.code_generation,
        **build_closing_attributes(registration),
    }
    limit = rate_limits.renewal_limit(access.event_id, access.registration_id)
    try:
        table.transact(build_guarded_note(registration, fact, attributes=attributes), limit.increment_write(now))
    except ConditionFailed as refused:
        if limit.caused(refused, now):
            raise limit.error(now) from refused
        raise
    return apply_note(registration, fact)


def _build_fact(registration: Registration, by: ActorKind, now: datetime, *, renewed: bool = False) -> MailAsked:
    return MailAsked(
        event_id=registration.event_id,
        registration_id=registration.id,
        revision=registration.revision + 1,
        at=format_timestamp(now),
        by=by,
        renewed=renewed,
    )


def compute_remaining_wait(registration: Registration, by: ActorKind, now: datetime) -> timedelta | None:
    """Compute how long until the mail may be requested again; None when it may be now (rate limit)."""
    request_times = [
        datetime.fromisoformat(entry["at"])
        for entry in registration.known_facts
        if entry["fact"] == facts.MailAsked.kind and entry["by"] == by
    ]
    remaining = max(request_times) + _MIN_INTERVALS[by] - now if request_times else timedelta(0)
    return remaining if remaining > timedelta(0) else None
