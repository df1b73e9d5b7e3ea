"""The transactions of promotion: in turn, out of turn, or to a wish. They follow the rules of `transactions`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import facts
from chalicelib.aws import table
from chalicelib.aws.items import Write
from chalicelib.aws.keys import format_timestamp
from chalicelib.programme import lines
from chalicelib.registration import store, updates
from chalicelib.registration.access import CLOSED
from chalicelib.registration.counters import Counters
from chalicelib.registration.model import Places, Registration, WaitlistEntry
from chalicelib.registration.rules import NothingFits, Promotion, compute_joining_time
from chalicelib.registration.updates import NO_EXTRAS, Extras

_CONFIRMED: dict[str, Any] = {"status": "confirmed", store.ENTRY_KEYS: []}


def promote(event_id: str, promotion: Promotion, places: Places, now: datetime) -> None:
    """Promote the entry: confirm its members with its units."""
    _move_up(event_id, promotion, places, now, _build_confirmations(event_id, promotion.entry, now))


def offer(event_id: str, promotion: Promotion, places: Places, expires_at: datetime, now: datetime) -> None:
    """Offer the entry's units to its registrations until `expires_at`; each of them answers alone."""
    entry, until = promotion.entry, format_timestamp(expires_at)
    offered = [
        updates.build_member_update(
            event_id,
            entry,
            member,
            {
                "status": "offered",
                store.ENTRY_KEYS: [],
                **updates.build_offer_attributes(member, expires_at),
            },
            updates.build_member_history_entry(
                event_id, member, facts.Offered, now, needs=needs, expires_at=until
            ),
        )
        for member, needs in entry.members.items()
    ]
    _move_up(event_id, promotion, places, now, offered)


def _build_confirmations(
    event_id: str, entry: WaitlistEntry, now: datetime, extras: Extras = NO_EXTRAS
) -> list[Write]:
    return [
        updates.build_member_update(
            event_id,
            entry,
            member,
            _CONFIRMED | (CLOSED if extras else {}),
            updates.build_member_history_entry(event_id, member, facts.Promoted, now, extras, needs=needs),
        )
        for member, needs in entry.members.items()
    ]


def _move_up(
    event_id: str, promotion: Promotion, places: Places, now: datetime, member_writes: Sequence[Write]
) -> None:
    counters = Counters(event_id)
    counters.take(promotion.entry.demand, places.capacity)
    counters.require_free_revision(places.free_revision)
    counters.require_none_joined_ahead(promotion.entry, places)
    _leave_line(event_id, promotion, counters, compute_joining_time(places, now), member_writes)


def _leave_line(
    event_id: str, promotion: Promotion, counters: Counters, at: str, member_writes: Sequence[Write]
) -> None:
    entry = promotion.entry
    counters.remove_entry(entry)
    skips = updates.build_skips(event_id, promotion.passed_lines, at, entry.key, entry.rank)
    table.transact(counters.build_update(), *member_writes, updates.build_entry_delete(event_id, entry), *skips)


@dataclass(frozen=True)
class PromotionOverride:
    """An organiser's promotion: from which hold, if any, whether beyond capacity, and the audit fields."""

    extras: Extras
    hold: str = ""
    overbook: bool = False


def promote_out_of_turn(
    registration: Registration, promotion: Promotion, places: Places, override: PromotionOverride, now: datetime
) -> Registration:
    """Promote the entry of the waiting registration, as it was read, out of turn, and return the registration."""
    event_id, entry = registration.event_id, promotion.entry
    counters = _build_override_counters(event_id, entry, places, override)
    member_writes = _build_confirmations(event_id, entry, now, override.extras)
    _leave_line(event_id, promotion, counters, compute_joining_time(places, now), member_writes)
    happened = updates.build_history_entry(
        registration, facts.Promoted, now, override.extras, needs=entry.members[registration.id]
    )
    return updates.apply_update(registration, _CONFIRMED, happened)


def _build_override_counters(
    event_id: str, entry: WaitlistEntry, places: Places, override: PromotionOverride
) -> Counters:
    counters, demand = Counters(event_id), entry.demand
    counters.require_free_revision(places.free_revision)  # the lines passed are as they were read
    counters.require_none_joined_ahead(entry, places)
    if override.hold:
        counters.take_from_hold(override.hold, demand)
    if override.hold or override.overbook:
        counters.overbook(demand)
    else:
        counters.take(demand, places.capacity)
    return counters


def swap(
    registration: Registration,
    promotion: Promotion,
    needs: tuple[str, ...],
    places: Places,
    now: datetime,
    counters: Counters,
    extras: Extras = NO_EXTRAS,
) -> Registration:
    """Grant the confirmed registration, as it was read, its wish, and take back what that excludes.

    Returns the registration as it is then.
    """
    entry = promotion.entry
    gave = tuple(name for name in registration.needs if name not in needs)
    counters.give_back(lines.sum_demand([gave]))
    if gave:
        counters.reset_passed_offers()
    attributes = {
        "needs": list(needs),
        store.ENTRY_KEYS: [key for key in registration.entry_keys if key != entry.key],
    }
    happened = updates.build_history_entry(
        registration, facts.Swapped, now, extras, needs=needs, took=(entry.line,), gave=gave
    )
    swapped = updates.build_registration_update(registration, attributes, happened)
    _leave_line(registration.event_id, promotion, counters, compute_joining_time(places, now), [swapped])
    return updates.apply_update(registration, attributes, happened)


def swap_in_turn(
    registration: Registration, promotion: Promotion, needs: tuple[str, ...], places: Places, now: datetime
) -> None:
    """Grant the wish as `swap` does, on condition that nothing more was freed since the places were read."""
    counters = Counters(registration.event_id)
    counters.take(promotion.entry.demand)
    counters.require_free_revision(places.free_revision)
    counters.require_none_joined_ahead(promotion.entry, places)
    swap(registration, promotion, needs, places, now, counters)


def swap_out_of_turn(
    registration: Registration,
    promotion: Promotion,
    needs: tuple[str, ...],
    places: Places,
    override: PromotionOverride,
    now: datetime,
) -> Registration:
    """Grant the wish as `swap` does, out of turn."""
    counters = _build_override_counters(registration.event_id, promotion.entry, places, override)
    return swap(registration, promotion, needs, places, now, counters, override.extras)


def mark_settled(event_id: str, decision: NothingFits, places: Places) -> None:
    """Record that no entry could use what is left."""
    counters = Counters(event_id)
    counters.mark_settled(places.free_revision, decision.empty_lines)
    table.write(counters.build_update())


def extend_offer(registration: Registration, expires_at: datetime, now: datetime) -> None:
    """Extend the offer, as it was read, until `expires_at`."""
    until = format_timestamp(expires_at)
    happened = updates.build_history_entry(registration, facts.OfferExtended, now, expires_at=until)
    attributes = updates.build_offer_attributes(registration.id, expires_at)
    table.transact(
        Counters(registration.event_id).build_update(),
        updates.build_registration_update(registration, attributes, happened),
    )
