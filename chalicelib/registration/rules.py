"""The rules of places and waitlist: state in, decision out. No clock, no ids, no AWS.

Whoever needs an allotment takes one unit of it. Those who wait stand in lines, one for each demand; whoever has
the lowest rank of all who could be helped is helped first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.aws.keys import format_timestamp
from chalicelib.programme import lines
from chalicelib.programme.lines import PLACE
from chalicelib.programme.model import Event
from chalicelib.registration import offer_deadlines
from chalicelib.registration.attendee import Attendee, Travel
from chalicelib.registration.model import Places, Registration, WaitlistEntry

#: The lines that others go by, each with what it is short of.
BlockedLines = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Promotion:
    """The entry gets its units: they are theirs, or offered to them. Holds only while nothing more was freed than
    the places knew of, or somebody ahead could have been helped first. `passed` are the lines that it goes by."""

    entry: WaitlistEntry
    passed_lines: BlockedLines = field(default_factory=dict)


@dataclass(frozen=True)
class NothingFits:
    """Nobody who waits could use what is left: a newcomer may have it. Holds only while nothing more was freed
    than the places knew of. `empty` are lines in which nobody stands any more."""

    empty_lines: tuple[str, ...] = ()


Decision = Promotion | NothingFits
_MAX_EMPTY_LINES = 40  #: an expression has its limits; the next rest takes the next


def build_needs(event: Event, chosen: Iterable[str]) -> tuple[str, ...]:
    """What a registration takes one unit of each: the place and what was chosen, in the event's order."""
    wanted = {PLACE, *chosen}
    return tuple(allotment.name for allotment in event.allotments if allotment.name in wanted)


def find_excluded_needs(event: Event, needs: Iterable[str], name: str) -> tuple[str, ...]:
    """Which of the needs are given up by whoever gets `name`: those of the same choice."""
    choices = {allotment.name: allotment.choice for allotment in event.allotments}
    choice = choices.get(name)
    return tuple(need for need in needs if choice and choices.get(need) == choice and need != name)


