"""What a change writes into registrations and waitlist entries: the parts that transactions are made of."""

from datetime import datetime
from typing import Any

from chalicelib import facts, keys
from chalicelib.facts import RegistrationFact
from chalicelib.items import Put, Update
from chalicelib.keys import timestamp
from chalicelib.registration.model import Registration, WaitlistEntry
from chalicelib.registration.rules import Recount


def new_registration(registration: Registration) -> Update:
    """A registration where there is none, or a cancelled one taken up again, with its history kept. A late
    repetition of a request that it was ever made by does not bring it back."""
    return Update(
        key=keys.registration_key(registration.event_id, registration.id),
        expression="SET #status = :status, needs = :needs, waiting_for = :waiting_for,"
        " registered_at = :registered_at, #rank = :rank, attendee = :attendee,"
        " history = list_append(if_not_exists(history, :nothing), :happened) ADD requests :requests",
        condition="attribute_not_exists(PK) OR (#status = :cancelled AND NOT contains(requests, :request))",
        names={"#status": "status", "#rank": "rank"},
        values={
            ":status": registration.status,
            ":needs": list(registration.needs),
            ":waiting_for": list(registration.waiting_for),
            ":registered_at": timestamp(registration.registered_at),
            ":rank": registration.rank,
            ":attendee": registration.attendee.model_dump(mode="json", exclude_defaults=True),
            ":requests": {registration.request},
            ":request": registration.request,
            ":nothing": [],
            ":happened": list(registration.history),
            ":cancelled": "cancelled",
        },
    )


def of_entry(
    event_id: str,
    entry: WaitlistEntry,
    status: str,
    waiting_for: tuple[str, ...],
    happened: tuple[RegistrationFact, ...],
) -> Update:
    """What becomes of a registration that waits as its entry said when it was read."""
    return Update(
        key=keys.registration_key(event_id, entry.registration_id),
        expression="SET #status = :status, waiting_for = :waiting_for, history = list_append(history, :happened)",
        condition="#status = :waiting AND #rank = :rank AND waiting_for = :seen",
        names={"#status": "status", "#rank": "rank"},
        values={
            ":status": status,
            ":waiting_for": list(waiting_for),
            ":happened": [facts.entry(fact) for fact in happened],
            ":waiting": "waiting",
            ":rank": entry.rank,
            ":seen": list(entry.waiting_for),
        },
    )


def of_registration(
    registration: Registration, status: str, waiting_for: tuple[str, ...], happened: RegistrationFact
) -> Update:
    """What becomes of a registration as it was read; an offer ends with it."""
    return Update(
        key=keys.registration_key(registration.event_id, registration.id),
        expression="SET #status = :status, waiting_for = :waiting_for, history = list_append(history, :happened)"
        " REMOVE offer_expires_at, waited_for, due_shard, due_at",
        condition="#status = :was AND waiting_for = :seen AND size(history) = :revision",
        names={"#status": "status"},
        values={
            ":status": status,
            ":waiting_for": list(waiting_for),
            ":happened": [facts.entry(happened)],
            ":was": registration.status,
            ":seen": list(registration.waiting_for),
            ":revision": registration.revision,
        },
    )


def new_entry(registration: Registration) -> Put:
    return Put(
        {
            **keys.waiting_key(registration.event_id, registration.rank),
            "needs": list(registration.needs),
            "waiting_for": list(registration.waiting_for),
            "passed_for": [],
            "sat_out": -1,
        }
    )


def recounted(event_id: str, move: Recount) -> Update:
    passed_for = move.waiting_for if move.passed else move.entry.passed_for
    return Update(
        key=keys.waiting_key(event_id, move.entry.rank),
        expression="SET waiting_for = :waiting_for, passed_for = :passed_for",
        condition="waiting_for = :seen",
        names={},
        values={
            ":waiting_for": list(move.waiting_for),
            ":passed_for": list(passed_for),
            ":seen": list(move.entry.waiting_for),
        },
    )


def entry_fact(
    event_id: str, entry: WaitlistEntry, kind: type[RegistrationFact], now: datetime, **said: Any
) -> RegistrationFact:
    """A fact of a registration that was not read: its revision is its place in the history, not written in it."""
    return kind(event_id=event_id, registration_id=entry.registration_id, revision=0, at=timestamp(now), **said)


def fact(registration: Registration, kind: type[RegistrationFact], now: datetime, **said: Any) -> RegistrationFact:
    return kind(
        event_id=registration.event_id,
        registration_id=registration.id,
        revision=registration.revision + 1,
        at=timestamp(now),
        **{"needs": registration.needs, **said},
    )
