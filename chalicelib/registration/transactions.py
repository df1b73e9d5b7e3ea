"""The transactions that keep registrations, waitlist and counters in agreement.

Each change writes the registrations, the event's PLACES and, where it touches the waitlist, the waitlist's
entries: all or nothing. Whatever a decision rested on stands in the conditions; where one no longer holds,
`table.Refused` is raised, nothing is written, and the caller decides anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib import facts
from chalicelib.aws import keys, table
from chalicelib.aws.items import Put, Write
from chalicelib.aws.keys import timestamp
from chalicelib.aws.table import Refused
from chalicelib.programme import lines
from chalicelib.registration import rules, updates
from chalicelib.registration.counters import Counters
from chalicelib.registration.model import Places, Registration, WaitlistEntry, waiting_entry
from chalicelib.registration.updates import NOTHING_ELSE, Said

#: How a registration ends.
GaveUp = facts.Cancelled | facts.Declined | facts.Expired
PLACES = 0  #: where these stand in `Refused.found`; registrations come next, in the order given
_LINK_REQUESTS_KEPT = 86_400  # seconds


def confirm(registration: Registration, *counted: Write) -> None:
    """Write a new, confirmed registration, if nobody is overtaken and all who wait know that others go by; and
    what else counts it, here and below."""
    counters = Counters(registration.event_id)
    counters.take(lines.demand_of_all([registration.needs]))
    counters.require_nobody_overtaken()
    table.transact(counters.update(), updates.new_registration(registration), *counted)


def confirm_passing(registration: Registration, places: Places, now: datetime, *counted: Write) -> None:
    """As `confirm`, where some of those who wait, as the settled places were read, do not know yet that others
    go by: it is put on record."""
    counters = Counters(registration.event_id)
    counters.take(lines.demand_of_all([registration.needs]))
    counters.note(places)
    at = rules.joining_moment(places, now)
    skips = updates.skips(registration.event_id, rules.held_up(places), at, registration.id)
    table.transact(counters.update(), updates.new_registration(registration), *skips, *counted)


def join(
    registration: Registration, entry: WaitlistEntry, joined_at: str, places: Places, *counted: Write
) -> None:
    """Write a new, waiting registration and its entry at the end of the waitlist, while what it is short of in
    the places, as they were read, is what is full.

    With nothing full, what it waits for is free but on its way to somebody ahead: the lines are looked at again.
    The first in line rests where it stands: nobody else could have used what is left.
    """
    full = lines.shortage(places.free, entry.demand)
    counters = Counters(registration.event_id)
    counters.stand(entry)
    counters.require_full(full)
    counters.joined(joined_at)
    counters.require_free(entry.demand.keys() - set(full))
    if not full:
        counters.let_look_again()
    elif not places.line_length:
        counters.rest_with_nobody_waiting(places.freed)
    table.transact(
        counters.update(),
        updates.new_registration(registration),
        updates.new_entry(registration.event_id, entry),
        *counted,
    )


def register_party(
    people: Sequence[Registration],
    entries: Sequence[WaitlistEntry],
    places: Places,
    now: datetime,
    *counted: Write,
) -> None:
    """Write new registrations together, those confirmed and those that wait with their entries, if the places
    still are as they were read."""
    event_id = people[0].event_id
    confirmed = [person for person in people if person.status == "confirmed"]
    counters = Counters(event_id)
    counters.require_unchanged(places)
    counters.take(lines.demand_of_all(person.needs for person in confirmed), places.capacity)
    for entry in entries:
        counters.stand(entry)
    if entries:
        counters.joined(max(entry.rank for entry in entries).partition("#")[2])
        if not rules.settled(places):  # whoever is looking at the lines just now has not seen them there
            counters.let_look_again()
    at = rules.joining_moment(places, now)
    skips = updates.skips(event_id, rules.held_up(places), at, confirmed[0].id) if confirmed else []
    table.transact(
        counters.update(),
        *(updates.new_registration(person) for person in people),
        *(updates.new_entry(event_id, entry) for entry in entries),
        *skips,
        *counted,
    )


def give_up(
    registration: Registration,
    entries: Sequence[WaitlistEntry],
    kind: type[GaveUp],
    now: datetime,
    said: Said = NOTHING_ELSE,
    **facts_: Any,
) -> None:
    """End the registration as it was read, and give back its units and its places in the waitlist, `entries`."""
    counters = Counters(registration.event_id)
    if registration.status != "waiting":
        counters.give_back(lines.demand_of_all([registration.needs]))
        counters.wake_who_sits_out()
    left = [write for entry in entries for write in _without(registration, entry, counters, now)]
    happened = updates.happened(registration, kind, now, said, needs=registration.needs, **facts_)
    ended = updates.without_offer(registration, {"status": "cancelled", "in_line": []}, happened)
    table.transact(counters.update(), ended, *left)


def _without(registration: Registration, entry: WaitlistEntry, counters: Counters, now: datetime) -> list[Write]:
    """The entry goes, or goes on with the rest of the party: they may be helped now."""
    others = {member: needs for member, needs in entry.members.items() if member != registration.id}
    if not others:
        counters.leave(entry)
        return [updates.no_entry(registration.event_id, entry)]
    counters.let_look_again()
    event_id, new = registration.event_id, waiting_entry(entry.rank, others, entry.sat_out)
    happened = updates.entry_fact(event_id, "", facts.PartyChanged, now, people=len(others))
    return [*replaced(event_id, entry, new, counters), *told(event_id, entry, new, others, happened)]


def replaced(event_id: str, entry: WaitlistEntry, new: WaitlistEntry, counters: Counters) -> list[Write]:
    """One entry instead of another."""
    counters.leave(entry)
    counters.stand(new)
    return [updates.no_entry(event_id, entry), updates.new_entry(event_id, new)]


def told(
    event_id: str, entry: WaitlistEntry, new: WaitlistEntry, members: Iterable[str], happened: dict[str, Any]
) -> list[Write]:
    """The members of the entry, told that they stand in line with the new one instead."""
    written = {"in_line": [new.key], "rank": new.rank}
    return [updates.of_member(event_id, entry, member, written, happened) for member in members]


def accept(registration: Registration, now: datetime, said: Said = NOTHING_ELSE) -> None:
    """The offer as it was read becomes theirs."""
    happened = updates.happened(registration, facts.Accepted, now, said, needs=registration.needs)
    accepted = updates.without_offer(registration, {"status": "confirmed"}, happened)
    table.transact(Counters(registration.event_id).update(), accepted)


def keep_place(registration: Registration, places: Places, now: datetime) -> None:
    """Pass the offer on, as it and the places were read, and take up the place in the line again, to be offered
    nothing until somebody else gives something back or more is to be had."""
    entry = waiting_entry(registration.rank, {registration.id: registration.needs}, places.released)
    counters = Counters(registration.event_id)
    counters.give_back(entry.demand)
    counters.stand(entry)
    counters.require_freed(places.freed)
    happened = updates.happened(
        registration,
        facts.PlaceKept,
        now,
        needs=registration.needs,
        waiting_for=_full_without(places, registration.needs),
    )
    waiting = updates.without_offer(registration, {"status": "waiting", "in_line": [entry.key]}, happened)
    table.transact(counters.update(), waiting, updates.new_entry(registration.event_id, entry))


def _full_without(places: Places, needs: tuple[str, ...]) -> tuple[str, ...]:
    """What somebody waits for who gives all of it back: what would be full if they had it still."""
    return tuple(name for name in needs if places.left(name) == 0) or needs


def hold(
    places: Places, event_id: str, name: str, units: Mapping[str, int], more: Mapping[str, int], *also: Write
) -> None:
    """Set the units aside under the name, `more` than before of each, if the places are as they were read, and
    write whatever belongs to that."""
    counters = Counters(event_id)
    counters.require_unchanged(places)
    counters.hold(name, units, more)
    table.transact(counters.update(), *also)


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
