"""The reconciler: recounts counters and waitlist from the registrations, and repairs them on command.

That the counters agree is an invariant: `taken` equals the registrations that need the allotment (docs/design.md,
Invariants). A difference is drift, which it reports. What is counted for participants whose data is deleted is
taken back by a repair: it is only to show how many came, and an event that goes on needs its places.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from chalicelib.audit import audit_log, tasks
from chalicelib.audit.audit_log import Actor, AuditChange, AuditEntry
from chalicelib.audit.tasks import Task
from chalicelib.aws import keys, table, waitlist_keys
from chalicelib.aws.items import Delete, Update, Write
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.retry import LostRace, retried
from chalicelib.aws.table import ConditionFailed
from chalicelib.aws.waitlist_keys import WaitlistKey
from chalicelib.programme import store as programme_store
from chalicelib.registration import store, updates
from chalicelib.registration.model import Places, Registration, WaitlistEntry
from chalicelib.registration.store import FREE_REVISION, RELEASE_REVISION

DRIFT = "counters-differ"  #: the kind of the organiser's task
MAX_ATTEMPTS = 5  #: each reads the whole event
_REPAIR_BATCH_SIZE = 90  #: entries repaired in one transaction, which holds a hundred items


@dataclass(frozen=True)
class Difference:
    """A counter that is wrong: `counter` (taken, held, capacity, lines or entries) of `name`."""

    counter: str
    name: str
    written: int
    counted: int


@dataclass(frozen=True)
class Recount:
    """The stored counters and those counted from the registrations, both of one moment."""

    stored: Places
    counted: Places
    missing_entries: tuple[WaitlistEntry, ...]  #: entries that registrations stand in and the waitlist lacks
    orphaned_keys: tuple[str, ...]  #: keys of entries that no registration stands in

    @property
    def differences(self) -> list[Difference]:
        """List all that differs; empty when everything agrees."""
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
    """Recount the event; raises EventNotFound, and TooBusy when it kept changing through all attempts."""
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
    holders = [each for each in registrations if each.status in ("confirmed", "offered")]
    members_by_key = _group_by_entry_key(registrations)
    stored_keys = {entry.key for entry in entries}
    lines = Counter(WaitlistKey.parse_entry(key).line for key in members_by_key)
    held = {name: sum(units.get(name, 0) for units in places.holds.values()) for name in capacities}
    counted = Places(
        capacity={name: units - held[name] for name, units in capacities.items()},
        held=held,
        taken=dict(Counter(name for each in holders for name in each.needs)),
        lines=dict(lines),
        line_length=sum(lines.values()),
    )
    missing = tuple(
        _rebuild_entry(key, members) for key, members in members_by_key.items() if key not in stored_keys
    )
    return Recount(places, counted, missing, tuple(sorted(stored_keys - set(members_by_key))))


def _group_by_entry_key(registrations: list[Registration]) -> dict[str, list[Registration]]:
    """Group the registrations by the waitlist entries that they stand in, by key."""
    members_by_key: dict[str, list[Registration]] = defaultdict(list)
    for each in registrations:
        for key in each.entry_keys:
            members_by_key[key].append(each)
    return dict(sorted(members_by_key.items()))


def _rebuild_entry(key: str, members: list[Registration]) -> WaitlistEntry:
    """Rebuild the entry from its registrations; the leader of a party stands first in it."""
    parts, first = WaitlistKey.parse_entry(key), waitlist_keys.parse_first_member_id(key)
    needs = {each.id: each.needs if each.status == "waiting" else (parts.line,) for each in members}
    ordered = sorted(needs.items(), key=lambda member: member[0] != first)
    return WaitlistEntry(parts.line, parts.rank, dict(ordered))


def report(event_id: str, now: datetime) -> list[Difference]:
    """Recount the event, and file the differences as a task for its organiser, or resolve that task.

    Raises as `recount`.
    """
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
    """Recount the event, write what is counted, and resolve the organiser's task; return the recount.

    Nothing is written where the event changes meanwhile: it is recounted. The audit log names the actor, if one is
    given. Raises as `recount`.
    """
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
    """Write entries in batches and the counters last: a repair that stopped half-way is found and done again."""
    repairs: list[Write] = [updates.build_entry_put(event_id, entry) for entry in result.missing_entries]
    repairs += [Delete(waitlist_keys.waitlist_entry_key(event_id, key)) for key in result.orphaned_keys]
    for start in range(0, len(repairs), _REPAIR_BATCH_SIZE):
        table.transact(*repairs[start : start + _REPAIR_BATCH_SIZE])
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
        keys.places_key(event_id),
        counters,
        when="#changes = :known",
        values={":known": stored.changes},
        remove=("forgotten",),
    )
