"""Moving up: those who wait are helped, in order, with what is free."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice, takewhile

from chalicelib.aws.retry import MAX_ATTEMPTS
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import offer_deadlines, promotions, rules, store
from chalicelib.registration.flows import load_registration
from chalicelib.registration.model import Places, WaitlistEntry
from chalicelib.registration.rules import Decision, NothingFits, Promotion

#: By how many moves a newcomer helps the lines along.
_MAX_PROMOTIONS = 3


def settle(event_id: str, now: datetime) -> None:
    """Move up, in order, everybody who waits and can be helped with what is free; leave nothing idle. Once the
    event has begun, or the organiser decides, nobody is moved up any more; what nobody who waits could use is
    free for newcomers all the same.

    May run twice at once and may be stopped at any step: each move is one transaction on conditions.
    Raises TooBusy when others kept changing the same places; whoever asked asks again.
    """
    tries = MAX_ATTEMPTS
    while tries:
        places = store.read_places(event_id)
        if rules.is_settled(places):
            return
        event = _read_current_event(event_id)
        last = _apply_decisions(event, places, now)
        if isinstance(last, NothingFits) or not rules.can_promote(event, now):
            return
        tries = MAX_ATTEMPTS if last else tries - 1
    raise TooBusy


def promote_some(event_id: str, now: datetime) -> None:
    """Make the next few moves of lines that are not settled, if nobody else does just now."""
    places = store.read_places(event_id)
    _apply_decisions(_read_current_event(event_id), places, now, max_decisions=_MAX_PROMOTIONS)


def _read_current_event(event_id: str) -> Event:
    """The event, read after the places: any change of it that matters here frees something anew, so no move is
    made by the rules of an event that has changed."""
    return programme_store.read_current(event_id).event


def _apply_decisions(
    event: Event, places: Places, now: datetime, max_decisions: int = sys.maxsize
) -> Decision | None:
    """The last move that was made, before one no longer held: what it rested on has changed since."""

    def entries(line: str) -> Iterator[WaitlistEntry]:
        return store.read_line(event.id, line)

    last = None
    with suppress(ConditionFailed):
        for move in islice(_filter_allowed(event, rules.decide_promotions(places, entries), now), max_decisions):
            _apply_decision(event, move, places, now)
            last = move
    return last


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
    """A wish comes true at once, whatever the event's mode: whoever has it has a place already, and loses none."""
    registration = load_registration(event.id, next(iter(promotion.entry.members)))
    needs = rules.swap_needs(event, registration.needs, promotion.entry.line)
    promotions.swap_in_turn(registration, promotion, needs, places, now)
