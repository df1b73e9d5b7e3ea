"""A registration's life once it is made: load, cancel, expire."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib import facts
from chalicelib.aws.retry import MAX_ATTEMPTS, LostRace, retried
from chalicelib.problems import LinkNotValid, OpenTheMailedLink, TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.registration import rules, store, transactions, updates
from chalicelib.registration.access import Access
from chalicelib.registration.model import Places, Registration
from chalicelib.registration.positions import compute_position
from chalicelib.registration.transactions import EndingFact
from chalicelib.registration.updates import NO_EXTRAS, Extras


@retried()
def cancel(access: Access, now: datetime, extras: Extras = NO_EXTRAS, *, is_erasure: bool = False) -> Registration:
    """Cancel the registration, give back what it held, and return it; a cancelled one stays so.

    Raises EventOver and IsCheckedIn, unless it is for an erasure; LinkNotValid, OpenTheMailedLink and TooBusy,
    with nothing written.
    """
    registration = load_registration(access)
    if registration.status == "cancelled":
        return registration
    if not is_erasure:
        require_cancellable(registration, now)
    return end_registration(registration, facts.Cancelled, now, extras, was=registration.status, by=access.by)


def require_cancellable(registration: Registration, now: datetime) -> None:
    """Raise EventOver after the end of its event, and IsCheckedIn for a participant who has come."""
    event = programme_store.read_cached(registration.event_id)
    if problem := rules.find_cancellation_problem(event, registration, now):
        raise problem


def end_registration(
    registration: Registration,
    kind: type[EndingFact],
    now: datetime,
    extras: Extras = NO_EXTRAS,
    **fact_fields: Any,
) -> Registration:
    """End the registration as it was read, and return it as it is then.

    Raises ConditionFailed when it has changed since it was read.
    """
    entries = [store.read_entry(registration, key) for key in registration.entry_keys]
    return transactions.end_registration(registration, entries, kind, now, extras, **fact_fields)


def has_expired_offer(registration: Registration, now: datetime) -> bool:
    """Return whether the registration is offered something and the deadline has passed."""
    return registration.offer_expires_at is not None and registration.offer_expires_at <= now


@retried()
def expire(event_id: str, registration_id: str, now: datetime) -> None:
    """Expire the offer if its deadline has passed, so that it goes to the next in line; else change nothing."""
    registration = store.find(event_id, registration_id)
    if registration is not None and has_expired_offer(registration, now):
        end_registration(registration, facts.Expired, now)


def load_and_expire(access: Access, now: datetime) -> Registration:
    """Load the registration as `load_registration` does; expire its offer first if the deadline has passed."""
    registration = load_registration(access)
    if not has_expired_offer(registration, now):
        return registration
    expire(access.event_id, access.registration_id, now)
    return load_registration(access)


def load_as_of(access: Access, now: datetime, *, to_status: bool = False) -> Registration:
    """Load the registration as it stands at the moment, without writing.

    An offer whose deadline has passed is over. Raises as `load_registration` does.
    """
    registration = load_registration(access, to_status=to_status)
    if not has_expired_offer(registration, now):
        return registration
    happened = updates.build_history_entry(registration, facts.Expired, now, needs=registration.needs)
    return updates.apply_update(registration, {"status": "cancelled", store.ENTRY_KEYS: []}, happened)


def load_with_places(access: Access, now: datetime) -> tuple[Registration, Places]:
    """Load the registration with its event's places, as `load_and_expire` does, in one call.

    An expired offer takes more calls. Raises EventNotFound, otherwise as `load_registration`.
    """
    found, places = store.find_with_places(access.event_id, access.registration_id)
    registration = access.admit(found)
    if not has_expired_offer(registration, now):
        return registration, places
    return load_and_expire(access, now), store.read_places(access.event_id)


def load_registration(access: Access, *, to_status: bool = False) -> Registration:
    """Load the registration as it is now, reached by this way; `to_status` as for `Access.admit`.

    Raises LinkNotValid and OpenTheMailedLink.
    """
    return access.admit(store.find(access.event_id, access.registration_id), to_status=to_status)


def load_by_mailed_link(access: Access) -> Registration:
    """Load the registration for its mailed link alone.

    Raises LinkNotValid and, for the answer's link, OpenTheMailedLink.
    """
    registration = load_registration(access, to_status=True)
    if access.via != "mailed":
        raise OpenTheMailedLink
    return registration


def find_by_idempotency_key(event_id: str, registration_id: str, idempotency_key: str) -> Registration | None:
    """Find the registration that the request with this idempotency key made; None if it made none.

    A repeated request is answered even when a new one would be refused by now, and with the registration that goes
    on where its address was corrected since.
    """
    item = store.find_item_made_by(event_id, registration_id, idempotency_key)
    return store.deserialize_registration(item).as_made_by(idempotency_key) if item else None


@dataclass(frozen=True)
class Standing:
    """A registration with its position in the waitlist, and what it waits for."""

    registration: Registration
    position: int | None = None
    waiting_for: tuple[str, ...] = ()


def load_standing(registration: Registration) -> Standing:
    """Load the position of the registration as it was read.

    The registration is read again where its position cannot be told, as when it moves up at this moment. Raises
    TooBusy when that goes on, and when the registration is gone; LinkNotValid where the link is void by then. One
    that is closed by then shows the status alone.
    """
    return _find_standing(registration) or _reload_standing(registration)


@retried(MAX_ATTEMPTS - 1)
def _reload_standing(registration: Registration) -> Standing:
    current = store.find(registration.event_id, registration.id)
    if current is None:
        raise TooBusy
    if _has_void_link(registration, current):
        raise LinkNotValid
    if standing := _find_standing(replace(current, via=registration.via)):
        return standing
    raise LostRace


def _has_void_link(registration: Registration, current: Registration) -> bool:
    """Return whether the registration was reached by a link that is void by now: made anew, it is another's."""
    via = registration.via
    is_link = via not in ("organiser", "system")
    return is_link and registration.get_generation(via) != current.get_generation(via)


def _find_standing(registration: Registration) -> Standing | None:
    """Return the registration's standing; None where the places have changed too much since it was read."""
    if not registration.entry_keys:
        return Standing(registration)
    places = store.read_places(registration.event_id)
    if position := compute_position(registration, places):
        return Standing(registration, position, registration.list_awaited(places))
    return None
