"""The transactions that keep registrations, waitlist and counters in agreement.

Each change writes the registration, the event's PLACES and, where it touches the waitlist, the waitlist's
entry: all or nothing. Whatever a decision rested on stands in the conditions; where one no longer holds,
`table.Refused` is raised, nothing is written, and the caller decides anew.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib import facts, keys, table
from chalicelib.items import Delete, Put, Update, Write
from chalicelib.keys import timestamp
from chalicelib.registration import updates
from chalicelib.registration.counters import Counters
from chalicelib.registration.model import ORDINARY, Places, Registration
from chalicelib.registration.rules import Promotion, Recount, Rest
from chalicelib.table import Refused

#: How a registration ends.
GaveUp = facts.Cancelled | facts.Declined | facts.Expired
PLACES, REGISTRATION = 0, 1  #: where these stand in `Refused.found`
_LINK_REQUESTS_KEPT = 86_400  # seconds


def rank(joined_at: str, registration_id: str) -> str:
    """What the waitlist is ordered by; as the waitlist's key it belongs to one joining of one registration."""
    return f"{ORDINARY}#{joined_at}#{registration_id}"


def confirm(registration: Registration, allotments: tuple[str, ...]) -> None:
    """Write a new, confirmed registration. `allotments` are all of the event's: none may be both free and
    waited for, or a newcomer could overtake somebody."""
    counters = Counters(registration.event_id)
    counters.take(registration.needs)
    counters.require_settled(allotments)
    table.transact(counters.update(), updates.new_registration(registration))


def join(registration: Registration, joined_at: str, full: tuple[str, ...]) -> None:
    """Write a new, waiting registration and its entry at the end of the waitlist, while all of `full` is full.

    With nothing full, what it waits for is free but on its way to somebody ahead: the line is looked at again.
    """
    counters = Counters(registration.event_id)
    counters.wait(registration.waiting_for)
    counters.require_full(full)
    counters.joined(joined_at)
    if not full:
        counters.let_look_again()
    table.transact(counters.update(), updates.new_registration(registration), updates.new_entry(registration))


def promote(event_id: str, promotion: Promotion, now: datetime) -> None:
    """Give the entry its units."""
    entry = promotion.entry
    happened = updates.entry_fact(event_id, entry, facts.Promoted, now, needs=entry.needs)
    _move_up(event_id, promotion, updates.of_entry(event_id, entry, "confirmed", (), (happened,)))


def offer(event_id: str, promotion: Promotion, expires_at: datetime, now: datetime) -> None:
    """Hold the entry's units for its registration until `expires_at`."""
    entry, until = promotion.entry, timestamp(expires_at)
    happened = updates.entry_fact(event_id, entry, facts.Offered, now, needs=entry.needs, expires_at=until)
    offered = updates.of_entry(event_id, entry, "offered", (), (happened,))
    held = {
        "offer_expires_at": until,
        "waited_for": list(entry.waiting_for),
        **keys.due(entry.registration_id, until),
    }
    sets = "".join(f", {name} = :{name}" for name in held)
    values = {**offered.values, **{f":{name}": value for name, value in held.items()}}
    _move_up(event_id, promotion, replace(offered, expression=offered.expression + sets, values=values))


def _move_up(event_id: str, promotion: Promotion, moved: Update) -> None:
    entry = promotion.entry
    counters = Counters(event_id)
    counters.take(entry.needs)
    counters.stop_waiting(entry.waiting_for)
    counters.require_freed(promotion.freed)
    table.transact(counters.update(), moved, Delete(keys.waiting_key(event_id, entry.rank)))


def recount(event_id: str, move: Recount, now: datetime) -> None:
    """Write down what the entry waits for now, and that it was passed."""
    entry = move.entry
    counters = Counters(event_id)
    counters.stop_waiting(name for name in entry.waiting_for if name not in move.waiting_for)
    counters.wait(name for name in move.waiting_for if name not in entry.waiting_for)
    counters.require_full(move.waiting_for)
    happened = (updates.entry_fact(event_id, entry, facts.Passed, now, waiting_for=move.waiting_for),)
    table.transact(
        counters.update(),
        updates.of_entry(event_id, entry, "waiting", move.waiting_for, happened if move.passed else ()),
        updates.recounted(event_id, move),
    )


def rest(event_id: str, move: Rest) -> None:
    """Write down that nobody in the line wants what is left."""
    counters = Counters(event_id)
    counters.rest(move.floor, move.freed)
    table.write(counters.update())


def give_up(registration: Registration, kind: type[GaveUp], now: datetime, **said: Any) -> None:
    """End the registration as it was read, and give back its units or its place in the waitlist."""
    waiting = registration.status == "waiting"
    counters = Counters(registration.event_id)
    if not waiting:
        counters.give_back(registration.needs)
        counters.wake_who_sits_out()
    counters.stop_waiting(registration.waiting_for)
    ended = updates.of_registration(registration, "cancelled", (), updates.fact(registration, kind, now, **said))
    entry: tuple[Write, ...] = ()
    if waiting:
        entry = (Delete(keys.waiting_key(registration.event_id, registration.rank)),)
    table.transact(counters.update(), ended, *entry)


def accept(registration: Registration, now: datetime) -> None:
    """The offer as it was read becomes theirs."""
    accepted = updates.of_registration(
        registration, "confirmed", (), updates.fact(registration, facts.Accepted, now)
    )
    table.transact(Counters(registration.event_id).update(), accepted)


def keep_place(registration: Registration, places: Places, now: datetime) -> None:
    """Pass the offer on, as it and the places were read, and take up the place in the line again, to be offered
    nothing until somebody else gives something back or more is to be had."""
    counters = Counters(registration.event_id)
    counters.give_back(registration.needs)
    counters.wait(registration.waited_for)
    counters.require_freed(places.freed)
    fact = updates.fact(registration, facts.PlaceKept, now, waiting_for=registration.waited_for)
    waiting = updates.of_registration(registration, "waiting", registration.waited_for, fact)
    entry = updates.new_entry(replace(registration, waiting_for=registration.waited_for))
    table.transact(counters.update(), waiting, Put({**entry.item, "sat_out": places.released}))


def request_link(event_id: str, registration_id: str, now: datetime) -> None:
    """Ask for a mail with the link to the registered address; asked again within the hour it changes nothing."""
    hour = now.strftime("%Y%m%d%H")
    request = {
        **keys.link_request_key(event_id, registration_id, hour),
        "requested_at": timestamp(now),
        "expires_at": int(now.timestamp()) + _LINK_REQUESTS_KEPT,
    }
    try:
        table.write(Put(request))
    except Refused:
        return
