"""What the person who registered a party changes for its members, until they have used their own links."""

from dataclasses import replace
from datetime import datetime

from chalicelib import facts
from chalicelib.aws import secret_keys
from chalicelib.aws.items import Item
from chalicelib.aws.rate_limits import RateLimit
from chalicelib.aws.retry import retried
from chalicelib.aws.table import ConditionFailed
from chalicelib.party import members, relocation
from chalicelib.party.relocation import Relocation
from chalicelib.problems import (
    AddressIsTaken,
    FieldError,
    ListsAreOut,
    Problem,
    RegistrationClosed,
    RegistrationIsCancelled,
)
from chalicelib.programme.model import Event
from chalicelib.registration import registering, rules, store
from chalicelib.registration.access import Access, count_change
from chalicelib.registration.flows import end_registration, has_expired_offer, require_cancellable
from chalicelib.registration.model import Registration, derive_registration_id
from chalicelib.retention import erasure


@retried()
def cancel(access: Access, member_id: str, now: datetime) -> None:
    """Cancel the member's registration for them; one that is cancelled stays so.

    Raises EventOver and IsCheckedIn, NotFound and InOwnHands, LinkNotValid, OpenTheMailedLink and TooBusy, with
    nothing written.
    """
    member = members.load_member(access, member_id, now)
    if member.status == "cancelled":
        return
    require_cancellable(member, now)
    end_registration(member, facts.Cancelled, now, was=member.status, by="leader")


def correct_address(
    event: Event, access: Access, member_id: str, email: str, now: datetime, limit: RateLimit | None = None
) -> Registration:
    """Move the member's registration to the corrected address, and return the poster's registration then.

    The place, or the rank in the waitlist, stays theirs. The mail about it goes to the new address. The former one
    is a stranger's or no one's: nothing is left there, and nothing more is sent to it. That mailbox never asked
    for our mails, or sends them back, and the links that it was sent end in any case. The same request again
    changes nothing.

    Counts against the limit of the link and the rate limit of registrations, also where the address is registered:
    the answer tells so. Raises AddressIsTaken, RegistrationIsCancelled, RegistrationClosed, ListsAreOut,
    ChangedTooOften and the error of the rate limit; otherwise as `cancel`.
    """
    new_id = derive_registration_id(secret_keys.get_identity_key(), event.id, email)
    if _is_done(access, member_id, new_id):
        return members.load_poster(access)
    moved = _move(event, access, member_id, new_id, email, now, limit)
    _erase_traces(event.id, member_id)
    return replace(moved, via=access.via) if member_id == access.registration_id else members.load_poster(access)


def _is_done(access: Access, member_id: str, new_id: str) -> bool:
    people = {member.id for member in members.list_members(members.load_poster(access))}
    return new_id in people and member_id not in people - {new_id}


@retried()
def _move(
    event: Event,
    access: Access,
    member_id: str,
    new_id: str,
    email: str,
    now: datetime,
    limit: RateLimit | None,
) -> Registration:
    member, places = members.load_member(access, member_id, now), store.read_places(event.id)
    _check_allowed_now(event, member, now)
    poster, counted = members.load_poster(access), count_change(member, now)
    if new_id == poster.id:
        raise _refuse_address(limit, now)
    moving = Relocation(poster, member, new_id, email, places, now)
    try:
        return moving.write(counted, *registering.rate_limit_writes(limit, now))
    except ConditionFailed as refused:
        if limit and limit.caused(refused, now):
            raise limit.error(now) from refused
        if item := refused.current_items.get(relocation.NEW_INDEX):
            _clear_way(item, limit, now)
        raise


def _check_allowed_now(event: Event, member: Registration, now: datetime) -> None:
    if member.status == "cancelled":
        raise RegistrationIsCancelled
    if event.has_ended(now):
        raise RegistrationClosed
    if any(now >= at for at in rules.find_lock_times(event, member).values()):
        raise ListsAreOut(name=event.contact.name, email=event.contact.email)


def _clear_way(item: Item, limit: RateLimit | None, now: datetime) -> None:
    """Make room in what is at the new address, unless it stands; raises AddressIsTaken, and counts it."""
    if store.is_disowned(item):
        raise _refuse_address(limit, now)
    found = None if store.is_erased(item) else store.deserialize_registration(item)
    if found and found.status != "cancelled" and not has_expired_offer(found, now):
        raise _refuse_address(limit, now)
    registering.resolve_conflict(item, "", limit, now)


def _refuse_address(limit: RateLimit | None, now: datetime) -> Problem:
    """Build the refusal of an address that is registered; it counts as a registration of it does."""
    if limit and not limit.try_increment(now):
        return limit.error(now)
    return AddressIsTaken(errors=(FieldError("email", AddressIsTaken.type, AddressIsTaken.detail),))


@retried()
def _erase_traces(event_id: str, registration_id: str) -> None:
    erasure.erase_related_items(event_id, registration_id)
