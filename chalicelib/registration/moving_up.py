"""Promotion: entries of the waitlist move up in order, with what is free."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice, takewhile

from chalicelib.aws.retry import MAX_ATTEMPTS, LostRace
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import TooBusy
from chalicelib.programme import offer_deadlines
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import promotions, rules, store
from chalicelib.registration.model import Places, WaitlistEntry
from chalicelib.registration.rules import Decision, NothingFits, Promotion

#: The promotions that a newcomer makes for those ahead, each time.
_MAX_PROMOTIONS = 3


def settle(event_id: str, now: datetime) -> None:
    """Promote, in order, every entry that fits into what is free; leave nothing idle.

    Once the event has begun, or where the organiser decides, no entry moves up any more; what none could use is
    free for newcomers all the same.

    May run twice at once and may be stopped at any step: each promotion is one transaction on conditions. Raises
    TooBusy when others kept changing the same places; the caller tries again.
    """
    attempts_left = MAX_ATTEMPTS
    while attempts_left:
        places = store.read_places(event_id)
        if rules.is_settled(places):
            return
        event = _read_current_event(event_id)
        last_decision = _apply_decisions(event, places, now)
        if isinstance(last_decision, NothingFits) or not rules.can_promote(event, now):
            return
        attempts_left = MAX_ATTEMPTS if last_decision else attempts_left - 1
    raise TooBusy


def promote_some(event_id: str, now: datetime) -> None:
    """Make the next few promotions where the lines are not settled, unless another call does at this moment."""
    places = store.read_places(event_id)
    _apply_decisions(_read_current_event(event_id), places, now, max_decisions=_MAX_PROMOTIONS)


def _read_current_event(event_id: str) -> Event:
    """Read the event, after the places.

    A change of the event that matters here raises the free revision, so no promotion follows the rules of an event
    that has changed since.
    """
    return programme_store.read_current(event_id).event


def _apply_decisions(
    event: Event, places: Places, now: datetime, max_decisions: int = sys.maxsize
) -> Decision | None:
    """Apply the decisions until one loses its race, and return the last that was applied."""

    def entries(line: str) -> Iterator[WaitlistEntry]:
        return store.read_line(event.id, line)

    last_decision = None
    with suppress(ConditionFailed):
        for decision in islice(
            _filter_allowed(event, rules.decide_promotions(places, entries), now), max_decisions
        ):
            _apply_decision(event, decision, places, now)
            last_decision = decision
    return last_decision


def _filter_allowed(event: Event, decisions: Iterator[Decision], now: datetime) -> Iterator[Decision]:
    return (
        decisions
        if rules.can_promote(event, now)
        else takewhile(lambda move: isinstance(move, NothingFits), decisions)
    )


def _apply_decision(event: Event, decision: Decision, places: Places, now: datetime) -> None:
    if isinstance(decision, NothingFits):
        promotions.mark_settled(event.id, decision, places)
    elif decision.entry.is_wish:
        _swap(event, decision, places, now)
    elif event.waitlist.mode == "automatic":
        promotions.promote(event.id, decision, places, now)
    elif expires_at := offer_deadlines.compute_expires_at(event, now):
        promotions.offer(event.id, decision, places, expires_at, now)


def _swap(event: Event, promotion: Promotion, places: Places, now: datetime) -> None:
    """Grant a wish at once, whatever the event's mode: the registration has a place already, and loses none."""
    registration = store.find(event.id, next(iter(promotion.entry.members)))
    if registration is None:
        raise LostRace
    needs = rules.swap_needs(event, registration.needs, promotion.entry.line)
    promotions.swap_in_turn(registration, promotion, needs, places, now)
