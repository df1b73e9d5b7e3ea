"""Telling everybody at an event something: page by page, each once, wherever it was stopped.

A round's step writes the fact into the history of each registration of one page, and then how far it has come,
which the stream turns into the next step. What each is told by is the history: so a step that crashed, or comes
twice, tells nobody twice.
"""

from contextlib import suppress
from datetime import datetime

from chalicelib import facts
from chalicelib.audit import audit_log, tasks
from chalicelib.audit.audit_log import Entry, Word
from chalicelib.aws import keys, table
from chalicelib.aws.keys import timestamp
from chalicelib.aws.table import Refused
from chalicelib.broadcasts import deadlines, rules, store
from chalicelib.broadcasts.model import Round, change_round, details_round, reminder_round
from chalicelib.facts import EventChanged, RegistrationFact, RoundDue
from chalicelib.problems import TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import store as registrations
from chalicelib.registration.model import Registration
from chalicelib.registration.notes import note_next

PAGE = 50  #: registrations told in one step: seconds, of the half minute that there is
_ATTEMPTS = 10


def tell_of_change(change: EventChanged, now: datetime) -> None:
    """Begin telling everybody who comes what has changed; begun before, nothing happens."""
    store.begin(change_round(change), now)


def remind(event_id: str, since: datetime, now: datetime) -> None:
    """Begin the reminder that has become due since then, as the event is dated now, warn of the deadlines that
    draw near, and wait for what is due next; a reminder begun before for that day is not begun again."""
    stored = programme_store.read_stored(event_id)
    for warning in deadlines.warnings(stored.event, since, now):
        tasks.note(warning)
    if days := rules.reminder_due(stored.event, since, now):
        store.begin(reminder_round(stored.event, days), now)
    programme_store.look_again(stored, rules.next_due(stored.event, now), now)


def ask_for_details(event_id: str, now: datetime, word: Word | None = None) -> None:
    """Begin asking whoever travels for what they have not told, by an organiser's word; raises EventNotFound."""
    programme_store.read(event_id)
    done = [audit_log.put(Entry(event_id, "details-asked", word, timestamp(now)))] if word else []
    store.begin(details_round(event_id, now.strftime("%Y%m%d%H%M")), now, *done)


def step(due: RoundDue, now: datetime) -> None:
    """Tell one page of the round, unless that was done before. Raises TooBusy, to be done again."""
    current = store.find(due.event_id, due.round_id)
    if current is None or current.is_done or current.after != due.after:
        return
    event = programme_store.read_stored(due.event_id).event
    page = [] if rules.is_over(current, event, now) else store.page(current, PAGE)
    for item in page:
        if not registrations.is_erased(item):
            _tell(current, registrations.as_registration(item), event, now)
    if len(page) < PAGE:
        store.finish(current)
    else:
        store.advance(current, keys.registration_id(page[-1]))


def _tell(current: Round, registration: Registration, event: Event, now: datetime) -> None:
    """Put it into the history, on condition that nothing has happened since that was looked at."""
    found: Registration | None = registration
    for _ in range(_ATTEMPTS):
        if found is None or not rules.is_told(current, found, event, now):
            return
        with suppress(Refused):
            table.write(note_next(_next_fact(current, found, now)))
            return
        found = registrations.find(event.id, registration.id)
    raise TooBusy


def _next_fact(current: Round, registration: Registration, now: datetime) -> RegistrationFact:
    written = {**rules.said_to(current, registration), "at": timestamp(now)}
    return facts.from_entry(registration.event_id, registration.id, registration.revision + 1, written)
