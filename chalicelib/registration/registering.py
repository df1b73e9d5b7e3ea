"""Registering one person: from a request to its transactions."""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib import facts
from chalicelib.auth.link_tokens import create_generation
from chalicelib.aws import keys, table
from chalicelib.aws.items import Item, Update
from chalicelib.aws.rate_limits import RateLimit
from chalicelib.aws.retry import MAX_ATTEMPTS, retried
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import AlreadyRegistered, EventNotFound, TooBusy
from chalicelib.programme import lines
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event, to_local
from chalicelib.registration import moving_up, rules, sealing, store, transactions, updates
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.flows import expire, find_by_idempotency_key, has_expired_offer
from chalicelib.registration.model import Places, Registration, WaitlistEntry, build_waiting_entry, derive_maker
from chalicelib.registration.transactions import PLACES_INDEX

#: How often a newcomer promotes those ahead before joining at the end.
MAX_PROMOTION_ROUNDS = 2


@dataclass(frozen=True)
class Applicant:
    """A person who asks to register: the registration's id, the attendee and the choices."""

    registration_id: str
    attendee: Attendee
    chosen: tuple[str, ...] = ()
    field_prefix: str = ""  #: stands before its fields' names in the request


@retried()
def register(
    event: Event, applicant: Applicant, idempotency_key: str, now: datetime, limit: RateLimit | None = None
) -> Registration:
    """Register the attendee: confirmed when all that they need is free, waiting otherwise.

    The same idempotency key again returns the registration that it made, whatever has become of it. Raises
    AlreadyRegistered (and has the link mailed to the address) and TooBusy, with nothing written.
    The rate limit counts each registration, and each attempt with an address that is registered; reached, it
    raises its own error, and nothing is said of the address.
    """
    draft = build_registration(event, applicant, idempotency_key, now)
    try:
        return _commit(event, draft, limit, now)
    except ConditionFailed as refused:
        check_limit(limit, refused, [PLACES_INDEX + 1], idempotency_key, now)
        item = refused.current_items[PLACES_INDEX + 1]
        refuse_disowned(item, draft, limit, now)
        if made_before := resolve_conflict(item, idempotency_key, limit, now):
            return made_before
        raise


def rate_limit_writes(limit: RateLimit | None, now: datetime, people: int = 1) -> tuple[Update, ...]:
    """Build the writes that count so many people against the rate limit, in their own transaction."""
    return (limit.increment_write(now, people),) if limit else ()


def check_limit(
    limit: RateLimit | None, refused: ConditionFailed, indexes: Iterable[int], idempotency_key: str, now: datetime
) -> None:
    """Raise the rate limit's error where the limit refused, unless the same request registered before."""
    items = (refused.current_items.get(index, {}) for index in indexes)
    made_before = any(idempotency_key in item.get(store.IDEMPOTENCY_KEYS, ()) for item in items)
    if limit and limit.caused(refused, now) and not made_before:
        raise limit.error(now)


def build_registration(
    event: Event, applicant: Applicant, idempotency_key: str, now: datetime, leader_id: str = ""
) -> Registration:
    """Build the draft of the applicant's registration, sealed, before its status is decided."""
    generation = create_generation()
    draft = Registration(
        event_id=event.id,
        id=applicant.registration_id,
        status="confirmed",
        needs=rules.build_needs(event, applicant.chosen),
        registered_at=to_local(now),
        attendee=applicant.attendee,
        history=(),
        leader_id=leader_id,
        idempotency_key=idempotency_key,
        made_by=derive_maker(idempotency_key),
        link_generation=generation,
        code_generation=generation,
        via="answer",
    )
    return sealing.seal(draft)


def resolve_conflict(
    item: Item, idempotency_key: str, limit: RateLimit | None, now: datetime
) -> Registration | None:
    """Return the registration in the way of a new one if the same request made it, or clear the way: then None.

    The way is clear once room is made in a cancelled one, or an expired offer is ended, which counts against the
    rate limit. Raises AlreadyRegistered otherwise; it counts as well.
    """
    if store.is_erased(item):
        if goes_on := find_by_idempotency_key(*_parse_ids(item), idempotency_key):
            return goes_on
        _make_room(item)
        return None
    registration = store.deserialize_registration(item)
    if made_before := registration.as_made_by(idempotency_key):
        return made_before
    if registration.status == "cancelled":
        _make_room(item)
        return None
    if limit and not limit.try_increment(now):
        raise limit.error(now)
    if not has_expired_offer(registration, now):
        transactions.request_link(registration.event_id, registration.id, now)
        raise AlreadyRegistered
    expire(registration.event_id, registration.id, now)
    return None


