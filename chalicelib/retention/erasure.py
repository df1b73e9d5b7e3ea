"""Erasure: everything about somebody at an event is deleted, at their own wish or an organiser's for them.

What is left for a while is that there was a registration, under its keyed hash: how many facts it had been
through, so that whoever registers anew is not taken for a repetition, and messages that are still on their way
find nobody. Then DynamoDB deletes that too.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib import facts
from chalicelib.audit import audit_log
from chalicelib.audit.audit_log import Entry, Word
from chalicelib.aws import table
from chalicelib.aws.items import Delete, Item, Put, Update
from chalicelib.aws.keys import Key, registration_key, skip_key, timestamp
from chalicelib.aws.table import Refused
from chalicelib.facts import Erased
from chalicelib.problems import TooBusy
from chalicelib.registration import updates
from chalicelib.registration.flows import ATTEMPTS, cancel, find
from chalicelib.registration.model import By, Registration
from chalicelib.retention import personal_data

#: Longer than any message about it lives, also among the dead letters, and than the table's past is kept, from
#: which nobody who was erased may come back.
KEPT_AFTERWARDS = timedelta(days=36)


def erase(event_id: str, registration_id: str, by: By, now: datetime, word: Word | None = None) -> None:
    """Cancel the registration, if it is not, and delete everything about the person, by an organiser's word, if it
    is one.

    May be stopped at any step and be done again: the registration goes last. What goes behind it, records of mails
    and lists for the journey, follows from the fact that it is erased. Raises LinkNotValid when there is none (any
    more), and TooBusy.
    """
    done = [audit_log.put(Entry(event_id, "erased", word, timestamp(now)))] if word else []
    for _ in range(ATTEMPTS):
        registration = find(event_id, registration_id)
        if registration.status != "cancelled":
            cancel(event_id, registration_id, by, now)
            continue
        with suppress(Refused):
            _erase_beside(event_id, registration_id)
            table.transact(_erased(registration, now), *done)
            return
    raise TooBusy


def _erase_beside(event_id: str, registration_id: str) -> None:
    """What is about them beside their registration; raises Refused where somebody else changes it just then."""
    for item in personal_data.records(event_id, registration_id):
        _delete({"PK": item["PK"], "SK": item["SK"]})
    for entry in personal_data.decisions(event_id, registration_id):
        _unsay(entry, registration_id)
    for skip in personal_data.skips(event_id, registration_id):
        _unname(event_id, skip)


def _delete(key: Key) -> None:
    with suppress(Refused):  # it is gone already
        table.transact(Delete(key))


def _unsay(entry: Item, registration_id: str) -> None:
    """An entry of the journal goes with whom it is about; one that says what is booked for others as well stays
    without them. Nothing else ever changes one, but these may be erased at the same time."""
    if registration_id in entry["people"]:
        _delete({"PK": entry["PK"], "SK": entry["SK"]})
        return
    others = [each for each in entry["changes"] if each["what"] != registration_id]
    as_read = {":known": entry["changes"]}
    table.write(Put({**entry, "changes": others}, condition="changes = :known", values=as_read))


def _unname(event_id: str, skip: Item) -> None:
    """That somebody got in ahead stays on record for those who were passed; not who."""
    at = skip["SK"].split("#")[1]
    with suppress(Refused):
        table.write(Put({**skip, **skip_key(event_id, at, "")}))
    _delete({"PK": skip["PK"], "SK": skip["SK"]})


def _erased(registration: Registration, now: datetime) -> Update:
    """The registration, cancelled as it was read, without anything but the number of its facts."""
    erased = Erased(
        event_id=registration.event_id,
        registration_id=registration.id,
        revision=registration.revision + 1,
        at=timestamp(now),
    )
    gone = ("attendee", updates.SEALED, "requests", "#rank", "#party", "brought", "registered_at")
    return Update(
        key=registration_key(registration.event_id, registration.id),
        expression="SET history = :history, needs = :none, in_line = :none, expires_at = :then"
        f" REMOVE {', '.join(gone)}",
        condition="#status = :cancelled AND size(history) = :known",
        names={"#status": "status", "#rank": "rank", "#party": "party"},
        values={
            ":history": [facts.entry(erased)] * erased.revision,
            ":none": [],
            ":then": int((now + KEPT_AFTERWARDS).timestamp()),
            ":cancelled": "cancelled",
            ":known": registration.revision,
        },
    )
