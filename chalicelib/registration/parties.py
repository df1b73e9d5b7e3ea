"""Registering several people at once: together, or as many as there is room for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.aws.rate_limits import RateLimit
from chalicelib.aws.retry import MAX_ATTEMPTS
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import AlreadyRegistered, FieldError, TooBusy
from chalicelib.programme import lines
from chalicelib.programme.model import Event
from chalicelib.registration import flows, moving_up, rules, store, transactions
from chalicelib.registration.model import Places, Registration, WaitlistEntry, build_waiting_entry
from chalicelib.registration.registering import (
    MAX_PROMOTION_ROUNDS,
    Applicant,
    build_confirmed,
    build_registration,
    build_waiting,
    check_limit,
    rate_limit_writes,
    refuse_disowned,
    require_matching_event,
    resolve_conflict,
)
from chalicelib.registration.transactions import PLACES_INDEX

MAX_PARTY_SIZE = 5  #: people


@dataclass(frozen=True)
class Party:
    """People who register together, the leader first.

    They get in together, or wait together, unless they accept that only some of them get in.
    """

    applicants: tuple[Applicant, ...]
    accept_fewer: bool = False
    is_posted_by_other: bool = False  #: whether the person who posts is not among them


def register(
    event: Event, party: Party, idempotency_key: str, now: datetime, limit: RateLimit | None = None
) -> list[Registration]:
    """Register all of the party in one transaction, and return the registrations in the party's order.

    The same idempotency key again returns those that it made. Raises AlreadyRegistered, naming each address that
    is registered (and has the link mailed there), and TooBusy, with nothing written. The rate limit counts each of
    them, otherwise as it does for one.
    """
    leader = party.applicants[0].registration_id
    drafts = [build_registration(event, who, idempotency_key, now, leader) for who in party.applicants]
    companion_ids = tuple(each.id for each in drafts[1:])
    drafts[0] = replace(drafts[0], companion_ids=companion_ids, is_posted_by_other=party.is_posted_by_other)
    rounds = MAX_PROMOTION_ROUNDS
    for _ in range(MAX_ATTEMPTS):
        places = require_matching_event(event, store.read_places(event.id))
        if rounds and not rules.is_settled(places):
            rounds -= 1
            moving_up.promote_some(event.id, now)
            continue
        people, entries = _decide_statuses(drafts, party.accept_fewer, places, now)
        try:
            limit_writes = rate_limit_writes(limit, now, len(people))
            transactions.register_party(people, entries, places, now, *limit_writes)
        except ConditionFailed as refused:
            indexes = range(PLACES_INDEX + 1, PLACES_INDEX + 1 + len(drafts))
            check_limit(limit, refused, indexes, idempotency_key, now)
            if made_before := _resolve_conflicts(refused, party, drafts, limit, now):
                return made_before
        else:
            return people
    raise TooBusy


def find_companions(registration: Registration) -> list[Registration]:
    """Find the other registrations that the leader made, without those who have registered anew by themselves."""
    registrations = (store.find(registration.event_id, each) for each in registration.companion_ids)
    return [each for each in registrations if each and each.leader_id == registration.id]


def _resolve_conflicts(
    refused: ConditionFailed, party: Party, drafts: Sequence[Registration], limit: RateLimit | None, now: datetime
) -> list[Registration] | None:
    errors = []
    for index in sorted(
        refused.current_items.keys() & set(range(PLACES_INDEX + 1, PLACES_INDEX + 1 + len(drafts)))
    ):
        try:
            refuse_disowned(refused.current_items[index], drafts[index - 1], limit, now)
            if resolve_conflict(refused.current_items[index], drafts[0].idempotency_key, limit, now):
                return _find_made_before(drafts)
        except AlreadyRegistered as problem:
            field = f"{party.applicants[index - 1].field_prefix}email"
            errors.append(FieldError(field, problem.type, problem.detail))
    if errors:
        raise AlreadyRegistered(errors=tuple(errors))
    return None


def _find_made_before(drafts: Sequence[Registration]) -> list[Registration]:
    made = (flows.find_by_idempotency_key(each.event_id, each.id, each.idempotency_key) for each in drafts)
    return [registration for registration in made if registration]


def _decide_statuses(
    drafts: Sequence[Registration], accept_fewer: bool, places: Places, now: datetime
) -> tuple[list[Registration], list[WaitlistEntry]]:
    """Decide which of the party are confirmed and which wait, and build the entries of those who wait."""
    moment = rules.compute_joining_time(places, now)
    if not accept_fewer:
        return _decide_together(drafts, places, moment, now)
    free = places.free if rules.is_settled(places) else {}
    people, entries = [], []
    for each in drafts:
        needs = lines.sum_demand([each.needs])
        if not lines.find_shortage(free, needs):
            people.append(build_confirmed(each, now))
            free = {name: units - needs.get(name, 0) for name, units in free.items()}
            continue
        entry = build_waiting_entry(lines.build_rank(moment), {each.id: each.needs})
        people.append(build_waiting(each, entry, _limit_free_units(places, free), moment))
        entries.append(entry)
        moment = rules.add_microsecond(moment)
    return people, entries


def _decide_together(
    drafts: Sequence[Registration], places: Places, joined_at: str, now: datetime
) -> tuple[list[Registration], list[WaitlistEntry]]:
    entry = build_waiting_entry(lines.build_rank(joined_at), {each.id: each.needs for each in drafts})
    if rules.is_settled(places) and not lines.find_shortage(places.free, entry.demand):
        return [build_confirmed(each, now) for each in drafts], []
    return [build_waiting(each, entry, places, joined_at) for each in drafts], [entry]


def _limit_free_units(places: Places, free: dict[str, int]) -> Places:
    """Return the places with only so much free."""
    taken = {name: units - free.get(name, 0) for name, units in places.capacity.items()}
    return replace(places, taken=taken)
