"""Registering, cancelling, moving up: what happens between a request and its transactions."""

import sys
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import islice

from chalicelib import facts
from chalicelib.problems import AlreadyRegistered, EventNotFound, LinkNotValid, TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import ZONE, Event
from chalicelib.registration import offers, rules, store, transactions, updates
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.model import By, Places, Registration
from chalicelib.registration.rules import Move, Recount, Rest
from chalicelib.registration.transactions import PLACES, REGISTRATION
from chalicelib.table import Refused

ATTEMPTS = 40
#: How often, and by how many moves, a newcomer helps the line along before standing at its end.
_HELPS, _HELP = 2, 3


def register(
    event: Event, registration_id: str, who: Attendee, chosen: tuple[str, ...], request: str, now: datetime
) -> Registration:
    """Register the attendee: confirmed when all they need is free, waiting otherwise.

    The same `request` again gives the registration that it made, whatever has become of it. Raises
    AlreadyRegistered (and has the link mailed to the address) and TooBusy, with nothing written.
    """
    wanted = Registration(
        event_id=event.id,
        id=registration_id,
        status="confirmed",
        needs=rules.all_needs(event, chosen),
        waiting_for=(),
        registered_at=now.astimezone(ZONE),
        rank="",
        attendee=who,
        history=(),
        request=request,
    )
    for _ in range(ATTEMPTS):
        try:
            return _place(event, wanted, now)
        except Refused as refused:
            registered = store.as_registration(refused.found[REGISTRATION])
        if wanted.request in registered.requests:
            return registered
        if not is_over(registered, now):
            transactions.request_link(wanted.event_id, wanted.id, now)
            raise AlreadyRegistered
        expire(event.id, registered.id, now)
    raise TooBusy


def _place(event: Event, wanted: Registration, now: datetime) -> Registration:
    """Raises Refused when the address is registered already."""
    places: Places | None = None
    for attempt in range(ATTEMPTS):
        try:
            if places is None:
                return _confirm(event, wanted)
            return _join(wanted, places, now)
        except Refused as refused:
            if REGISTRATION in refused.found:
                raise
            places = _places(event, refused)
        if rules.settled(places):
            places = places if rules.shortage(places, wanted.needs) else None
        elif attempt < _HELPS:
            help_along(event, now)
            places = None
    raise TooBusy


def _confirm(event: Event, wanted: Registration) -> Registration:
    confirmed = replace(wanted, history=(_happened(facts.Confirmed, wanted),))
    transactions.confirm(confirmed, tuple(event.capacities))
    return confirmed


def _join(wanted: Registration, places: Places, now: datetime) -> Registration:
    joined_at = rules.joining_moment(places, now)
    waiting = replace(
        wanted,
        status="waiting",
        waiting_for=rules.waits_for(places, wanted.needs),
        registered_at=datetime.fromisoformat(joined_at).astimezone(wanted.registered_at.tzinfo),
        rank=transactions.rank(joined_at, wanted.id),
    )
    waiting = replace(waiting, history=(_happened(facts.Joined, waiting),))
    transactions.join(waiting, joined_at, rules.shortage(places, wanted.needs))
    return waiting


def _places(event: Event, refused: Refused) -> Places:
    """The event's places as they stood in the way; TooBusy when the event in memory is another than theirs."""
    if not refused.found.get(PLACES):
        raise EventNotFound(event_id=event.id)
    places = store.as_places(refused.found[PLACES])
    if set(places.capacity) != set(event.capacities):
        programme_store.forget()
        raise TooBusy
    return places


def _happened(kind: type[facts.Confirmed | facts.Joined], registration: Registration) -> dict[str, object]:
    waited = {"waiting_for": registration.waiting_for} if kind is facts.Joined else {}
    return facts.entry(updates.fact(registration, kind, registration.registered_at, **waited))


def cancel(event_id: str, registration_id: str, by: By, now: datetime) -> Registration:
    """Cancel the registration and give back what it held; cancelled already, it stays so.

    Raises LinkNotValid when there is none, and TooBusy, with nothing written.
    """
    for _ in range(ATTEMPTS):
        registration = find(event_id, registration_id)
        if registration.status == "cancelled":
            return registration
        try:
            transactions.give_up(registration, facts.Cancelled, now, was=registration.status, by=by)
        except Refused:
            continue
        return replace(registration, status="cancelled", waiting_for=(), offer_expires_at=None)
    raise TooBusy


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
            transactions.give_up(registration, facts.Expired, now)
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


def standing(registered: Registration) -> tuple[Registration, int | None]:
    """The registration with its position in the line; read again when it moves up in just this moment."""
    for _ in range(ATTEMPTS):
        if registered.status != "waiting":
            return registered, None
        if position := store.position(registered):
            return registered, position
        registered = store.find(registered.event_id, registered.id) or registered
    raise TooBusy


def settle(event: Event, now: datetime) -> None:
    """Move up, in order, everybody who waits and can be helped with what is free; leave nothing idle. Once the
    event has begun, or the organiser decides, nobody is moved up any more.

    May run twice at once and may be stopped at any step: each move is one transaction on conditions.
    Raises TooBusy when others kept changing the same places; whoever asked asks again.
    """
    if not rules.moves_up(event, now):
        return
    tries = ATTEMPTS
    while tries:
        places = store.places(event.id)
        if rules.settled(places):
            return
        tries = ATTEMPTS if _make_moves(event, places, now) else tries - 1
    raise TooBusy


def help_along(event: Event, now: datetime) -> None:
    """Make the next few moves of a line that is not settled, if nobody else does just now."""
    if rules.moves_up(event, now):
        _make_moves(event, store.places(event.id), now, at_most=_HELP)


def _make_moves(event: Event, places: Places, now: datetime, at_most: int = sys.maxsize) -> int:
    """How many moves were made, until one no longer held: what it rested on has changed since."""
    made = 0
    with suppress(Refused):
        for move in islice(rules.moves(places, store.waitlist(event.id)), at_most):
            _make(event, move, now)
            made += 1
    return made


def _make(event: Event, move: Move, now: datetime) -> None:
    if isinstance(move, Recount):
        transactions.recount(event.id, move, now)
    elif isinstance(move, Rest):
        transactions.rest(event.id, move)
    elif event.waitlist.mode == "automatic":
        transactions.promote(event.id, move, now)
    elif expires_at := offers.ends(event, now):
        transactions.offer(event.id, move, expires_at, now)
