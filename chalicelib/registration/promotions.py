"""The transactions that move people up: in their turn, out of turn, or to what they wished for.

Otherwise as `transactions`, of which they are a part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib import facts
from chalicelib.aws import keys, table
from chalicelib.aws.items import Write
from chalicelib.aws.keys import timestamp
from chalicelib.programme import lines
from chalicelib.registration import updates
from chalicelib.registration.counters import Counters
from chalicelib.registration.model import Places, Registration, WaitlistEntry
from chalicelib.registration.rules import Promotion, Rest, joining_moment
from chalicelib.registration.updates import NOTHING_ELSE, Said


def promote(event_id: str, promotion: Promotion, places: Places, now: datetime) -> None:
    """Give the entry its units."""
    _move_up(event_id, promotion, places, now, _confirmed(event_id, promotion.entry, now))


def offer(event_id: str, promotion: Promotion, places: Places, expires_at: datetime, now: datetime) -> None:
    """Hold the entry's units for its registrations until `expires_at`: each of them answers alone."""
    entry, until = promotion.entry, timestamp(expires_at)
    offered = [
        updates.of_member(
            event_id,
            entry,
            member,
            {"status": "offered", "in_line": [], "offer_expires_at": until, **keys.due(member, until)},
            updates.entry_fact(event_id, member, facts.Offered, now, needs=needs, expires_at=until),
        )
        for member, needs in entry.members.items()
    ]
    _move_up(event_id, promotion, places, now, offered)


def _confirmed(event_id: str, entry: WaitlistEntry, now: datetime, said: Said = NOTHING_ELSE) -> list[Write]:
    return [
        updates.of_member(
            event_id,
            entry,
            member,
            {"status": "confirmed", "in_line": []},
            updates.entry_fact(event_id, member, facts.Promoted, now, said, needs=needs),
        )
        for member, needs in entry.members.items()
    ]


def _move_up(event_id: str, promotion: Promotion, places: Places, now: datetime, moved: Sequence[Write]) -> None:
    counters = Counters(event_id)
    counters.take(promotion.entry.demand, places.capacity)
    counters.require_freed(places.freed)
    counters.require_nobody_ahead_joined(promotion.entry, places)
    _leave_line(event_id, promotion, counters, joining_moment(places, now), moved)


def _leave_line(event_id: str, promotion: Promotion, counters: Counters, at: str, moved: Sequence[Write]) -> None:
    entry = promotion.entry
    counters.leave(entry)
    skips = updates.skips(event_id, promotion.passed, at, entry.key, entry.rank)
    table.transact(counters.update(), *moved, updates.no_entry(event_id, entry), *skips)


@dataclass(frozen=True)
class ByHand:
    """An organiser's promotion: from which hold (or none), whether also beyond what there is, and what is said."""

    said: Said
    hold: str = ""
    overbook: bool = False


def promote_by_hand(
    registration: Registration, promotion: Promotion, places: Places, how: ByHand, now: datetime
) -> None:
    """Give the entry of the waiting registration, as it was read, its units out of turn."""
    event_id, entry = registration.event_id, promotion.entry
    counters = _counters_by_hand(event_id, entry, places, how)
    moved = _confirmed(event_id, entry, now, how.said)
    _leave_line(event_id, promotion, counters, joining_moment(places, now), moved)


def _counters_by_hand(event_id: str, entry: WaitlistEntry, places: Places, how: ByHand) -> Counters:
    counters, demand = Counters(event_id), entry.demand
    counters.require_freed(places.freed)  # who is passed stands where they were read
    counters.require_nobody_ahead_joined(entry, places)
    if how.hold:
        counters.draw(how.hold, demand)
    if how.hold or how.overbook:
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
    said: Said = NOTHING_ELSE,
) -> None:
    """Give the confirmed registration, as it was read, what it wished for, and take back what that excludes."""
    entry = promotion.entry
    gave = tuple(name for name in registration.needs if name not in needs)
    counters.give_back(lines.demand_of_all([gave]))
    if gave:
        counters.wake_who_sits_out()
    swapped = updates.of_registration(
        registration,
        {"needs": list(needs), "in_line": [key for key in registration.in_line if key != entry.key]},
        updates.happened(registration, facts.Swapped, now, said, needs=needs, took=(entry.line,), gave=gave),
    )
    _leave_line(registration.event_id, promotion, counters, joining_moment(places, now), [swapped])


def swap_in_turn(
    registration: Registration, promotion: Promotion, needs: tuple[str, ...], places: Places, now: datetime
) -> None:
    """As `swap`, if nothing more was freed than the places knew of."""
    counters = Counters(registration.event_id)
    counters.take(promotion.entry.demand)
    counters.require_freed(places.freed)
    counters.require_nobody_ahead_joined(promotion.entry, places)
    swap(registration, promotion, needs, places, now, counters)


def swap_by_hand(
    registration: Registration,
    promotion: Promotion,
    needs: tuple[str, ...],
    places: Places,
    how: ByHand,
    now: datetime,
) -> None:
    """As `swap`, out of turn."""
    counters = _counters_by_hand(registration.event_id, promotion.entry, places, how)
    swap(registration, promotion, needs, places, now, counters, how.said)


def rest(event_id: str, move: Rest, places: Places) -> None:
    """Write down that nobody who waits could use what is left."""
    counters = Counters(event_id)
    counters.rest(places.freed, move.empty)
    table.write(counters.update())


def extend(registration: Registration, expires_at: datetime, now: datetime) -> None:
    """The offer, as it was read, stands until `expires_at`."""
    until = timestamp(expires_at)
    happened = updates.happened(registration, facts.OfferExtended, now, expires_at=until)
    written = {"offer_expires_at": until, **keys.due(registration.id, until)}
    table.transact(
        Counters(registration.event_id).update(), updates.of_registration(registration, written, happened)
    )
