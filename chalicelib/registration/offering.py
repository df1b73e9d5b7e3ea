"""Answering an offer: accepting, declining, keeping one's place, and letting it end."""

from collections.abc import Callable
from datetime import datetime

from chalicelib import facts
from chalicelib.problems import NoOffer, OfferExpired, TooBusy
from chalicelib.registration import store, transactions
from chalicelib.registration.flows import ATTEMPTS, find
from chalicelib.registration.model import Registration
from chalicelib.table import Refused


def accept(event_id: str, registration_id: str, now: datetime) -> Registration:
    """Take the place that is offered; one that is theirs already stays so.

    Raises OfferExpired from the offer's end on, whether or not it has been passed on by then, NoOffer when
    there is none, LinkNotValid and TooBusy.
    """
    return _answer(event_id, registration_id, now, "confirmed", transactions.accept)


def decline(event_id: str, registration_id: str, now: datetime) -> Registration:
    """Pass the offer on for good; declined already, it stays so. Raises as `accept` does."""

    def write(registration: Registration, now: datetime) -> None:
        transactions.give_up(registration, facts.Declined, now)

    return _answer(event_id, registration_id, now, "cancelled", write, said_before=facts.Declined.kind)


def keep_place(event_id: str, registration_id: str, now: datetime) -> Registration:
    """Pass this offer on and go on waiting with the same rank. Raises as `accept` does."""

    def write(registration: Registration, now: datetime) -> None:
        transactions.keep_place(registration, store.places(event_id).freed, now)

    return _answer(event_id, registration_id, now, "waiting", write, said_before=facts.PlaceKept.kind)


def _answer(
    event_id: str,
    registration_id: str,
    now: datetime,
    becomes: str,
    write: Callable[[Registration, datetime], None],
    said_before: str = "",
) -> Registration:
    for _ in range(ATTEMPTS):
        registration = find(event_id, registration_id)
        last = registration.history[-1]["fact"]
        if registration.status == becomes and said_before in ("", last):
            return registration
        if registration.status != "offered":
            raise OfferExpired if last == facts.Expired.kind else NoOffer
        if _over(registration, now):
            expire(event_id, registration_id, now)
            raise OfferExpired
        try:
            write(registration, now)
        except Refused:
            continue
        return find(event_id, registration_id)
    raise TooBusy


def expire(event_id: str, registration_id: str, now: datetime) -> None:
    """Let the offer end if its time has come, so that it goes to the next; otherwise nothing happens."""
    for _ in range(ATTEMPTS):
        registration = store.find(event_id, registration_id)
        if registration is None or not _over(registration, now):
            return
        try:
            transactions.give_up(registration, facts.Expired, now)
        except Refused:
            continue
        return
    raise TooBusy


def _over(registration: Registration, now: datetime) -> bool:
    return registration.offer_expires_at is not None and registration.offer_expires_at <= now
