"""The reconciler: counters and waitlist counted anew from the registrations, and repaired on command."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from chalicelib.audit import audit_log, tasks
from chalicelib.audit.audit_log import Actor, AuditChange, AuditEntry
from chalicelib.audit.tasks import Task
from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete, Update, Write
from chalicelib.aws.keys import WaitlistKey, format_timestamp
from chalicelib.aws.retry import LostRace, retried
from chalicelib.aws.table import ConditionFailed
from chalicelib.programme import store as programme_store
from chalicelib.registration import store, updates
from chalicelib.registration.model import Places, Registration, WaitlistEntry, parse_first_member_id
from chalicelib.registration.store import FREE_REVISION, RELEASE_REVISION

DRIFT = "counters-differ"  #: on the list of things to do
MAX_ATTEMPTS = 5  #: each reads everything
_REPAIR_BATCH_SIZE = 90  #: entries mended in one transaction, which takes a hundred items


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

    stored: Places
    counted: Places
    missing_entries: tuple[WaitlistEntry, ...]  #: registrations wait there, and the waitlist does not know
    orphaned_keys: tuple[str, ...]  #: keys of entries of nobody who waits

    @property
    def differences(self) -> list[Difference]:
        """All that differs; empty when everything agrees."""
        return [
            *_compare_counters("taken", self.stored.taken, self.counted.taken),
            *_compare_counters("held", self.stored.held, self.counted.held),
            *_compare_counters("capacity", self.stored.capacity, self.counted.capacity),
            *_compare_counters("lines", self.stored.lines, self.counted.lines),
            *_compare_counters("lines", {"": self.stored.line_length}, {"": self.counted.line_length}),
            *(Difference("entries", entry.key, 0, 1) for entry in self.missing_entries),
            *(Difference("entries", key, 1, 0) for key in self.orphaned_keys),
        ]


def _compare_counters(
    counter: str, written: Mapping[str, int], counted: Mapping[str, int]
) -> Iterator[Difference]:
    for name in sorted({*written, *counted}):
        if written.get(name, 0) != counted.get(name, 0):
            yield Difference(counter, name, written.get(name, 0), counted.get(name, 0))


@retried(MAX_ATTEMPTS)
def recount(event_id: str) -> Recount:
    """Count the event anew; raises EventNotFound, and TooBusy when nothing stood still for long enough."""
    places = store.read_places(event_id)
    registrations = list(store.list_registrations(event_id))
    entries = store.read_waitlist(event_id)
    capacities = programme_store.read_current(event_id).event.capacities
    if store.read_places(event_id).changes != places.changes:
        raise LostRace
    return _build_recount(places, capacities, registrations, entries)


def _build_recount(
    places: Places, capacities: Mapping[str, int], registrations: list[Registration], entries: list[WaitlistEntry]
) -> Recount:
    having = [each for each in registrations if each.status in ("confirmed", "offered")]
    wanted = _group_by_entry_key(registrations)
    found = {entry.key for entry in entries}
    lines = Counter(WaitlistKey.parse_entry(key).line for key in wanted)
    held = {name: sum(units.get(name, 0) for units in places.holds.values()) for name in capacities}
    counted = Places(
        capacity={name: units - held[name] for name, units in capacities.items()},
        held=held,
        taken=dict(Counter(name for each in having for name in each.needs) + Counter(places.forgotten)),
        lines=dict(lines),
        line_length=sum(lines.values()),
    )
    missing = tuple(_rebuild_entry(key, members) for key, members in wanted.items() if key not in found)
    return Recount(places, counted, missing, tuple(sorted(found - set(wanted))))


def _group_by_entry_key(registrations: list[Registration]) -> dict[str, list[Registration]]:
    """Who stands in line with which entry, by its key."""
    standing: dict[str, list[Registration]] = defaultdict(list)
    for each in registrations:
        for key in each.entry_keys:
            standing[key].append(each)
    return dict(sorted(standing.items()))


def _rebuild_entry(key: str, members: list[Registration]) -> WaitlistEntry:
    """The entry as its registrations have it; whoever brought a party stands first in it."""
    parts, first = WaitlistKey.parse_entry(key), parse_first_member_id(key)
    needs = {each.id: each.needs if each.status == "waiting" else (parts.line,) for each in members}
    ordered = sorted(needs.items(), key=lambda member: member[0] != first)
    return WaitlistEntry(parts.line, parts.rank, dict(ordered))


def report(event_id: str, now: datetime) -> list[Difference]:
    """Count the event anew, and have what differs on its organiser's list, or nothing there. Raises as
    `recount`."""
    differences = recount(event_id).differences
    if not differences:
        tasks.resolve(event_id, _build_task(event_id, now, 0).id)
        return differences
    with suppress(ConditionFailed):  # it stands there already
        table.write(tasks.build_put(_build_task(event_id, now, len(differences))))
    return differences


def _build_task(event_id: str, now: datetime, difference_count: int) -> Task:
    return Task(
        event_id, DRIFT, "recount", format_timestamp(now), parameters={"differences": str(difference_count)}
    )


@retried(MAX_ATTEMPTS)
def repair(event_id: str, actor_and_time: tuple[Actor, datetime] | None = None) -> Recount:
    """Write down what a recount says, if nothing has changed meanwhile, and strike it off the organiser's list, by
    whose word it was at what time; what was found is returned. Raises as `recount`."""
    result = recount(event_id)
    audit = [audit_log.build_put(_build_audit_entry(event_id, result, *actor_and_time))] if actor_and_time else []
    if result.differences:
        _write_repair(event_id, result, *audit)
    elif audit:
        table.transact(*audit)
    tasks.resolve(event_id, f"{DRIFT}.recount")
    return result


def _build_audit_entry(event_id: str, result: Recount, actor: Actor, now: datetime) -> AuditEntry:
    changes = tuple(
        AuditChange(f"{each.counter} {each.name}", str(each.written), str(each.counted))
        for each in result.differences
    )
    return AuditEntry(event_id, "recounted", actor, format_timestamp(now), str(len(changes)), changes)


def _write_repair(event_id: str, result: Recount, *extra_writes: Write) -> None:
    """The counters last: until they are right, a repair that stopped half-way is found and done again."""
    mended: list[Write] = [updates.build_entry_put(event_id, entry) for entry in result.missing_entries]
    mended += [Delete(keys.waitlist_entry_key(event_id, key)) for key in result.orphaned_keys]
    for start in range(0, len(mended), _REPAIR_BATCH_SIZE):
        table.transact(*mended[start : start + _REPAIR_BATCH_SIZE])
    table.transact(_build_counters_update(event_id, result), *extra_writes)


def _build_counters_update(event_id: str, result: Recount) -> Update:
    stored, counted = result.stored, result.counted
    counters = {
        "taken": dict.fromkeys(counted.capacity, 0) | counted.taken,
        "held": counted.held,
        "capacity": counted.capacity,
        "lines": counted.lines,
        "line_length": counted.line_length,
        "changes": stored.changes + 1,
        FREE_REVISION: stored.free_revision + 1,
        RELEASE_REVISION: stored.release_revision + 1,
    }
    return Update.set(
        keys.places_key(event_id), counters, when="#changes = :known", values={":known": stored.changes}
    )
