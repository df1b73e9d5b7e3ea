"""Registering, cancelling, moving up: what happens between a request and its transactions."""

from dataclasses import replace
from datetime import datetime

from chalicelib import facts
from chalicelib.keys import timestamp
from chalicelib.problems import AlreadyRegistered, EventNotFound, LinkNotValid, TooBusy
from chalicelib.programme.model import ZONE, Event
from chalicelib.registration import rules, store, transactions
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.model import By, Places, Registration
from chalicelib.registration.rules import Promotion
from chalicelib.registration.transactions import PLACES, REGISTRATION
from chalicelib.table import Refused

ATTEMPTS = 40


def register(
    event: Event, registration_id: str, who: Attendee, chosen: tuple[str, ...], idempotency: str, now: datetime
) -> Registration:
    """Register the attendee: confirmed when all they need is free, waiting otherwise.

    The same `idempotency` again gives the registration that it made, whatever has become of it. Raises
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
        idempotency=idempotency,
        history=(),
    )
    try:
        return _place(event, wanted, now)
    except Refused as refused:
        return _registered_before(refused, wanted, now)


def _place(event: Event, wanted: Registration, now: datetime) -> Registration:
    """Raises Refused when the address is registered already."""
    places: Places | None = None
    for _ in range(ATTEMPTS):
        try:
            if places is None:
                return _confirm(event, wanted)
            return _join(wanted, places, now)
        except Refused as refused:
            if REGISTRATION in refused.found:
                raise
            places = _after_settling(event.id, refused, wanted.needs, now)
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
        waiting_for=rules.shortage(places, wanted.needs),
        registered_at=datetime.fromisoformat(joined_at).astimezone(wanted.registered_at.tzinfo),
        rank=transactions.rank(joined_at, wanted.id),
    )
    waiting = replace(waiting, history=(_happened(facts.Joined, waiting),))
    transactions.join(waiting, joined_at)
    return waiting


def _after_settling(event_id: str, refused: Refused, needs: tuple[str, ...], now: datetime) -> Places | None:
    """The places when the needs are not to be had now; None when it is worth asking for them again."""
    if not refused.found[PLACES]:
        raise EventNotFound(event_id=event_id)
    places = store.as_places(refused.found[PLACES])
    if not rules.settled(places):
        settle(event_id, now)
        return None
    return places if rules.shortage(places, needs) else None


def _happened(kind: type[facts.Confirmed | facts.Joined], registration: Registration) -> dict[str, object]:
    waited = {"waiting_for": registration.waiting_for} if kind is facts.Joined else {}
    fact = kind(
        event_id=registration.event_id,
        registration_id=registration.id,
        revision=0,
        at=timestamp(registration.registered_at),
        needs=registration.needs,
        **waited,
    )
    return facts.entry(fact)


def _registered_before(refused: Refused, wanted: Registration, now: datetime) -> Registration:
    registered = store.as_registration(refused.found[REGISTRATION])
    if registered.idempotency == wanted.idempotency:
        return registered
    transactions.request_link(wanted.event_id, wanted.id, now)
    raise AlreadyRegistered


def cancel(event_id: str, registration_id: str, by: By, now: datetime) -> Registration:
    """Cancel the registration and give back what it held; cancelled already, it stays so.

    Raises LinkNotValid when there is none, and TooBusy, with nothing written.
    """
    for _ in range(ATTEMPTS):
        registration = store.find(event_id, registration_id)
        if registration is None:
            raise LinkNotValid
        if registration.status == "cancelled":
            return registration
        try:
            transactions.cancel(registration, by, now)
        except Refused:
            continue
        return replace(registration, status="cancelled", waiting_for=())
    raise TooBusy


def settle(event_id: str, now: datetime) -> None:
    """Move up, in order, everybody who waits and can be helped with what is free; leave nothing idle.

    May run twice at once and may be stopped at any step: each move is one transaction on conditions.
    Raises TooBusy when others kept changing the same places; whoever asked asks again.
    """
    for _ in range(ATTEMPTS):
        places = store.places(event_id)
        if rules.settled(places):
            return
        try:
            for move in rules.moves(places, store.waitlist(event_id)):
                if isinstance(move, Promotion):
                    transactions.promote(event_id, move, now)
                else:
                    transactions.recount(event_id, move, now)
        except Refused:
            continue
    raise TooBusy
