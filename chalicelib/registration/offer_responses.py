"""Responses to an offer: accept, decline, keep the place in line."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from chalicelib import facts
from chalicelib.aws.retry import retried
from chalicelib.facts import MailBounced
from chalicelib.problems import NoOffer, OfferExpired, TooBusy
from chalicelib.programme import offer_deadlines
from chalicelib.programme.model import Event
from chalicelib.registration import promotions, store, transactions
from chalicelib.registration.access import Access
from chalicelib.registration.flows import (
    end_registration,
    expire,
    has_expired_offer,
    load_registration,
    require_cancellable,
)
from chalicelib.registration.model import Registration

#: Facts that are no answer to an offer.
_NON_ANSWERS = (
    facts.Changed.kind,
    facts.Prioritised.kind,
    facts.OfferExtended.kind,
    facts.PartyChanged.kind,
    *facts.INFORMATIONAL_KINDS,
)


def accept(access: Access, now: datetime, offer_expires_at: datetime | None = None) -> Registration:
    """Accept the offer; a confirmed registration stays so.

    `offer_expires_at` is the deadline of the offer that is answered, where the caller knows it: an answer to an
    earlier offer counts for nothing.

    Raises OfferExpired from the deadline on, also before the offer has been passed on, NoOffer when there is none,
    LinkNotValid, OpenTheMailedLink and TooBusy.
    """
    return _respond(access, now, offer_expires_at, "confirmed", transactions.accept)


def decline(access: Access, now: datetime, offer_expires_at: datetime | None = None) -> Registration:
    """Decline the offer for good; a declined registration stays so. Raises EventOver; otherwise as `accept`."""

    def write(registration: Registration, now: datetime) -> Registration:
        require_cancellable(registration, now)
        return end_registration(registration, facts.Declined, now)

    return _respond(access, now, offer_expires_at, "cancelled", write, repeated_answer=facts.Declined.kind)


def keep_place(access: Access, now: datetime, offer_expires_at: datetime | None = None) -> Registration:
    """Pass this offer on and go on waiting with the same rank. Otherwise as `accept`."""

    def write(registration: Registration, now: datetime) -> Registration:
        return transactions.keep_place(registration, store.read_places(access.event_id), now)

    return _respond(access, now, offer_expires_at, "waiting", write, repeated_answer=facts.PlaceKept.kind)


@retried()
def extend_after_bounce(event: Event, bounced: MailBounced, now: datetime) -> None:
    """Extend the offer whose mail bounced, once, by as long as it would stand if it were made at its deadline.

    An offer that has expired, or is answered or extended already, stays as it is. Raises TooBusy.
    """
    registration = store.find(event.id, bounced.registration_id)
    if registration is None or not _is_about_last_offer(bounced, registration):
        return
    until = registration.offer_expires_at
    if until and until > now and (longer := offer_deadlines.compute_expires_at(event, until)):
        promotions.extend_offer(registration, longer, now)


def _is_about_last_offer(bounced: MailBounced, registration: Registration) -> bool:
    """Return whether the bounced mail told the registration's last offer, which is not extended yet."""
    if registration.status != "offered":
        return False
    revision = max(n for n, entry in registration.numbered_facts if entry["fact"] == facts.Offered.kind)
    if any(entry["fact"] == facts.OfferExtended.kind for entry in registration.list_facts_since(revision)):
        return False
    offered = facts.Offered(
        event_id=registration.event_id,
        registration_id=registration.id,
        revision=revision,
        at="",
        needs=(),
        expires_at="",
    )
    return offered.key == bounced.mail


@retried()
def _respond(
    access: Access,
    now: datetime,
    offer_expires_at: datetime | None,
    target_status: str,
    write: Callable[[Registration, datetime], Registration],
    repeated_answer: str = "",
) -> Registration:
    registration = load_registration(access)
    last_answer = find_last_answer(registration)
    if registration.status == target_status and repeated_answer in ("", last_answer):
        return registration
    if registration.status != "offered":
        raise OfferExpired if last_answer == facts.Expired.kind else NoOffer
    if has_expired_offer(registration, now):
        with suppress(TooBusy):  # it has expired all the same; the sweep ends it
            expire(access.event_id, access.registration_id, now)
        raise OfferExpired
    if offer_expires_at not in (None, registration.offer_expires_at):
        raise NoOffer
    return write(registration, now)


def find_last_answer(registration: Registration) -> str:
    """Find the kind of the last fact that settled something."""
    kinds = [str(entry["fact"]) for entry in registration.known_facts if entry["fact"] not in _NON_ANSWERS]
    return kinds[-1]
