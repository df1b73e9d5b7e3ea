"""The flow of a broadcast: page by page, to each recipient once, wherever it was stopped.

A step appends the fact to the history of each registration of one page, and then records the broadcast's progress,
from which the stream derives the next step. The history is also what the mail is sent from: so a step that crashed
or was redelivered (at-least-once) sends nothing twice.
"""

from datetime import datetime

from chalicelib import facts
from chalicelib.audit import audit_log, tasks
from chalicelib.audit.audit_log import Actor, AuditEntry
from chalicelib.aws import keys, table
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.retry import LostRace, retried
from chalicelib.broadcasts import deadlines, rules, store
from chalicelib.broadcasts.model import (
    Broadcast,
    build_change_broadcast,
    build_details_broadcast,
    build_reminder_broadcast,
)
from chalicelib.facts import BroadcastDue, EventChanged, RegistrationFact
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import store as registrations
from chalicelib.registration.model import Registration
from chalicelib.registration.notes import build_guarded_note

PAGE_SIZE = 50  #: registrations in one step, which takes seconds of the half minute that a run has


def begin_change_broadcast(change: EventChanged, now: datetime) -> None:
    """Begin the broadcast of a change of the event; idempotent."""
    store.begin(build_change_broadcast(change), now)


def process_due_event(event_id: str, since: datetime, now: datetime) -> None:
    """Do what is due at an event since then: begin its reminder, add tasks for deadlines, and reschedule it.

    Broadcasts that stopped on their way are resumed, as they do while the event is broken. Idempotent: a reminder
    for the same day is begun once.
    """
    stored = programme_store.read_current(event_id)
    store.resume_all(event_id)
    for warning in deadlines.build_warnings(stored.event, since, now):
        tasks.add(warning)
    if days := rules.find_due_reminder(stored.event, since, now):
        store.begin(build_reminder_broadcast(stored.event, days), now)
    programme_store.reschedule(stored, rules.find_next_due(stored.event, now), now)


def ask_for_details(event_id: str, now: datetime, actor: Actor | None = None) -> None:
    """Begin the broadcast that asks travellers for missing details; raises EventNotFound."""
    programme_store.read_cached(event_id)
    entries = (
        [audit_log.build_put(AuditEntry(event_id, "details-asked", actor, format_timestamp(now)))] if actor else []
    )
    store.begin(build_details_broadcast(event_id, now.strftime("%Y%m%d%H%M")), now, *entries)


def process_page(fact: BroadcastDue, now: datetime) -> None:
    """Send one page of the broadcast, unless that was done before.

    Raises TooBusy, to be redelivered, and EventBroken: the broadcast is resumed when the event is put right.
    """
    current = store.find(fact.event_id, fact.round_id)
    if current is None or current.is_done or current.after != fact.after:
        return
    event = programme_store.read_current(fact.event_id).event
    page = [] if rules.is_over(current, event, now) else store.read_page(current, PAGE_SIZE)
    for item in page:
        if not registrations.is_erased(item):
            _append_fact(current, registrations.deserialize_registration(item), event, now)
    if len(page) < PAGE_SIZE:
        store.finish(current)
    else:
        store.advance(current, keys.parse_registration_id(page[-1]))


def _append_fact(broadcast: Broadcast, registration: Registration, event: Event, now: datetime) -> None:
    """Append the fact to the history of the registration as the page had it; after a lost race, as it is now."""
    try:
        _append_once(broadcast, registration, event, now)
    except LostRace:
        _append_to_current(broadcast, registration.id, event, now)


@retried()
def _append_to_current(broadcast: Broadcast, registration_id: str, event: Event, now: datetime) -> None:
    if registration := registrations.find(event.id, registration_id):
        _append_once(broadcast, registration, event, now)


def _append_once(broadcast: Broadcast, registration: Registration, event: Event, now: datetime) -> None:
    """Append the fact if the registration is a recipient; raises LostRace when its history has grown since."""
    if rules.is_recipient(broadcast, registration, event, now):
        table.write(build_guarded_note(registration, _build_next_fact(broadcast, registration, now)))


def _build_next_fact(broadcast: Broadcast, registration: Registration, now: datetime) -> RegistrationFact:
    entry = {**rules.payload_for(broadcast, registration), "at": format_timestamp(now)}
    return facts.from_history_entry(registration.event_id, registration.id, registration.revision + 1, entry)
