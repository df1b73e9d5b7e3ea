"""Moving up: those who wait are helped, in order, with what is free."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice, takewhile

from chalicelib.aws.table import Refused
from chalicelib.problems import TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import offer_deadlines, promotions, rules, store
from chalicelib.registration.flows import ATTEMPTS, find
from chalicelib.registration.model import Places, WaitlistEntry
from chalicelib.registration.rules import Move, Promotion, Rest

#: By how many moves a newcomer helps the lines along.
_HELP = 3


def settle(event_id: str, now: datetime) -> None:
    """Move up, in order, everybody who waits and can be helped with what is free; leave nothing idle. Once the
    event has begun, or the organiser decides, nobody is moved up any more; what nobody who waits could use is
    free for newcomers all the same.

    May run twice at once and may be stopped at any step: each move is one transaction on conditions.
    Raises TooBusy when others kept changing the same places; whoever asked asks again.
    """
    tries = ATTEMPTS
    while tries:
        places = store.places(event_id)
        if rules.settled(places):
            return
        event = _as_it_is_now(event_id)
        last = _make_moves(event, places, now)
        if isinstance(last, Rest) or not rules.moves_up(event, now):
            return
        tries = ATTEMPTS if last else tries - 1
    raise TooBusy


def help_along(event_id: str, now: datetime) -> None:
    """Make the next few moves of lines that are not settled, if nobody else does just now."""
    places = store.places(event_id)
    _make_moves(_as_it_is_now(event_id), places, now, at_most=_HELP)


def _as_it_is_now(event_id: str) -> Event:
    """The event, read after the places: any change of it that matters here frees something anew, so no move is
    made by the rules of an event that has changed."""
    return programme_store.read_stored(event_id).event


def _make_moves(event: Event, places: Places, now: datetime, at_most: int = sys.maxsize) -> Move | None:
    """The last move that was made, before one no longer held: what it rested on has changed since."""

    def entries(line: str) -> Iterator[WaitlistEntry]:
        return store.line(event.id, line)

    last = None
    with suppress(Refused):
        for move in islice(_allowed(event, rules.moves(places, entries), now), at_most):
            _make(event, move, places, now)
            last = move
    return last


def _allowed(event: Event, moves: Iterator[Move], now: datetime) -> Iterator[Move]:
    return moves if rules.moves_up(event, now) else takewhile(lambda move: isinstance(move, Rest), moves)


def _make(event: Event, move: Move, places: Places, now: datetime) -> None:
    if isinstance(move, Rest):
        promotions.rest(event.id, move, places)
    elif move.entry.is_wish:
        _swap(event, move, places, now)
    elif event.waitlist.mode == "automatic":
        promotions.promote(event.id, move, places, now)
    elif expires_at := offer_deadlines.ends(event, now):
        promotions.offer(event.id, move, places, expires_at, now)


def _swap(event: Event, promotion: Promotion, places: Places, now: datetime) -> None:
    """A wish comes true at once, whatever the event's mode: whoever has it has a place already, and loses none."""
    registration = find(event.id, next(iter(promotion.entry.members)))
    needs = rules.swapped(event, registration.needs, promotion.entry.line)
    promotions.swap_in_turn(registration, promotion, needs, places, now)
