"""Telling everybody at an event something: page by page, each once, wherever it was stopped.

A round's step writes the fact into the history of each registration of one page, and then how far it has come,
which the stream turns into the next step. What each is told by is the history: so a step that crashed, or comes
twice, tells nobody twice.
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

PAGE_SIZE = 50  #: registrations told in one step: seconds, of the half minute that there is


def begin_change_broadcast(change: EventChanged, now: datetime) -> None:
    """Begin telling everybody who comes what has changed; begun before, nothing happens."""
    store.begin(build_change_broadcast(change), now)


def process_due_event(event_id: str, since: datetime, now: datetime) -> None:
    """Begin the reminder that has become due since then, as the event is dated now, warn of the deadlines that
    draw near, and wait for what is due next; a reminder begun before for that day is not begun again."""
    stored = programme_store.read_current(event_id)
    for warning in deadlines.build_warnings(stored.event, since, now):
        tasks.add(warning)
    if days := rules.find_due_reminder(stored.event, since, now):
        store.begin(build_reminder_broadcast(stored.event, days), now)
    programme_store.reschedule(stored, rules.find_next_due(stored.event, now), now)


def ask_for_details(event_id: str, now: datetime, actor: Actor | None = None) -> None:
    """Begin asking whoever travels for what they have not told, by an organiser's word; raises EventNotFound."""
    programme_store.read_cached(event_id)
    done = (
        [audit_log.build_put(AuditEntry(event_id, "details-asked", actor, format_timestamp(now)))] if actor else []
    )
    store.begin(build_details_broadcast(event_id, now.strftime("%Y%m%d%H%M")), now, *done)


def process_page(fact: BroadcastDue, now: datetime) -> None:
    """Tell one page of the round, unless that was done before. Raises TooBusy, to be done again."""
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
        table.write(build_guarded_note(_build_next_fact(broadcast, registration, now)))


def _build_next_fact(broadcast: Broadcast, registration: Registration, now: datetime) -> RegistrationFact:
    written = {**rules.payload_for(broadcast, registration), "at": format_timestamp(now)}
    return facts.from_history_entry(registration.event_id, registration.id, registration.revision + 1, written)
