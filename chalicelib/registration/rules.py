"""The rules of places and waitlist: state in, decision out. No clock, no ids, no AWS.

A registration takes one unit of each allotment that it needs. Those who wait stand in lines, one for each demand;
of all entries that fit into what is free, that of the lowest rank is promoted first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.aws.keys import format_timestamp
from chalicelib.problems import EventOver, IsCheckedIn, Problem
from chalicelib.programme import lines, offer_deadlines
from chalicelib.programme.lines import PLACE
from chalicelib.programme.model import Event
from chalicelib.registration import details
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.details import LockKind
from chalicelib.registration.model import Places, Registration, WaitlistEntry

#: Lines that cannot be helped now, each with what it is short of.
BlockedLines = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Promotion:
    """The decision to give the entry its units, or to offer them; `passed_lines` are those that it passes.

    It holds only while nothing more was freed than the places knew of: an entry ahead might fit then.
    """

    entry: WaitlistEntry
    passed_lines: BlockedLines = field(default_factory=dict)


@dataclass(frozen=True)
class NothingFits:
    """The decision that no entry could use what is left, so that a newcomer may have it.

    It holds only while nothing more was freed than the places knew of. `empty_lines` have no entries any more.
    """

    empty_lines: tuple[str, ...] = ()


Decision = Promotion | NothingFits
_MAX_EMPTY_LINES = 40  #: an expression has its limits; the next NothingFits removes more


def build_needs(event: Event, chosen: Iterable[str]) -> tuple[str, ...]:
    """List what a registration takes one unit of: the place and the choices, in the event's order."""
    names = {PLACE, *chosen}
    return tuple(allotment.name for allotment in event.allotments if allotment.name in names)


def find_excluded_needs(event: Event, needs: Iterable[str], name: str) -> tuple[str, ...]:
    """Find the needs that are given up for `name`: those of the same choice."""
    choices = {allotment.name: allotment.choice for allotment in event.allotments}
    choice = choices.get(name)
    return tuple(need for need in needs if choice and choices.get(need) == choice and need != name)


def swap_needs(event: Event, needs: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Replace the needs that `name` excludes by it."""
    return build_needs(event, {*needs, name}.difference(find_excluded_needs(event, needs, name)))


def is_settled(places: Places) -> bool:
    """Return whether no entry could use what is free: only then does a newcomer get it."""
    return places.line_length == 0 or places.settled_at == places.free_revision


def find_blocked_lines(places: Places, allotments: Iterable[str] | None = None) -> BlockedLines:
    """Find the occupied lines that are short of something, of all or of those for `allotments`."""
    wanted = places.capacity if allotments is None else allotments
    demands = {line: lines.parse_demand(line) for line in places.occupied_lines}
    short = {
        line: lines.find_shortage(places.free, each) for line, each in demands.items() if each.keys() & {*wanted}
    }
    return {line: names for line, names in short.items() if names}


def can_promote(event: Event, now: datetime) -> bool:
    """Return whether the waitlist moves by itself.

    It does not once the event has begun, nor without time to answer an offer.
    """
    automatic = event.waitlist.mode == "automatic"
    return not event.has_begun(now) and (automatic or offer_deadlines.compute_expires_at(event, now) is not None)


def compute_joining_time(places: Places, now: datetime) -> str:
    """Compute when a newcomer joins, or passes those who wait: now, or just after the last to join.

    That one may have begun later, or by a clock that was ahead.
    """
    if format_timestamp(now) > places.last_joined:
        return format_timestamp(now)
    return add_microsecond(places.last_joined)


def add_microsecond(moment: str) -> str:
    """Return the moment one microsecond later."""
    return format_timestamp(datetime.fromisoformat(moment) + timedelta(microseconds=1))


def decide_promotions(places: Places, entries: Callable[[str], Iterable[WaitlistEntry]]) -> Iterator[Decision]:
    """Decide, in order, the promotions that leave nothing idle. `entries` has a line's entries by rank.

    Reads the heads of the lines alone, and a line's next entry only when its head has moved up. Each decision
    supposes that those before it were applied. A swap gives something back, so it is the last: the lines are read
    anew.
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
    """A cursor over a line's entries, read as they are asked for, without those that await a release."""

    def __init__(self, entries: Iterable[WaitlistEntry], release_revision: int) -> None:
        self._entries = (each for each in entries if not each.awaits_release(release_revision))
        self._head: WaitlistEntry | None = None
        self._read = False

    @property
    def head(self) -> WaitlistEntry | None:
        """Return the first entry; None at the end."""
        if not self._read:
            self._head, self._read = next(self._entries, None), True
        return self._head

    def advance(self) -> None:
        """Move on to the next entry."""
        self._read = False


def _find_first_fitting(cursors: Mapping[str, _LineCursor], free: Mapping[str, int]) -> WaitlistEntry | None:
    fitting = (
        queue.head for line, queue in cursors.items() if not lines.find_shortage(free, lines.parse_demand(line))
    )
    return min(filter(None, fitting), key=lambda entry: entry.rank, default=None)


def _find_passed_lines(
    cursors: Mapping[str, _LineCursor], free: Mapping[str, int], entry: WaitlistEntry
) -> BlockedLines:
    """Find the lines with an entry ahead of the one that is promoted."""
    short = {line: lines.find_shortage(free, lines.parse_demand(line)) for line in cursors}
    heads = {line: cursors[line].head for line, names in short.items() if names}
    return {line: short[line] for line, head in heads.items() if head and head.rank < entry.rank}


def find_cancellation_problem(event: Event, registration: Registration, now: datetime) -> Problem | None:
    """Find why the registration cannot be cancelled: after the end and once checked in, attendance is a record."""
    if event.has_ended(now):
        return EventOver()
    return IsCheckedIn() if registration.checked_in_at else None


def find_locked_fields(event: Event, before: Registration, after: Registration, now: datetime) -> tuple[str, ...]:
    """Find the fields of the change that only the organiser can change now.

    There are none before the lists name the participant.
    """
    if before.status != "confirmed":
        return ()
    late: list[str] = []
    for due, parts, names in _list_locks(event):
        if due is None or now < due:
            continue
        had, has = parts & {*before.needs}, parts & {*after.needs}
        late += ["needs"] if had != has else []
        late += [name for name in names if (had | has) and _is_changed(name, before.attendee, after.attendee)]
    return tuple(dict.fromkeys(late))


def find_lock_times(event: Event, registration: Registration) -> dict[LockKind, datetime]:
    """Find from when on a registration's details are locked: names and flights, names and rooms."""
    if registration.status not in ("confirmed", "offered"):
        return {}
    kinds: tuple[LockKind, ...] = ("names", "rooms")
    settled = zip(kinds, _list_locks(event), strict=True)
    return {kind: due for kind, (due, parts, _) in settled if due and parts & {*registration.needs}}


def _list_locks(event: Event) -> Iterator[tuple[datetime | None, set[str], tuple[str, ...]]]:
    """List the deadlines, each with the allotments and the attendee's fields that it locks."""
    flights = {leg.name for leg in event.legs if leg.kind == "flight"}
    rooms = {stay.name for stay in event.stays}
    yield event.deadlines.names, flights, details.list_locked_by("names")
    yield event.deadlines.rooms, rooms, details.list_locked_by("rooms")


def _is_changed(name: str, before: Attendee, after: Attendee) -> bool:
    return bool((details.read(before, name) or None) != (details.read(after, name) or None))
