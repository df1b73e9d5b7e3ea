"""Registering several people at once: together, or as many as there is room for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.aws.rate_limits import Limit
from chalicelib.aws.table import Refused
from chalicelib.problems import AlreadyRegistered, FieldError, TooBusy
from chalicelib.programme import lines
from chalicelib.programme.model import Event
from chalicelib.registration import moving_up, rules, store, transactions
from chalicelib.registration.flows import ATTEMPTS
from chalicelib.registration.model import Places, Registration, WaitlistEntry, waiting_entry
from chalicelib.registration.registering import (
    HELPS,
    Applicant,
    as_confirmed,
    as_waiting,
    check_limit,
    checked,
    counted,
    in_the_way,
    made_before,
    wanted_by,
)
from chalicelib.registration.transactions import PLACES

LARGEST = 5  #: people


@dataclass(frozen=True)
class Party:
    """People who register together, the one who does it first. They get in together, or wait together, unless
    they accept that only some of them get in."""

    people: tuple[Applicant, ...]
    accept_fewer: bool = False


def register(
    event: Event, party: Party, request: str, now: datetime, limit: Limit | None = None
) -> list[Registration]:
    """Register all of the party, in one transaction; the registrations in the party's order.

    The same `request` again gives those that it made. Raises AlreadyRegistered, naming each whose address is
    registered (and has the link mailed there), and TooBusy, each with nothing written. The `limit` counts each of
    them, otherwise as it does for one.
    """
    leader = party.people[0].registration_id
    wanted = [wanted_by(event, who, request, now, leader) for who in party.people]
    wanted[0] = replace(wanted[0], brought=tuple(each.id for each in wanted[1:]))
    helps = HELPS
    for _ in range(ATTEMPTS):
        places = checked(event, store.places(event.id))
        if helps and not rules.settled(places):
            helps -= 1
            moving_up.help_along(event.id, now)
            continue
        people, entries = _placed(wanted, party.accept_fewer, places, now)
        try:
            also = counted(limit, now, len(people))
            transactions.register_party(people, entries, places, now, *also)
        except Refused as refused:
            among = range(PLACES + 1, PLACES + 1 + len(wanted))
            check_limit(limit, refused, among, request, now)
            if made := _made_before(refused, party, wanted, limit, now):
                return made
        else:
            return people
    raise TooBusy


def brought_by(registration: Registration) -> list[Registration]:
    """The others whom it registered, as they stand; not who has registered anew by themselves since."""
    found = (store.find(registration.event_id, each) for each in registration.brought)
    return [each for each in found if each and each.party == registration.id]


def _made_before(
    refused: Refused, party: Party, wanted: Sequence[Registration], limit: Limit | None, now: datetime
) -> list[Registration] | None:
    errors = []
    for place in sorted(refused.found.keys() & set(range(PLACES + 1, PLACES + 1 + len(wanted)))):
        registered = in_the_way(refused.found[place])
        try:
            if made_before(registered, wanted[0].request, limit, now):
                return [found for each in wanted if (found := store.find(each.event_id, each.id))]
        except AlreadyRegistered as problem:
            field = f"{party.people[place - 1].path}email"
            errors.append(FieldError(field, problem.type, problem.detail))
    if errors:
        raise AlreadyRegistered(errors=tuple(errors))
    return None


def _placed(
    wanted: Sequence[Registration], accept_fewer: bool, places: Places, now: datetime
) -> tuple[list[Registration], list[WaitlistEntry]]:
    """How the party stands, given the places, and the entries of those who wait."""
    moment = rules.joining_moment(places, now)
    if not accept_fewer:
        return _together(wanted, places, moment, now)
    free = places.free if rules.settled(places) else {}
    people, entries = [], []
    for each in wanted:
        needs = lines.demand_of_all([each.needs])
        if not lines.shortage(free, needs):
            people.append(as_confirmed(each, now))
            free = {name: units - needs.get(name, 0) for name, units in free.items()}
            continue
        entry = waiting_entry(lines.rank(moment), {each.id: each.needs})
        people.append(as_waiting(each, entry, _as_left(places, free), moment))
        entries.append(entry)
        moment = rules.just_after(moment)
    return people, entries


def _together(
    wanted: Sequence[Registration], places: Places, moment: str, now: datetime
) -> tuple[list[Registration], list[WaitlistEntry]]:
    entry = waiting_entry(lines.rank(moment), {each.id: each.needs for each in wanted})
    if rules.settled(places) and not lines.shortage(places.free, entry.demand):
        return [as_confirmed(each, now) for each in wanted], []
    return [as_waiting(each, entry, places, moment) for each in wanted], [entry]


def _as_left(places: Places, free: dict[str, int]) -> Places:
    """The places, with only so much free."""
    taken = {name: units - free.get(name, 0) for name, units in places.capacity.items()}
    return replace(places, taken=taken)
