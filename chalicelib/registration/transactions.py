"""The transactions that keep registrations, waitlist and counters in agreement.

Each change writes the registration, the event's PLACES and, where it touches the waitlist, the waitlist's
entry: all or nothing. Whatever a decision rested on stands in the conditions; where one no longer holds,
`table.Refused` is raised, nothing is written, and the caller decides anew.
"""

from datetime import datetime
from typing import Any

from chalicelib import facts, keys, table
from chalicelib.facts import RegistrationFact
from chalicelib.items import Delete, Put, Update, Write
from chalicelib.keys import timestamp
from chalicelib.registration.counters import Counters
from chalicelib.registration.model import ORDINARY, By, Registration, WaitlistEntry
from chalicelib.registration.rules import Promotion, Recount
from chalicelib.table import Refused

PLACES, REGISTRATION = 0, 1  #: where these stand in `Refused.found`
_LINK_REQUESTS_KEPT = 86_400  # seconds


def rank(joined_at: str, registration_id: str) -> str:
    """What the waitlist is ordered by; as the waitlist's key it belongs to one joining of one registration."""
    return f"{ORDINARY}#{joined_at}#{registration_id}"


def confirm(registration: Registration, allotments: tuple[str, ...]) -> None:
    """Write a new, confirmed registration. `allotments` are all of the event's: none may be both free and
    waited for, or a newcomer could overtake somebody."""
    counters = Counters(registration.event_id)
    counters.take(registration.needs)
    counters.require_settled(allotments)
    table.transact(counters.update(), _new(registration))


def join(registration: Registration, joined_at: str, full: tuple[str, ...]) -> None:
    """Write a new, waiting registration and its entry at the end of the waitlist, while all of `full` is full.

    What it waits for besides may be free, on its way to somebody ahead: that it joined has the line looked at.
    """
    counters = Counters(registration.event_id)
    counters.wait(registration.waiting_for)
    counters.require_full(full)
    counters.joined(joined_at)
    entry = {
        **keys.waiting_key(registration.event_id, registration.rank),
        "needs": list(registration.needs),
        "waiting_for": list(registration.waiting_for),
        "passed_for": [],
    }
    table.transact(counters.update(), _new(registration), Put(entry))


def promote(event_id: str, promotion: Promotion, now: datetime) -> None:
    """Give the entry its places."""
    entry = promotion.entry
    counters = Counters(event_id)
    counters.take(entry.needs)
    counters.stop_waiting(entry.waiting_for)
    counters.require_full(promotion.passing)
    happened = _entry_fact(event_id, entry.registration_id, facts.Promoted, now, needs=entry.needs)
    table.transact(
        counters.update(),
        _waiting_on(event_id, entry, "confirmed", (), (happened,)),
        Delete(keys.waiting_key(event_id, entry.rank)),
    )


def recount(event_id: str, move: Recount, now: datetime) -> None:
    """Write down what the entry waits for now, and that it was passed."""
    entry = move.entry
    counters = Counters(event_id)
    counters.stop_waiting(name for name in entry.waiting_for if name not in move.waiting_for)
    counters.wait(name for name in move.waiting_for if name not in entry.waiting_for)
    counters.require_full(move.waiting_for)
    passed = (
        (_entry_fact(event_id, entry.registration_id, facts.Passed, now, waiting_for=move.waiting_for),)
        if move.passed
        else ()
    )
    table.transact(
        counters.update(),
        _waiting_on(event_id, entry, "waiting", move.waiting_for, passed),
        _entry_update(event_id, move),
    )


def cancel(registration: Registration, by: By, now: datetime) -> None:
    """Cancel the registration as it was read, and give back its units or its place in the waitlist."""
    waiting = registration.status == "waiting"
    counters = Counters(registration.event_id)
    counters.give_back(() if waiting else registration.needs)
    counters.stop_waiting(registration.waiting_for)
    happened = facts.Cancelled(
        event_id=registration.event_id,
        registration_id=registration.id,
        revision=registration.revision + 1,
        at=timestamp(now),
        was=registration.status,
        needs=registration.needs,
        by=by,
    )
    cancelled = Update(
        key=keys.registration_key(registration.event_id, registration.id),
        expression="SET #status = :cancelled, waiting_for = :nothing, history = list_append(history, :happened)",
        condition="#status = :was AND waiting_for = :waiting_for AND size(history) = :revision",
        names={"#status": "status"},
        values={
            ":cancelled": "cancelled",
            ":nothing": [],
            ":happened": [facts.entry(happened)],
            ":was": registration.status,
            ":waiting_for": list(registration.waiting_for),
            ":revision": registration.revision,
        },
    )
    entry: tuple[Write, ...] = (
        (Delete(keys.waiting_key(registration.event_id, registration.rank)),) if waiting else ()
    )
    table.transact(counters.update(), cancelled, *entry)


def request_link(event_id: str, registration_id: str, now: datetime) -> None:
    """Ask for a mail with the link to the registered address; asked again within the hour it changes nothing."""
    hour = now.strftime("%Y%m%d%H")
    request = {
        **keys.link_request_key(event_id, registration_id, hour),
        "requested_at": timestamp(now),
        "expires_at": int(now.timestamp()) + _LINK_REQUESTS_KEPT,
    }
    try:
        table.write(Put(request))
    except Refused:
        return


def _new(registration: Registration) -> Update:
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


def _waiting_on(
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


def _entry_update(event_id: str, move: Recount) -> Update:
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


def _entry_fact(
    event_id: str, registration_id: str, kind: type[RegistrationFact], now: datetime, **said: Any
) -> RegistrationFact:
    """A fact of a registration that was not read: its revision is its place in the history, not written in it."""
    return kind(event_id=event_id, registration_id=registration_id, revision=0, at=timestamp(now), **said)
