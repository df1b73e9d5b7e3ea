"""Check the promises of a world once nothing is left to be done."""

import json
from typing import Any

from chalicelib import clock, facts
from chalicelib.reconciliation.recounting import DRIFT
from chalicelib.registration import rules, sealing
from chalicelib.registration.model import Registration
from testing.invariants import checks, records
from tests.simulation import promised_lists, promised_mails, promised_rounds
from tests.simulation.commits import CommitChecker
from tests.simulation.world import World

_BEGINS = (facts.Confirmed.kind, facts.Joined.kind)


def check_drained(world: World, *, is_last: bool = False) -> None:
    """Check that counters, lines and histories agree, nothing idles, and each fact and each mail went out once.

    At the last, no mail may be still to come.
    """
    world.watch.look()
    for event_id in world.event_ids:
        event_records = records.read(event_id)
        moves_up = rules.can_promote(world.read_event(event_id), clock.now())
        checks.check_when_drained(event_records, moves_up=moves_up)
        _check_facts(world, event_records)
        for registration in event_records.registrations.values():
            history = world.aws.stream_reader.history(event_id, registration.id)
            _check_requests(registration, history[registration.erased_revision :])
            _check_answers_in_time(registration, history[registration.erased_revision :])
            _check_seal(registration)
        promised_rounds.check(world, event_records)
        promised_lists.check(world, event_id)
    promised_mails.check(world, is_last=is_last)
    _check_erased(world)


def _check_seal(registration: Registration) -> None:
    """Check that dietary details are the person's own, and stored sealed alone, whatever the status.

    Of a person whom another registered there are none.
    """
    assert registration.attendee.dietary is None, registration
    dietary = sealing.unseal(registration).attendee.dietary
    if dietary is None:
        assert registration.leader_id, registration
        assert not registration.companion_ids, registration
        return
    assert dietary.note == f"As {registration.attendee.given_name} likes it", registration


def check_offers_ended(world: World) -> None:
    """Check that no offer stands beyond its end, just after the clock has ticked."""
    for event_id in world.event_ids:
        for registration in records.read(event_id).registrations.values():
            assert registration.offer_expires_at is None or registration.offer_expires_at > world.ticked_at, (
                registration
            )


def check_commits(world: World) -> None:
    """Check all commits, and that the counters never drifted."""
    writes = world.aws.stream_reader.written
    CommitChecker(world.event_ids).check(writes, world.aws.commits)
    assert not any(write.sort_key.startswith(f"PROBLEM#{DRIFT}") for write in writes)


def _check_facts(world: World, now: records.Records) -> None:
    """Check that the facts of the histories were relayed, each of them once."""
    relayed = [fact for fact in world.aws.stream_reader.facts if isinstance(fact, facts.RegistrationFact)]
    for registration_id, registration in now.registrations.items():
        relayed_keys = [
            fact.key
            for fact in relayed
            if (fact.event_id, fact.registration_id) == (now.event_id, registration_id)
        ]
        assert len(relayed_keys) == registration.revision
        for revision, entry in registration.numbered_facts:
            if revision > registration.erased_revision:
                fact = facts.from_history_entry(now.event_id, registration_id, revision, entry)
                assert relayed_keys[revision - 1] == fact.key


def _check_requests(registration: Registration, history: list[dict[str, Any]]) -> None:
    """Check that each request made one registration, however often it came."""
    beginnings = [entry for entry in history if entry["fact"] in _BEGINS]
    assert len(beginnings) == len(registration.idempotency_keys), registration


def _check_answers_in_time(registration: Registration, history: list[dict[str, Any]]) -> None:
    """Check that no offer was accepted after its end, but by an organiser, and none expired before."""
    until = ""
    for entry in history:
        until = entry.get("expires_at", until)
        if entry["fact"] == facts.Accepted.kind and "organiser" not in entry:
            assert entry["at"] < until, registration
        if entry["fact"] == facts.Expired.kind:
            assert entry["at"] >= until, registration


def _check_erased(world: World) -> None:
    """Check that of an erased person only the item of the registration names them."""
    rows = [row.item for row in world.aws.table.table._rows.values()]
    text_by_key = {f"{row['PK']['S']} {row['SK']['S']}": json.dumps(row, default=repr) for row in rows}
    for person in filter(world.is_erased, world.people.persons):
        remaining = {key for key, row in text_by_key.items() if person.id in row or person.email in row}
        assert remaining == {f"EVENT#{person.event_id} REG#{person.id}"}, (person, remaining)
