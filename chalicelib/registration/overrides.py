"""The organiser's overrides: promotion out of turn, priority, holds. The history names actor and reason."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib import facts
from chalicelib.audit import audit_log
from chalicelib.audit.audit_log import Actor, AuditChange, AuditEntry
from chalicelib.aws import table
from chalicelib.aws.items import Put
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.retry import retried
from chalicelib.aws.waitlist_keys import WaitlistKey
from chalicelib.problems import NotFree, NotHeld, NotWaiting
from chalicelib.programme import lines
from chalicelib.programme.model import Event
from chalicelib.registration import moving_up, promotions, rules, store, transactions, updates
from chalicelib.registration.access import CLOSED, Access
from chalicelib.registration.counters import Counters
from chalicelib.registration.flows import load_and_expire, load_with_places
from chalicelib.registration.model import Places, Registration, WaitlistEntry
from chalicelib.registration.promotions import PromotionOverride
from chalicelib.registration.rules import BlockedLines, Promotion

MAX_HOLD_NAME_LENGTH = 60  #: characters


@retried()
def promote(
    event: Event,
    registration_id: str,
    actor: Actor,
    now: datetime,
    *,
    wish: str = "",
    hold: str = "",
    overbook: bool = False,
) -> Registration:
    """Promote the registration out of turn, and return it as it is then.

    A waiting registration gets its units with all of its party; a confirmed one gets the `wish` named, or its
    first; an offered one gets what it is offered. A confirmed one without a wish stays as it is.

    The units come out of `hold`, if one is named, or are free; `overbook` gives them beyond what there is. Raises
    NotFree, NotHeld, NotWaiting (it is cancelled), LinkNotValid and TooBusy, with nothing written.
    """
    registration, places = load_with_places(Access(event.id, registration_id), now)
    if registration.status == "cancelled":
        raise NotWaiting
    if registration.status == "confirmed" and not registration.entry_keys:
        return registration
    if registration.status == "offered":
        return transactions.accept(registration, now, actor.audit_fields)
    entry, override = _read_entry(registration, wish), PromotionOverride(actor.audit_fields, hold, overbook)
    return _promote(event, registration, entry, places, override, now)


def _read_entry(registration: Registration, wish: str) -> WaitlistEntry:
    """Read the registration's entry in the waitlist, or that of the wish; raises NotWaiting."""
    entry_keys = (key for key in registration.entry_keys if wish in ("", WaitlistKey.parse_entry(key).line))
    if not (key := next(entry_keys, "")):
        raise NotWaiting
    return store.read_entry(registration, key)


def _promote(
    event: Event,
    registration: Registration,
    entry: WaitlistEntry,
    places: Places,
    override: PromotionOverride,
    now: datetime,
) -> Registration:
    _require_units(event, entry, places, override)
    promotion = Promotion(entry, _find_passed_lines(event.id, entry, places))
    if registration.status == "confirmed":
        needs = rules.swap_needs(event, registration.needs, entry.line)
        return promotions.swap_out_of_turn(registration, promotion, needs, places, override, now)
    return promotions.promote_out_of_turn(registration, promotion, places, override, now)


def _require_units(event: Event, entry: WaitlistEntry, places: Places, override: PromotionOverride) -> None:
    """Check that there is something to give; raises NotHeld and NotFree."""
    if override.hold:
        if lines.find_shortage(places.holds.get(override.hold, {}), entry.demand):
            raise NotHeld(hold=override.hold)
        return
    short = lines.find_shortage(places.free, entry.demand)
    if short and not override.overbook:
        raise NotFree(allotments=event.translate_titles(short))


def _find_passed_lines(event_id: str, entry: WaitlistEntry, places: Places) -> BlockedLines:
    """Find the lines with an entry ahead, each with what it is short of and this entry does not need.

    Where both need it, or nothing is short, the line is passed by the organiser's decision alone.
    """
    short = rules.find_blocked_lines(places)
    ahead = [line for line in places.occupied_lines if _has_entry_ahead(event_id, line, entry)]
    return {line: tuple(name for name in short.get(line, ()) if name not in entry.demand) for line in ahead}


