"""A registration's life once it is made: looked at, cancelled, expired."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib import facts
from chalicelib.aws.table import Refused
from chalicelib.problems import LinkNotValid, TooBusy
from chalicelib.registration import store, transactions
from chalicelib.registration.model import By, Registration
from chalicelib.registration.positions import place_in_line
from chalicelib.registration.transactions import GaveUp
from chalicelib.registration.updates import NOTHING_ELSE, Said

ATTEMPTS = 40


def cancel(event_id: str, registration_id: str, by: By, now: datetime, said: Said = NOTHING_ELSE) -> Registration:
    """Cancel the registration and give back what it held; cancelled already, it stays so.

    Raises LinkNotValid when there is none, and TooBusy, with nothing written.
    """
    for _ in range(ATTEMPTS):
        registration = find(event_id, registration_id)
        if registration.status == "cancelled":
            return registration
        with suppress(Refused):
            give_up(registration, facts.Cancelled, now, said, was=registration.status, by=by)
            return replace(registration, status="cancelled", in_line=(), offer_expires_at=None)
    raise TooBusy


def give_up(
    registration: Registration, kind: type[GaveUp], now: datetime, said: Said = NOTHING_ELSE, **facts_: Any
) -> None:
    """End the registration as it was read; raises Refused when it has changed since."""
    entries = [store.entry(registration, key) for key in registration.in_line]
    transactions.give_up(registration, entries, kind, now, said, **facts_)


def is_over(registration: Registration, now: datetime) -> bool:
    """Whether it is an offer whose time has come."""
    return registration.offer_expires_at is not None and registration.offer_expires_at <= now


def expire(event_id: str, registration_id: str, now: datetime) -> None:
    """Let the offer end if its time has come, so that it goes to the next; otherwise nothing happens."""
    for _ in range(ATTEMPTS):
        registration = store.find(event_id, registration_id)
        if registration is None or not is_over(registration, now):
            return
        with suppress(Refused):
            give_up(registration, facts.Expired, now)
    raise TooBusy


def look(event_id: str, registration_id: str, now: datetime) -> Registration:
    """The registration as it stands, an offer that is over being over; raises LinkNotValid when there is none."""
    registration = find(event_id, registration_id)
    if not is_over(registration, now):
        return registration
    expire(event_id, registration_id, now)
    return find(event_id, registration_id)


def find(event_id: str, registration_id: str) -> Registration:
    """The registration as it is now; raises LinkNotValid when there is none."""
    registration = store.find(event_id, registration_id)
    if registration is None:
        raise LinkNotValid
    return registration


def find_again(event_id: str, registration_id: str, request: str) -> Registration | None:
    """The registration that the request made, if it made one: a repeated request is answered even when it would
    no longer be taken."""
    registered = store.find(event_id, registration_id)
    return registered if registered and request in registered.requests else None


@dataclass(frozen=True)
class Standing:
    """How a registration stands: whether it waits, for what, and at which place in the line."""

    registration: Registration
    position: int | None = None
    waiting_for: tuple[str, ...] = ()


def standing(registered: Registration) -> Standing:
    """How the registration stands, as it was read; read again where no number can be told, as when it moves up in
    just this moment. Raises TooBusy when that goes on, and when the registration is gone."""
    for _ in range(ATTEMPTS):
        if not registered.in_line:
            return Standing(registered)
        places = store.places(registered.event_id)
        if position := place_in_line(registered, places):
            return Standing(registered, position, registered.waits_for(places))
        again = store.find(registered.event_id, registered.id)
        if again is None:
            break
        registered = again
    raise TooBusy
