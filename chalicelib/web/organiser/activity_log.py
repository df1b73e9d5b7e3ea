"""What organisers did at an event, in words: out of the histories, the journal, and the lists they asked for and
sent."""

from collections.abc import Iterator
from typing import Any

from chalice import Blueprint
from chalice.app import Request, Response

from chalicelib.audit import audit_log as written
from chalicelib.audit.audit_log import Entry
from chalicelib.auth.guard import for_organisers
from chalicelib.language import N_, Language, translator
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import store
from chalicelib.travel import flows as manifests
from chalicelib.web.http import requests, responses
from chalicelib.web.http.responses import PRIVATE
from chalicelib.web.http.routing import route
from chalicelib.web.organiser import event_labels, pages, tasks
from chalicelib.web.organiser.history import told

blueprint = Blueprint(__name__)

_NOBODY = {"registration_id": None, "name": None}
SHOWN = 100  #: entries on the page; scripts get all
_DONE = {
    "event-created": N_("%(by)s put the event into the programme."),
    "event-edited": N_("%(by)s edited the event."),
    "capacity": N_("%(by)s changed a capacity."),
    "units-moved": N_("%(by)s moved units from one thing to another."),
    "hold": N_("%(by)s changed what is set aside for “%(subject)s”."),
    "recounted": N_("%(by)s had the event counted anew, and what differed put right."),
    "details-asked": N_("%(by)s had travellers asked by mail for what is missing."),
    "room-shared": N_("%(by)s let %(people)s share a room."),
    "room-parted": N_("%(by)s took back who shares a room with %(people)s."),
    "booked": N_("%(by)s took over what the airline has booked on %(subject)s."),
    "struck-off": N_("%(by)s struck off what there was to do: %(subject)s."),
    "erased": N_("%(by)s had everything about somebody deleted who had asked for it."),
}
_BECAUSE = N_("Because: %(reason)s")
_ASKED = N_("%(by)s had version %(version)s of the lists built.")
_SENT = N_("%(by)s sent version %(version)s of the lists to %(to)s.")
RECIPIENTS = {
    "airline": N_("the airline"),
    "hotel": N_("the hotel"),
    "bus": N_("the bus company"),
    "kitchen": N_("the kitchen"),
    "other": N_("somebody else"),
}


@route(blueprint, "/organiser/events/{event_id}/journal")
@for_organisers
def journal(request: Request, event_id: str) -> Response:
    """What organisers did, the latest first."""
    event, language = programme_store.read(event_id), requests.language(request)
    entries = [*_with_registrations(event, language), *_with_lists(event, language), *_by_itself(event, language)]
    entries.sort(key=lambda entry: str(entry["at"]), reverse=True)
    if requests.wants_page(request):
        shown = entries[:SHOWN]
        return pages.page(request, "organiser/journal.html", event=event, entries=shown, total=len(entries))
    return responses.document({"entries": entries}, headers=PRIVATE)


def _by_itself(event: Event, language: Language) -> Iterator[dict[str, Any]]:
    """What stands in the journal: with whose names as they are now, and what was and is."""
    entries = list(written.of_event(event.id))
    found = tasks.people(event.id, (id for each in entries for id in _ids(each)))
    names = {id: registered.attendee.name for id, registered in found.items()}
    for each in entries:
        yield {"at": each.at, **_NOBODY, "text": _text(each, event, names, language)} | {
            "changes": [
                {
                    "what": _called(each.kind, change.what, event, names, language),
                    "before": event_labels.shown(change.what, change.before, language),
                    "after": event_labels.shown(change.what, change.after, language),
                }
                for change in each.changes
                if each.kind != "booked" or change.what in names
            ]
        }


def _called(kind: str, what: str, event: Event, names: dict[str, str], language: Language) -> str:
    if kind == "booked":
        return names[what]
    if kind == "hold":
        return event.titles((what,), language) or what
    return what if kind == "recounted" else event_labels.called(what, event, language)


def _ids(entry: Entry) -> Iterator[str]:
    yield from entry.people
    if entry.kind == "booked":
        yield from (change.what for change in entry.changes)


def _text(entry: Entry, event: Event, names: dict[str, str], language: Language) -> str:
    say = translator(language)
    subject = say(tasks.CALLED[entry.subject]) if entry.subject in tasks.CALLED else entry.subject
    if entry.kind == "booked":
        subject = event.titles((entry.subject,), language) or entry.subject
    people = say(N_(" and ")).join(names.get(id, "–") for id in entry.people)
    text = say(_DONE.get(entry.kind, entry.kind)) % {"by": entry.word.by, "subject": subject, "people": people}
    return f"{text} {say(_BECAUSE) % {'reason': entry.word.reason}}" if entry.word.reason else text


def _with_registrations(event: Event, language: Language) -> Iterator[dict[str, Any]]:
    for each in store.registrations(event.id):
        for entry in each.history:
            if "organiser" in entry or entry.get("by") == "organiser":
                whose = {"registration_id": each.id, "name": each.attendee.name}
                yield {"at": entry["at"], **whose, "text": told(entry, event, language), "changes": []}


def _with_lists(event: Event, language: Language) -> Iterator[dict[str, Any]]:
    say = translator(language)
    for each in manifests.versions(event.id):
        what = {"version": each.version, "by": each.requested_by}
        yield {"at": each.requested_at, **_NOBODY, "text": say(_ASKED) % what, "changes": []}
        for sent in each.sent:
            what = {"version": each.version, "by": sent.by, "to": say(RECIPIENTS[sent.to])}
            yield {"at": sent.at, **_NOBODY, "text": say(_SENT) % what, "changes": []}