def _has_entry_ahead(event_id: str, line: str, entry: WaitlistEntry) -> bool:
    first = next(store.read_line(event_id, line), entry)
    return first.rank < entry.rank


@retried()
def prioritise(
    event_id: str, registration_id: str, priority: int, actor: Actor, now: datetime, wish: str = ""
) -> Registration:
    """Set the priority of a waiting registration and its party: 1 the highest, 5 the default, 9 the lowest.

    Those of one priority stand in the order of joining. Of a confirmed registration the wish named moves, or the
    first. An entry that passed an offer on may be offered something at once. Raises NotWaiting, LinkNotValid and
    TooBusy, with nothing written.
    """
    registration = load_and_expire(Access(event_id, registration_id), now)
    if not registration.entry_keys:
        raise NotWaiting
    return _prioritise(registration, _read_entry(registration, wish), priority, actor, now)


def _prioritise(
    registration: Registration, entry: WaitlistEntry, priority: int, actor: Actor, now: datetime
) -> Registration:
    event_id = registration.event_id
    replacement = replace(entry, rank=lines.build_rank(entry.joined_at, priority), passed_at_release=None)
    if replacement.key == entry.key:
        return registration
    happened = updates.build_member_history_entry(
        event_id, "", facts.Prioritised, now, actor.audit_fields, priority=priority
    )
    counters = Counters(event_id)
    counters.count_prioritised()
    writes = transactions.replace_entry(event_id, entry, replacement, counters)
    attributes: dict[str, Any]
    if registration.status == "confirmed":
        attributes = {
            store.ENTRY_KEYS: [replacement.key if key == entry.key else key for key in registration.entry_keys]
        }
        writes.append(updates.build_registration_update(registration, attributes, happened))
    else:
        attributes = {store.ENTRY_KEYS: [replacement.key], "rank": replacement.rank}
        writes += transactions.member_updates(event_id, entry, replacement, entry.members, happened, CLOSED)
    table.transact(counters.build_update(), *writes)
    return updates.apply_update(registration, attributes, happened)


@retried()
def hold(event: Event, name: str, units: Mapping[str, int], now: datetime, actor: Actor | None = None) -> Places:
    """Set the hold of that name to so many units of each allotment, from those that are free; no units end it.

    Units on their way to the waitlist go there first. Units that a hold gives up go to the waitlist as well.
    Raises NotFree and TooBusy, with nothing written.
    """
    if any(units.values()):
        moving_up.settle(event.id, now)
    places = store.read_places(event.id)
    before = places.holds.get(name, {})
    unit_changes = {each: units.get(each, 0) - before.get(each, 0) for each in {*units, *before}}
    short = tuple(each for each, change in unit_changes.items() if change > places.count_free(each))
    if short:
        raise NotFree(allotments=event.translate_titles(short))
    audit = _build_hold_audit(event.id, name, before, unit_changes, actor, now) if actor else []
    transactions.hold(places, event.id, name, {k: v for k, v in units.items() if v}, unit_changes, *audit)
    return store.read_places(event.id)


def _build_hold_audit(
    event_id: str,
    name: str,
    before: Mapping[str, int],
    unit_changes: Mapping[str, int],
    actor: Actor,
    now: datetime,
) -> list[Put]:
    """Build the audit log entry of a hold that changes; none where it stays as it is."""
    changes = tuple(
        AuditChange(each, str(before.get(each, 0)), str(before.get(each, 0) + units))
        for each, units in sorted(unit_changes.items())
        if units
    )
    return (
        [audit_log.build_put(AuditEntry(event_id, "hold", actor, format_timestamp(now), name, changes))]
        if changes
        else []
    )