def swap_needs(event: Event, needs: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The needs of whoever gets `name`, instead of what it excludes."""
    return build_needs(event, {*needs, name}.difference(find_excluded_needs(event, needs, name)))


def is_settled(places: Places) -> bool:
    """Whether nobody who waits could use what is free: only then does a newcomer get it."""
    return places.line_length == 0 or places.settled_at == places.free_revision


def find_blocked_lines(places: Places, allotments: Iterable[str] | None = None) -> BlockedLines:
    """The lines in which somebody stands, each with what it is short of; all, or those `wanting` any of these."""
    wanted = places.capacity if allotments is None else allotments
    demands = {line: lines.parse_demand(line) for line in places.occupied_lines}
    short = {
        line: lines.find_shortage(places.free, each) for line, each in demands.items() if each.keys() & {*wanted}
    }
    return {line: names for line, names in short.items() if names}


def can_promote(event: Event, now: datetime) -> bool:
    """Whether the waitlist moves by itself: not once the event has begun, nor without time to answer an offer."""
    automatic = event.waitlist.mode == "automatic"
    return not event.has_begun(now) and (automatic or offer_deadlines.compute_expires_at(event, now) is not None)


def compute_joining_time(places: Places, now: datetime) -> str:
    """When a newcomer joins, or goes by those who wait: now, or just after the last who joined, who may have begun
    later or by a clock that was ahead."""
    if format_timestamp(now) > places.last_joined:
        return format_timestamp(now)
    return add_microsecond(places.last_joined)


def add_microsecond(moment: str) -> str:
    return format_timestamp(datetime.fromisoformat(moment) + timedelta(microseconds=1))


def decide_promotions(places: Places, entries: Callable[[str], Iterable[WaitlistEntry]]) -> Iterator[Decision]:
    """What to do, in order, so that nothing idles that somebody who waits could use. `entries` has a line's
    entries in the order of their rank.

    Looks at the heads of the lines alone, and at a line's next only when its head has moved up. Each move
    supposes that those before it were made; whoever swaps gives something back, and the lines are to be looked
    at anew.
    """
    free = places.free
    queues = {line: _LineCursor(entries(line), places.release_revision) for line in places.occupied_lines}
    while best := _find_first_fitting(queues, free):
        yield Promotion(best, _find_passed_lines(queues, free, best))
        if best.is_wish:
            return
        queues[best.line].advance()
        for name, units in best.demand.items():
            free[name] -= units
    empty = [line for line, entries in places.lines.items() if entries <= 0]
    yield NothingFits(tuple(empty[:_MAX_EMPTY_LINES]))


class _LineCursor:
    """A line's entries but for those who sit out, read as they are asked for."""

    def __init__(self, entries: Iterable[WaitlistEntry], release_revision: int) -> None:
        self._entries = (each for each in entries if not each.awaits_release(release_revision))
        self._head: WaitlistEntry | None = None
        self._read = False

    @property
    def head(self) -> WaitlistEntry | None:
        if not self._read:
            self._head, self._read = next(self._entries, None), True
        return self._head

    def advance(self) -> None:
        self._read = False


def _find_first_fitting(cursors: Mapping[str, _LineCursor], free: Mapping[str, int]) -> WaitlistEntry | None:
    fitting = (
        queue.head for line, queue in cursors.items() if not lines.find_shortage(free, lines.parse_demand(line))
    )
    return min(filter(None, fitting), key=lambda entry: entry.rank, default=None)


def _find_passed_lines(
    cursors: Mapping[str, _LineCursor], free: Mapping[str, int], entry: WaitlistEntry
) -> BlockedLines:
    """The lines with somebody ahead of the one who is helped."""
    short = {line: lines.find_shortage(free, lines.parse_demand(line)) for line in cursors}
    heads = {line: cursors[line].head for line, names in short.items() if names}
    return {line: short[line] for line, head in heads.items() if head and head.rank < entry.rank}


DeadlineKind = Literal["names", "rooms"]
_NAME_FIELDS = ("given_name", "family_name")


def find_locked_fields(event: Event, before: Registration, after: Registration, now: datetime) -> tuple[str, ...]:
    """The fields of the change that only the organiser can make now. Whoever is on no list yet may change all."""
    if before.status != "confirmed":
        return ()
    changed = set(_find_changed_fields(before.attendee, after.attendee))
    late: list[str] = []
    for due, parts, fields in _list_locks(event):
        if due is None or now < due:
            continue
        had, has = parts & {*before.needs}, parts & {*after.needs}
        late += ["needs"] if had != has else []
        late += [field for field in fields if field in changed and had | has]
    return tuple(dict.fromkeys(late))


def find_lock_times(event: Event, registration: Registration) -> dict[DeadlineKind, datetime]:
    """From when on what they have is settled: their name and flights, their name and room."""
    if registration.status not in ("confirmed", "offered"):
        return {}
    kinds: tuple[DeadlineKind, ...] = ("names", "rooms")
    settled = zip(kinds, _list_locks(event), strict=True)
    return {kind: due for kind, (due, parts, _) in settled if due and parts & {*registration.needs}}


def _list_locks(event: Event) -> Iterator[tuple[datetime | None, set[str], tuple[str, ...]]]:
    """When what is settled: the parts of the journey, and what their lists say of people."""
    flights = {leg.name for leg in event.legs if leg.kind == "flight"}
    rooms = {stay.name for stay in event.stays}
    yield event.deadlines.names, flights, (*_NAME_FIELDS, "travel.name_on_id", "travel.title")
    yield event.deadlines.rooms, rooms, (*_NAME_FIELDS, "travel.share_with")


def _find_changed_fields(before: Attendee, after: Attendee) -> Iterator[str]:
    yield from (name for name in _NAME_FIELDS if getattr(before, name) != getattr(after, name))
    was, is_ = before.travel or Travel(), after.travel or Travel()
    yield from (f"travel.{name}" for name in Travel.model_fields if getattr(was, name) != getattr(is_, name))