def refuse_disowned(item: Item, draft: Registration, limit: RateLimit | None, now: datetime) -> None:
    """Raise AlreadyRegistered where the mailbox of the address has disowned a registration, and count it.

    The mailbox is asked, once a day, if it wants to come after all.
    """
    if not store.is_disowned(item):
        return
    if limit and not limit.try_increment(now):
        raise limit.error(now)
    transactions.request_wish(draft, now)
    raise AlreadyRegistered


def _parse_ids(item: Item) -> tuple[str, str]:
    return keys.parse_event_id(item), keys.parse_registration_id(item)


def _make_room(item: Item) -> None:
    with suppress(ConditionFailed):  # something was written meanwhile
        table.write(updates.build_room(item))


def _commit(event: Event, draft: Registration, limit: RateLimit | None, now: datetime) -> Registration:
    """Commit the draft, confirmed or waiting.

    Between attempts, a newcomer who finds room while the lines are not settled first promotes some of those who
    wait. Raises ConditionFailed when the address is registered or the limit reached.
    """
    places = _cached_shortage(event, draft)
    rounds_left, began = MAX_PROMOTION_ROUNDS, time.monotonic()
    for _ in range(MAX_ATTEMPTS):
        elapsed = timedelta(seconds=time.monotonic() - began)
        try:
            return _confirm_or_join(draft, places, now, elapsed, *rate_limit_writes(limit, now))
        except ConditionFailed as refused:
            if PLACES_INDEX + 1 in refused.current_items or (limit and limit.caused(refused, now)):
                raise
            places = deserialize_matching_places(event, refused.current_items[PLACES_INDEX])
            programme_store.cache_places(event.id, refused.current_items[PLACES_INDEX])
        if rounds_left and _has_room_for(places, draft) and not rules.is_settled(places):
            rounds_left -= 1
            moving_up.promote_some(event.id, now)
            places = None
    raise TooBusy


def _cached_shortage(event: Event, draft: Registration) -> Places | None:
    """Return the cached places where they are short of something the draft needs.

    The newcomer then joins the line at once, which avoids one failed transaction per newcomer once the event is
    full. Joining fails its condition where there is room again.
    """
    seen = programme_store.get_cached_places(event.id)
    places = store.deserialize_places(seen) if seen else None
    return places if places and not _has_room_for(places, draft) else None


def _confirm_or_join(
    draft: Registration, places: Places | None, now: datetime, elapsed: timedelta, *limit_writes: Update
) -> Registration:
    """Confirm directly unless a cached shortage says the event is full; then join the waitlist in one transaction.

    The moment of joining is that of the write, `elapsed` after `now`: newcomers who began later and were quicker
    have joined already, and none may join before them.
    """
    if places is None or (_has_room_for(places, draft) and not places.line_length):
        confirmed = build_confirmed(draft, now)
        transactions.confirm(confirmed, *limit_writes)
        return confirmed
    if _has_room_for(places, draft) and rules.is_settled(places):
        confirmed = build_confirmed(draft, now)
        transactions.confirm_and_record_skips(confirmed, places, now, *limit_writes)
        return confirmed
    return _join(draft, places, now + elapsed, *limit_writes)


def _has_room_for(places: Places, draft: Registration) -> bool:
    return not lines.find_shortage(places.free, lines.sum_demand([draft.needs]))


def _join(draft: Registration, places: Places, now: datetime, *limit_writes: Update) -> Registration:
    joined_at = rules.compute_joining_time(places, now)
    entry = build_waiting_entry(lines.build_rank(joined_at), {draft.id: draft.needs})
    waiting = build_waiting(draft, entry, places, joined_at)
    transactions.join(waiting, entry, joined_at, places, *limit_writes)
    return waiting


def build_confirmed(draft: Registration, now: datetime) -> Registration:
    """Build the confirmed registration of the draft."""
    happened = updates.build_history_entry(draft, facts.Confirmed, now, needs=draft.needs)
    return replace(draft, history=(happened,))


def build_waiting(draft: Registration, entry: WaitlistEntry, places: Places, joined_at: str) -> Registration:
    """Build the waiting registration of the draft, which stands in line with the entry."""
    moment = datetime.fromisoformat(joined_at)
    waiting_for = places.list_awaited(entry.demand)
    happened = updates.build_history_entry(draft, facts.Joined, moment, needs=draft.needs, waiting_for=waiting_for)
    return replace(
        draft,
        status="waiting",
        registered_at=to_local(moment),
        entry_keys=(entry.key,),
        rank=entry.rank,
        history=(happened,),
    )


def deserialize_matching_places(event: Event, item: Item) -> Places:
    """Deserialize the places that a condition failed on; raises EventNotFound and TooBusy."""
    if not item:
        raise EventNotFound(event_id=event.id)
    return require_matching_event(event, store.deserialize_places(item))


def require_matching_event(event: Event, places: Places) -> Places:
    """Return the places; raises TooBusy when the cached event has other allotments than they have."""
    if set(places.capacity) != set(event.capacities):
        programme_store.clear_cache()
        raise TooBusy
    return places
