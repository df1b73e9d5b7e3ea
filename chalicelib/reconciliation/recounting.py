"""The reconciler: counters and waitlist counted anew from the registrations, and repaired on command."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from chalicelib.audit import audit_log, tasks
from chalicelib.audit.audit_log import Change, Entry, Word
from chalicelib.audit.tasks import Todo
from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete, Update, Write
from chalicelib.aws.keys import timestamp
from chalicelib.aws.table import Refused
from chalicelib.problems import TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.programme.lines import rank
from chalicelib.registration import store, updates
from chalicelib.registration.model import Places, Registration, WaitlistEntry

DRIFT = "counters-differ"  #: on the list of things to do
_ATTEMPTS = 5  #: each reads everything
_AT_ONCE = 90  #: entries mended in one transaction, which takes a hundred items


@dataclass(frozen=True)
class Difference:
    """Something that is counted wrongly: `counter` (taken, held, capacity, lines or entries) of `name`."""

    counter: str
    name: str
    written: int
    counted: int


@dataclass(frozen=True)
class Recount:
    """What the registrations say, beside what is written: both as they were at one moment."""

    places: Places
    counted: Places
    missing: tuple[WaitlistEntry, ...]  #: registrations wait there, and the waitlist does not know
    astray: tuple[str, ...]  #: keys of entries of nobody who waits

    @property
    def differences(self) -> list[Difference]:
        """All that differs; empty when everything agrees."""
        return [
            *_between("taken", self.places.taken, self.counted.taken),
            *_between("held", self.places.held, self.counted.held),
            *_between("capacity", self.places.capacity, self.counted.capacity),
            *_between("lines", self.places.lines, self.counted.lines),
            *_between("lines", {"": self.places.line_length}, {"": self.counted.line_length}),
            *(Difference("entries", entry.key, 0, 1) for entry in self.missing),
            *(Difference("entries", key, 1, 0) for key in self.astray),
        ]


def _between(counter: str, written: Mapping[str, int], counted: Mapping[str, int]) -> Iterator[Difference]:
    for name in sorted({*written, *counted}):
        if written.get(name, 0) != counted.get(name, 0):
            yield Difference(counter, name, written.get(name, 0), counted.get(name, 0))


def recount(event_id: str) -> Recount:
    """Count the event anew; raises EventNotFound, and TooBusy when nothing stood still for long enough."""
    for _ in range(_ATTEMPTS):
        places = store.places(event_id)
        registrations = list(store.registrations(event_id))
        entries = store.waitlist(event_id)
        capacities = programme_store.read_stored(event_id).event.capacities
        if store.places(event_id).changes == places.changes:
            return _recount(places, capacities, registrations, entries)
    raise TooBusy


def _recount(
    places: Places, capacities: Mapping[str, int], registrations: list[Registration], entries: list[WaitlistEntry]
) -> Recount:
    having = [each for each in registrations if each.status in ("confirmed", "offered")]
    wanted = _standing(registrations)
    found = {entry.key for entry in entries}
    lines = Counter(key.partition("#")[0] for key in wanted)
    held = {name: sum(units.get(name, 0) for units in places.holds.values()) for name in capacities}
    counted = Places(
        capacity={name: units - held[name] for name, units in capacities.items()},
        held=held,
        taken=dict(Counter(name for each in having for name in each.needs) + Counter(places.forgotten)),
        lines=dict(lines),
        line_length=sum(lines.values()),
    )
    missing = tuple(_entry(key, members) for key, members in wanted.items() if key not in found)
    return Recount(places, counted, missing, tuple(sorted(found - set(wanted))))


def _standing(registrations: list[Registration]) -> dict[str, list[Registration]]:
    """Who stands in line with which entry, by its key."""
    standing: dict[str, list[Registration]] = defaultdict(list)
    for each in registrations:
        for key in each.in_line:
            standing[key].append(each)
    return dict(sorted(standing.items()))


def _entry(key: str, members: list[Registration]) -> WaitlistEntry:
    """The entry as its registrations have it; whoever brought a party stands first in it."""
    line, priority, joined_at, whose = key.split("#")
    first = whose.partition(".")[0]
    needs = {each.id: each.needs if each.status == "waiting" else (line,) for each in members}
    ordered = sorted(needs.items(), key=lambda member: member[0] != first)
    return WaitlistEntry(line, rank(joined_at, int(priority)), dict(ordered))


def report(event_id: str, now: datetime) -> list[Difference]:
    """Count the event anew, and have what differs on its organiser's list, or nothing there. Raises as
    `recount`."""
    differences = recount(event_id).differences
    if not differences:
        tasks.resolve(event_id, _todo(event_id, now, 0).id)
        return differences
    with suppress(Refused):  # it stands there already
        table.write(tasks.put(_todo(event_id, now, len(differences))))
    return differences


def _todo(event_id: str, now: datetime, differences: int) -> Todo:
    return Todo(event_id, DRIFT, "recount", timestamp(now), parameters={"differences": str(differences)})


def repair(event_id: str, by: tuple[Word, datetime] | None = None) -> Recount:
    """Write down what a recount says, if nothing has changed meanwhile, and strike it off the organiser's list, by
    whose word it was at what time; what was found is returned. Raises as `recount`."""
    for _ in range(_ATTEMPTS):
        found = recount(event_id)
        done = [audit_log.put(_repaired(event_id, found, *by))] if by else []
        with suppress(Refused):
            if found.differences:
                _write(event_id, found, *done)
            elif done:
                table.transact(*done)
            tasks.resolve(event_id, f"{DRIFT}.recount")
            return found
    raise TooBusy


def _repaired(event_id: str, found: Recount, word: Word, now: datetime) -> Entry:
    changes = tuple(
        Change(f"{each.counter} {each.name}", str(each.written), str(each.counted)) for each in found.differences
    )
    return Entry(event_id, "recounted", word, timestamp(now), str(len(changes)), changes)


def _write(event_id: str, found: Recount, *also: Write) -> None:
    """The counters last: until they are right, a repair that stopped half-way is found and done again."""
    mended: list[Write] = [updates.new_entry(event_id, entry) for entry in found.missing]
    mended += [Delete(keys.waiting_key(event_id, key)) for key in found.astray]
    for start in range(0, len(mended), _AT_ONCE):
        table.transact(*mended[start : start + _AT_ONCE])
    table.transact(_counters(event_id, found), *also)


def _counters(event_id: str, found: Recount) -> Update:
    none = dict.fromkeys(found.counted.capacity, 0)
    written = {
        "taken": none | found.counted.taken,
        "held": found.counted.held,
        "capacity": found.counted.capacity,
        "lines": found.counted.lines,
        "line_length": found.counted.line_length,
    }
    sets = [f"#{name} = :{name}" for name in written]
    rising = [f"{name} = {name} + :one" for name in ("changes", "freed", "released")]
    return Update(
        key=keys.places_key(event_id),
        expression="SET " + ", ".join([*sets, *rising]),
        condition="changes = :seen",
        names={f"#{name}": name for name in written},
        values={
            **{f":{name}": value for name, value in written.items()},
            ":one": 1,
            ":seen": found.places.changes,
        },
    )
