"""The rules of places and waitlist: state in, decision out. No clock, no ids, no AWS.

Whoever needs an allotment takes one unit of it. Those who wait stand in one line for each event, in the order
of their rank; each entry waits for the allotments it needs that are full (`waiting_for`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.keys import timestamp
from chalicelib.programme.model import PLACE, Event
from chalicelib.registration import offers
from chalicelib.registration.model import Places, WaitlistEntry


@dataclass(frozen=True)
class Promotion:
    """The entry gets its units: they are theirs, or offered to them. Holds only while nothing more was freed
    than `freed` tells of, or somebody ahead could have been helped first."""

    entry: WaitlistEntry
    freed: int


@dataclass(frozen=True)
class Recount:
    """The entry stays and waits for `waiting_for`; `passed` when somebody behind it is helped first."""

    entry: WaitlistEntry
    waiting_for: tuple[str, ...]
    passed: bool


@dataclass(frozen=True)
class Rest:
    """The line was walked to its end, and nobody in it wants what is left: with `floor` or more taken, a newcomer
    may have it. Holds only while nothing more was freed than `freed` tells of."""

    floor: dict[str, int]
    freed: int


Move = Promotion | Recount | Rest


def all_needs(event: Event, chosen: Iterable[str]) -> tuple[str, ...]:
    """What a registration takes one unit of each: the place and what was chosen, in the event's order."""
    wanted = {PLACE, *chosen}
    return tuple(allotment.name for allotment in event.allotments if allotment.name in wanted)


def shortage(places: Places, needs: Iterable[str]) -> tuple[str, ...]:
    """Which of the needs have no unit left."""
    return tuple(name for name in needs if places.left(name) == 0)


def settled(places: Places) -> bool:
    """Whether nothing is free that somebody waits for and could use: only then is a newcomer confirmed at once."""
    return not any(waiting > 0 and _wanted(places, name) for name, waiting in places.waiting.items())


def _wanted(places: Places, name: str) -> bool:
    """Whether some of it is left, unless the line has been asked and nobody there wants it."""
    rests = places.rested == places.freed and places.taken[name] >= places.floor[name]
    return places.left(name) > 0 and not rests


def moves_up(event: Event, now: datetime) -> bool:
    """Whether the waitlist moves by itself: not once the event has begun, nor without time to answer an offer."""
    automatic = event.waitlist.mode == "automatic"
    return not event.has_begun(now) and (automatic or offers.ends(event, now) is not None)


def waits_for(places: Places, needs: tuple[str, ...]) -> tuple[str, ...]:
    """What a newcomer joins the line for: what is full, or else what those ahead are being served with."""
    ahead = tuple(name for name in needs if places.waiting.get(name, 0) > 0)
    return shortage(places, needs) or ahead or needs


def joining_moment(places: Places, now: datetime) -> str:
    """When a newcomer joins: now, or just after the last who joined, whose clock may have been ahead."""
    if timestamp(now) > places.last_joined:
        return timestamp(now)
    return timestamp(datetime.fromisoformat(places.last_joined) + timedelta(microseconds=1))


def moves(places: Places, entries: Iterable[WaitlistEntry]) -> Iterator[Move]:
    """What to do, in order, so that nothing idles that somebody who waits could use.

    Walks the waitlist from its head, and no further than there is something free that somebody waits for.
    Each move supposes that those before it were made.
    """
    free = {name: places.left(name) for name in places.capacity}
    waiting = dict(places.waiting)
    ahead: list[WaitlistEntry] = []
    for entry in entries:
        if not _open(free, waiting):
            return
        full = tuple(name for name in entry.needs if not free[name])
        if full and full != entry.waiting_for:
            yield Recount(entry, full, passed=False)
        if full:
            ahead.append(replace(entry, waiting_for=full))
        elif entry.sat_out < places.released:
            yield from _skips(ahead)
            yield Promotion(entry, places.freed)
            ahead = [replace(passed, passed_for=passed.waiting_for) for passed in ahead]
        else:
            continue
        _count_on(free, waiting, entry, full)
    if left := _open(free, waiting):
        yield Rest(
            {name: units - (free[name] if name in left else 0) for name, units in places.capacity.items()},
            places.freed,
        )


def _open(free: dict[str, int], waiting: dict[str, int]) -> list[str]:
    """What is free and waited for."""
    return [name for name, count in waiting.items() if count > 0 and free[name]]


def _count_on(free: dict[str, int], waiting: dict[str, int], entry: WaitlistEntry, full: tuple[str, ...]) -> None:
    for name in entry.waiting_for:
        waiting[name] -= 1
    for name in full:
        waiting[name] += 1
    for name in () if full else entry.needs:
        free[name] -= 1


def _skips(ahead: list[WaitlistEntry]) -> Iterator[Recount]:
    """A skip is recorded once for each reason, however many are helped first."""
    for entry in ahead:
        if entry.passed_for != entry.waiting_for:
            yield Recount(entry, entry.waiting_for, passed=True)
