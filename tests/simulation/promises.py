"""What must hold of a world's records once nothing is left to be done."""

import json

from chalicelib import clock, facts
from chalicelib.reconciliation.recounting import DRIFT
from chalicelib.registration import rules, sealing
from chalicelib.registration.model import Registration
from testing.invariants import checks, records
from tests.simulation import promised_lists, promised_mails, promised_rounds
from tests.simulation.commits import CommitChecker
from tests.simulation.world import World

_BEGINS = (facts.Confirmed.kind, facts.Joined.kind)


def check_drained(world: World) -> None:
    """What it came to: counters, lines and histories agree, nothing idles, each fact and each mail once."""
    for event_id in world.event_ids:
        now = records.read(event_id)
        moves_up = rules.can_promote(world.read_event(event_id), clock.now())
        checks.check_when_drained(now, moves_up=moves_up)
        _check_facts(world, now)
        for each in now.registrations.values():
            _check_requests(each)
            _check_answers_in_time(each)
            _check_seal(each)
        promised_rounds.check(world, now)
        promised_lists.check(world, event_id)
    promised_mails.check(world)
    _check_erased(world)


def _check_seal(registered: Registration) -> None:
    """What they told of food is theirs, and stands under seal alone, whatever has become of them."""
    assert registered.attendee.dietary is None, registered
    told = sealing.unseal(registered).attendee.dietary
    assert told is not None, registered
    assert told.note == f"As {registered.attendee.given_name} likes it", registered


def check_offers_ended(world: World) -> None:
    """The clock has just ticked: no offer stands beyond its end."""
    for event_id in world.event_ids:
        for each in records.read(event_id).registrations.values():
            assert each.offer_expires_at is None or each.offer_expires_at > world.ticked_at, each


def check_commits(world: World) -> None:
    """All that was committed on the way, and that the counters never drifted."""
    written = world.aws.stream_reader.written
    CommitChecker(world.event_ids).check(written, world.aws.commits)
    assert not any(each.sort_key.startswith(f"PROBLEM#{DRIFT}") for each in written)


def _check_facts(world: World, now: records.Records) -> None:
    """What was told is what the histories say, each of their facts once."""
    told = [fact for fact in world.aws.stream_reader.facts if isinstance(fact, facts.RegistrationFact)]
    for whose, each in now.registrations.items():
        mine = [fact.key for fact in told if (fact.event_id, fact.registration_id) == (now.event_id, whose)]
        since = [entry["fact"] == facts.Erased.kind for entry in each.history].count(True)
        written = [
            facts.from_history_entry(now.event_id, whose, r, e).key for r, e in enumerate(each.history, start=1)
        ]
        assert mine[since:] == written[since:]
        assert len(mine) == len(written)


def _check_requests(registration: Registration) -> None:
    """Each request made one registration, however often it came."""
    begun = [entry for entry in registration.history if entry["fact"] in _BEGINS]
    assert len(begun) == len(registration.idempotency_keys), registration


def _check_answers_in_time(registration: Registration) -> None:
    """No offer was taken after its end, but from an organiser's hand, and none ended before."""
    until = ""
    for entry in registration.history:
        until = entry.get("expires_at", until)
        if entry["fact"] == facts.Accepted.kind and "organiser" not in entry:
            assert entry["at"] < until, registration
        if entry["fact"] == facts.Expired.kind:
            assert entry["at"] >= until, registration


def _check_erased(world: World) -> None:
    """Of whoever is erased, and has not come back, nothing is left but under their registration's key."""
    rows = [row.item for row in world.aws.table.table._rows.values()]
    held = {f"{row['PK']['S']} {row['SK']['S']}": json.dumps(row, default=repr) for row in rows}
    for person in filter(world.is_erased, world.people.everybody):
        left = {key for key, row in held.items() if person.id in row or person.email in row}
        assert left == {f"EVENT#{person.event_id} REG#{person.id}"}, (person, left)
