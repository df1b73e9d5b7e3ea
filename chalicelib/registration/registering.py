"""Registering: what happens between a request and its transactions."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib import facts
from chalicelib.aws.items import Item, Update
from chalicelib.aws.rate_limits import Limit
from chalicelib.aws.table import Refused
from chalicelib.problems import AlreadyRegistered, ChangedTooOften, EventNotFound, TooBusy
from chalicelib.programme import lines
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import ZONE, Event
from chalicelib.registration import moving_up, rules, sealing, store, transactions, updates
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.flows import ATTEMPTS, expire, is_over
from chalicelib.registration.model import Places, Registration, WaitlistEntry, waiting_entry
from chalicelib.registration.transactions import PLACES

#: How often a newcomer helps the line along before standing at its end.
HELPS = 2


@dataclass(frozen=True)
class Applicant:
    """Somebody who wants to come: the registration's id, who they are and what they chose."""

    registration_id: str
    attendee: Attendee
    chosen: tuple[str, ...] = ()
    path: str = ""  #: where its fields stand in what was posted


def register(
    event: Event, who: Applicant, request: str, now: datetime, limit: Limit | None = None
) -> Registration:
    """Register the attendee: confirmed when all they need is free, waiting otherwise.

    The same `request` again gives the registration that it made, whatever has become of it. Raises
    AlreadyRegistered (and has the link mailed to the address), ChangedTooOften and TooBusy, with nothing written.
    The `limit` counts what was registered and each time that an address turns out to be registered; reached, it
    raises its own refusal, and nothing is told of the address.
    """
    wanted = wanted_by(event, who, request, now)
    for _ in range(ATTEMPTS):
        try:
            return _place(event, wanted, limit, now)
        except Refused as refused:
            check_limit(limit, refused, [PLACES + 1], request, now)
            registered = in_the_way(refused.found[PLACES + 1])
        if made := made_before(registered, request, limit, now):
            return made
    raise TooBusy


def counted(limit: Limit | None, now: datetime, people: int = 1) -> tuple[Update, ...]:
    """What counts so many people in their transaction."""
    return (limit.counted(now, people),) if limit else ()


def check_limit(limit: Limit | None, refused: Refused, people: Iterable[int], request: str, now: datetime) -> None:
    """Raises the limit's refusal where the limit refused, unless this request made what is in the way before."""
    made = any(request in refused.found.get(place, {}).get("requests", ()) for place in people)
    if limit and limit.refused(refused, now) and not made:
        raise limit.refusal(now)


def wanted_by(event: Event, who: Applicant, request: str, now: datetime, party: str = "") -> Registration:
    """What the applicant's registration is to be, before it is known how it stands."""
    wanted = Registration(
        event_id=event.id,
        id=who.registration_id,
        status="confirmed",
        needs=rules.all_needs(event, who.chosen),
        registered_at=now.astimezone(ZONE),
        attendee=who.attendee,
        history=(),
        party=party,
        request=request,
    )
    return sealing.sealed(wanted)


def in_the_way(found: Item) -> Registration:
    """The registration that refused to be written over; raises ChangedTooOften where what is in the way is the
    length of a history that was erased."""
    if store.is_erased(found):
        raise ChangedTooOften
    return store.as_registration(found)


def made_before(registered: Registration, request: str, limit: Limit | None, now: datetime) -> Registration | None:
    """The registration that is in the way, if the same request made it; None where it was an offer that is over,
    and the way is clear now. Raises AlreadyRegistered otherwise, and ChangedTooOften, which counts too."""
    if request in registered.requests:
        return registered
    if limit and not limit.count(now):
        raise limit.refusal(now)
    if registered.status == "cancelled":  # and not to be taken up again
        raise ChangedTooOften
    if not is_over(registered, now):
        transactions.request_link(registered.event_id, registered.id, now)
        raise AlreadyRegistered
    expire(registered.event_id, registered.id, now)
    return None


def _place(event: Event, wanted: Registration, limit: Limit | None, now: datetime) -> Registration:
    """Raises Refused when the address is registered already, or the limit is reached."""
    places = _short_lately(event, wanted)
    helps, began = HELPS, time.monotonic()
    for _ in range(ATTEMPTS):
        took = timedelta(seconds=time.monotonic() - began)
        try:
            return _write(wanted, places, now, took, *counted(limit, now))
        except Refused as refused:
            if PLACES + 1 in refused.found or (limit and limit.refused(refused, now)):
                raise
            places = places_in(event, refused.found[PLACES])
            programme_store.note_places(event.id, refused.found[PLACES])
        if helps and _fits(places, wanted) and not rules.settled(places):
            helps -= 1
            moving_up.help_along(event.id, now)
            places = None
    raise TooBusy


def _short_lately(event: Event, wanted: Registration) -> Places | None:
    """The places, where they were short of something wanted a few seconds ago: then whoever comes joins the line
    at once, instead of being refused a place first. Where they no longer are, joining is refused."""
    seen = programme_store.places_seen(event.id)
    places = store.as_places(seen) if seen else None
    return places if places and not _fits(places, wanted) else None


def _write(
    wanted: Registration, places: Places | None, now: datetime, took: timedelta, *counted: Update
) -> Registration:
    """Confirmed where nothing is known against it; otherwise as the places that were found have it.

    Whoever joins does so when it is written, and not when they began: or everybody who began later and was quicker
    would have joined before, and stand in the way.
    """
    if places is None or (_fits(places, wanted) and not places.line_length):
        confirmed = as_confirmed(wanted, now)
        transactions.confirm(confirmed, *counted)
        return confirmed
    if _fits(places, wanted) and rules.settled(places):
        confirmed = as_confirmed(wanted, now)
        transactions.confirm_passing(confirmed, places, now, *counted)
        return confirmed
    return _join(wanted, places, now + took, *counted)


def _fits(places: Places, wanted: Registration) -> bool:
    return not lines.shortage(places.free, lines.demand_of_all([wanted.needs]))


def _join(wanted: Registration, places: Places, now: datetime, *counted: Update) -> Registration:
    joined_at = rules.joining_moment(places, now)
    entry = waiting_entry(lines.rank(joined_at), {wanted.id: wanted.needs})
    waiting = as_waiting(wanted, entry, places, joined_at)
    transactions.join(waiting, entry, joined_at, places, *counted)
    return waiting


def as_confirmed(wanted: Registration, now: datetime) -> Registration:
    happened = updates.happened(wanted, facts.Confirmed, now, needs=wanted.needs)
    return replace(wanted, history=(happened,))


def as_waiting(wanted: Registration, entry: WaitlistEntry, places: Places, joined_at: str) -> Registration:
    """What is wanted as a registration that stands in line with the entry."""
    moment = datetime.fromisoformat(joined_at)
    waiting_for = places.waits_for(entry.demand)
    happened = updates.happened(wanted, facts.Joined, moment, needs=wanted.needs, waiting_for=waiting_for)
    return replace(
        wanted,
        status="waiting",
        registered_at=moment.astimezone(wanted.registered_at.tzinfo),
        in_line=(entry.key,),
        rank=entry.rank,
        history=(happened,),
    )


def places_in(event: Event, found: Item) -> Places:
    """The event's places as they stood in the way; raises as `checked`."""
    if not found:
        raise EventNotFound(event_id=event.id)
    return checked(event, store.as_places(found))


def checked(event: Event, places: Places) -> Places:
    """The event's places; TooBusy when the event in memory is another than theirs."""
    if set(places.capacity) != set(event.capacities):
        programme_store.forget()
        raise TooBusy
    return places
