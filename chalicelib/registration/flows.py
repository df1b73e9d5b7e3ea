"""A registration's life once it is made: looked at, cancelled, expired."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import facts
from chalicelib.aws.retry import MAX_ATTEMPTS, LostRace, retried
from chalicelib.problems import LinkNotValid, TooBusy
from chalicelib.registration import store, transactions
from chalicelib.registration.model import ActorKind, Places, Registration
from chalicelib.registration.positions import compute_position
from chalicelib.registration.transactions import EndingFact
from chalicelib.registration.updates import NO_EXTRAS, Extras


@retried()
def cancel(
    event_id: str, registration_id: str, by: ActorKind, now: datetime, extras: Extras = NO_EXTRAS
) -> Registration:
    """Cancel the registration and give back what it held; cancelled already, it stays so.

    Raises LinkNotValid when there is none, and TooBusy, with nothing written.
    """
    registration = load_registration(event_id, registration_id)
    if registration.status == "cancelled":
        return registration
    return end_registration(registration, facts.Cancelled, now, extras, was=registration.status, by=by)


def end_registration(
    registration: Registration,
    kind: type[EndingFact],
    now: datetime,
    extras: Extras = NO_EXTRAS,
    **fact_fields: Any,
) -> Registration:
    """End the registration as it was read, and return it as it is then; raises ConditionFailed when it has changed
    since."""
    entries = [store.read_entry(registration, key) for key in registration.entry_keys]
    return transactions.end_registration(registration, entries, kind, now, extras, **fact_fields)


def has_expired_offer(registration: Registration, now: datetime) -> bool:
    """Whether it is an offer whose time has come."""
    return registration.offer_expires_at is not None and registration.offer_expires_at <= now


@retried()
def expire(event_id: str, registration_id: str, now: datetime) -> None:
    """Let the offer end if its time has come, so that it goes to the next; otherwise nothing happens."""
    registration = store.find(event_id, registration_id)
    if registration is not None and has_expired_offer(registration, now):
        end_registration(registration, facts.Expired, now)


def load_and_expire(event_id: str, registration_id: str, now: datetime) -> Registration:
    """The registration as it stands, an offer that is over being over; raises LinkNotValid when there is none."""
    registration = load_registration(event_id, registration_id)
    if not has_expired_offer(registration, now):
        return registration
    expire(event_id, registration_id, now)
    return load_registration(event_id, registration_id)


def load_with_places(event_id: str, registration_id: str, now: datetime) -> tuple[Registration, Places]:
    """Load the registration, as `load_and_expire` does, and its event's places, in one call unless an offer has
    expired; raises LinkNotValid and EventNotFound."""
    registration, places = store.find_with_places(event_id, registration_id)
    if registration is None:
        raise LinkNotValid
    if not has_expired_offer(registration, now):
        return registration, places
    return load_and_expire(event_id, registration_id, now), store.read_places(event_id)


def load_registration(event_id: str, registration_id: str) -> Registration:
    """The registration as it is now; raises LinkNotValid when there is none."""
    registration = store.find(event_id, registration_id)
    if registration is None:
        raise LinkNotValid
    return registration


def find_by_idempotency_key(event_id: str, registration_id: str, idempotency_key: str) -> Registration | None:
    """The registration that the request made, if it made one: a repeated request is answered even when it would
    no longer be taken."""
    registered = store.find(event_id, registration_id)
    return registered if registered and idempotency_key in registered.idempotency_keys else None


@dataclass(frozen=True)
class Standing:
    """How a registration stands: whether it waits, for what, and at which place in the line."""

    registration: Registration
    position: int | None = None
    waiting_for: tuple[str, ...] = ()


def load_standing(registration: Registration) -> Standing:
    """How the registration stands, as it was read; read again where no number can be told, as when it moves up in
    just this moment. Raises TooBusy when that goes on, and when the registration is gone."""
    return _find_standing(registration) or _reload_standing(registration)


@retried(MAX_ATTEMPTS - 1)
def _reload_standing(registration: Registration) -> Standing:
    current = store.find(registration.event_id, registration.id)
    if current is None:
        raise TooBusy
    if standing := _find_standing(current):
        return standing
    raise LostRace


def _find_standing(registration: Registration) -> Standing | None:
    """Return how the registration stands; None where the places have changed too much since it was read."""
    if not registration.entry_keys:
        return Standing(registration)
    places = store.read_places(registration.event_id)
    if position := compute_position(registration, places):
        return Standing(registration, position, registration.list_awaited(places))
    return None
