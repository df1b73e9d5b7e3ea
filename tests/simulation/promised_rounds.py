"""Check broadcasts: each registration that one is for gets it once."""

from collections import Counter
from datetime import datetime, timedelta

from chalicelib.facts import (
    Accepted,
    Confirmed,
    EventChanged,
    Joined,
    MailComplained,
    Promoted,
    Reminded,
    ToldOfChange,
)
from chalicelib.histories.model import read_history
from chalicelib.registration.model import Registration
from testing.faulty_aws.stream import WriteRecord
from testing.invariants.records import Records
from tests.simulation.world import World

_GIVEN = (Confirmed.kind, Promoted.kind, Accepted.kind)
_BEGINS = (Confirmed.kind, Joined.kind)


def check(world: World, now: Records) -> None:
    """Check the broadcasts of the event."""
    writes = [write for write in world.aws.stream_reader.written if write.event_id == now.event_id]
    _check_once(now)
    changes = [(index, fact) for index, write in enumerate(writes) for fact in write.facts]
    broadcasts = {write.suffix: write for write in writes if write.kind == "ROUND"}
    for index, fact in changes:
        if isinstance(fact, EventChanged):
            assert f"change-{fact.version:06d}" in broadcasts
            _check_change_mailed(now, fact, writes[:index])
    for write in broadcasts.values():
        assert write.new
        assert write.new["state"] == "done", write
        if write.new["says"]["fact"] == Reminded.kind:
            _check_reminded(now, write)


def _check_once(now: Records) -> None:
    for registration in now.registrations.values():
        known = registration.known_facts
        changes = Counter(each["version"] for each in known if each["fact"] == ToldOfChange.kind)
        reminders = Counter((each["days"], each["starts_on"]) for each in known if each["fact"] == Reminded.kind)
        assert all(times == 1 for times in [*changes.values(), *reminders.values()]), registration


def _check_change_mailed(now: Records, change: EventChanged, before: list[WriteRecord]) -> None:
    """Check that each registration from before the change has it in its history."""
    for registration in now.registrations.values():
        if (
            registration.status == "cancelled"
            or _has_complained(registration)
            or not _is_same_since(registration, before)
        ):
            continue
        versions = [entry["version"] for entry in registration.known_facts if entry["fact"] == ToldOfChange.kind]
        assert change.version in versions, (change, registration)


def _is_same_since(registration: Registration, before: list[WriteRecord]) -> bool:
    """Return True if the registration existed then, and was not cancelled and made again since."""
    first = max(revision for revision, entry in registration.numbered_facts if entry["fact"] in _BEGINS)
    earlier = [write for write in before if write.sort_key == f"REG#{registration.id}" and write.new]
    return bool(earlier) and earlier[-1].new is not None and read_history(earlier[-1].new).revision >= first


def _check_reminded(now: Records, broadcast: WriteRecord) -> None:
    """Check that each registration with a place since a day before is reminded."""
    assert broadcast.new
    begun = datetime.fromisoformat(broadcast.new["begun_at"])
    for registration in now.registrations.values():
        if registration.status != "confirmed" or _has_complained(registration):
            continue
        confirmed_at = [entry["at"] for entry in registration.known_facts if entry["fact"] in _GIVEN]
        if datetime.fromisoformat(confirmed_at[-1]) > begun - timedelta(days=1):
            continue
        reminded = [entry["at"] for entry in registration.known_facts if entry["fact"] == Reminded.kind]
        assert any(datetime.fromisoformat(at) > begun - timedelta(days=1) for at in reminded), (
            broadcast,
            registration,
        )


def _has_complained(registration: Registration) -> bool:
    return any(entry["fact"] == MailComplained.kind for entry in registration.known_facts)
