"""What everybody is told, each of them is told once."""

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
from chalicelib.registration.model import Registration
from testing.faulty_aws.stream import WriteRecord
from testing.invariants.records import Records
from tests.simulation.world import World

_GIVEN = (Confirmed.kind, Promoted.kind, Accepted.kind)
_BEGINS = (Confirmed.kind, Joined.kind)


def check(world: World, now: Records) -> None:
    written = [each for each in world.aws.stream_reader.written if each.event_id == now.event_id]
    _check_once(now)
    changes = [(place, fact) for place, each in enumerate(written) for fact in each.facts]
    rounds = {each.suffix: each for each in written if each.kind == "ROUND"}
    for place, fact in changes:
        if isinstance(fact, EventChanged):
            assert f"change-{fact.version:06d}" in rounds
            _check_change_mailed(now, fact, written[:place])
    for each in rounds.values():
        assert each.new
        assert each.new["state"] == "done", each
        if each.new["says"]["fact"] == Reminded.kind:
            _check_reminded(now, each)


def _check_once(now: Records) -> None:
    for each in now.registrations.values():
        changes = Counter(entry["version"] for entry in each.history if entry["fact"] == ToldOfChange.kind)
        reminders = Counter(
            (entry["days"], entry["starts_on"]) for entry in each.history if entry["fact"] == Reminded.kind
        )
        assert all(times == 1 for times in [*changes.values(), *reminders.values()]), each


def _check_change_mailed(now: Records, change: EventChanged, before: list[WriteRecord]) -> None:
    """Whoever had registered by then, and is there still."""
    for each in now.registrations.values():
        if each.status == "cancelled" or _has_complained(each) or not _is_same_since(each, before):
            continue
        versions = [entry["version"] for entry in each.history if entry["fact"] == ToldOfChange.kind]
        assert change.version in versions, (change, each)


def _is_same_since(registration: Registration, before: list[WriteRecord]) -> bool:
    """Whether they stood then as who they are now, and not before they cancelled and came again."""
    begun = max(place for place, entry in enumerate(registration.history) if entry["fact"] in _BEGINS)
    known = [each for each in before if each.sort_key == f"REG#{registration.id}" and each.new]
    return bool(known) and known[-1].new is not None and len(known[-1].new["history"]) > begun


def _check_reminded(now: Records, of_round: WriteRecord) -> None:
    """Whoever had a place for a day by then, and has it still."""
    assert of_round.new
    begun = datetime.fromisoformat(of_round.new["begun_at"])
    for each in now.registrations.values():
        if each.status != "confirmed" or _has_complained(each):
            continue
        given = [entry["at"] for entry in each.history if entry["fact"] in _GIVEN]
        if datetime.fromisoformat(given[-1]) > begun - timedelta(days=1):
            continue
        reminded = [entry["at"] for entry in each.history if entry["fact"] == Reminded.kind]
        assert any(datetime.fromisoformat(at) > begun - timedelta(days=1) for at in reminded), (of_round, each)


def _has_complained(registration: Registration) -> bool:
    return any(entry["fact"] == MailComplained.kind for entry in registration.history)
