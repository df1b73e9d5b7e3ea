"""The activity log of an event: the organisers' actions in words.

They come from the histories of registrations, from the audit log and from the manifests.
"""

from collections.abc import Iterator
from typing import Any

from typing_extensions import TypedDict

from chalicelib.audit import audit_log
from chalicelib.audit.audit_log import AuditEntry
from chalicelib.language import N_, Language, get_translator
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import store
from chalicelib.travel import store as manifests
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request
from chalicelib.web.http.models import DateTime
from chalicelib.web.http.operations import HTML, ORGANISERS
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.variants import Variants
from chalicelib.web.organiser import event_labels, pages, tasks
from chalicelib.web.records import sentences
from chalicelib.web.records.history import format_entry

blueprint = Blueprint(__name__, tag="tasks")

_NO_REGISTRATION = {"registration_id": None, "name": None}
MAX_SHOWN = 100  #: entries on the page; scripts get all
_MANIFEST_REQUESTED = N_("%(by)s had version %(version)s of the lists built.")
_MANIFEST_SENT = N_("%(by)s sent version %(version)s of the lists to %(to)s.")


class ChangeInWords(TypedDict):
    """A value that an action changed, before and after it."""

    what: str
    before: str
    after: str


class Activity(TypedDict):
    """An action in words, and the registration that it was about, if it was about one."""

    at: DateTime
    registration_id: str | None
    name: str | None
    text: str
    changes: list[ChangeInWords]


class ActivityLog(TypedDict):
    """The actions of an event's organisers."""

    entries: list[Activity]


@route(blueprint, "/organiser/events/{event_id}/journal", roles=ORGANISERS, answers={200: (ActivityLog, HTML)})
def get_activity_log(request: Request, event_id: str) -> Variants:
    """List the organisers' actions, the latest first; also of a broken event, whose allotments have no titles."""
    event, language = programme_store.read_document(event_id).event, requests.negotiate_language(request)
    entries = [
        *_read_histories(event_id, event, language),
        *_read_manifests(event_id, language),
        *_read_audit_log(event_id, event, language),
    ]
    entries.sort(key=lambda entry: str(entry["at"]), reverse=True)
    return Variants(
        json=lambda: responses.json_response({"entries": entries}, headers=PRIVATE_HEADERS),
        page=lambda: pages.render_page(
            request,
            "organiser/journal.html",
            event=event,
            event_id=event_id,
            entries=entries[:MAX_SHOWN],
            total=len(entries),
        ),
    )


def _read_audit_log(event_id: str, event: Event | None, language: Language) -> Iterator[dict[str, Any]]:
    """Read the audit log, with names as they are now and the values before and after."""
    entries = list(audit_log.list_entries(event_id))
    ids = (id for each in entries for id in _iterate_registration_ids(each))
    registrations = tasks.find_registrations(event_id, ids)
    names = {id: registration.attendee.name for id, registration in registrations.items()}
    for each in entries:
        yield {
            "at": each.at,
            **_NO_REGISTRATION,
            "text": sentences.format_audit_entry(each, event, names, language),
        } | {
            "changes": [
                {
                    "what": _label_change(each.kind, change.what, event, names, language),
                    "before": event_labels.format_value(change.what, change.before, language),
                    "after": event_labels.format_value(change.what, change.after, language),
                }
                for change in each.changes
                if each.kind != "booked" or change.what in names
            ]
        }


def _label_change(kind: str, subject: str, event: Event | None, names: dict[str, str], language: Language) -> str:
    if kind == "booked":
        return names[subject]
    if kind == "hold":
        return sentences.join_titles((subject,), event, language) or subject
    return subject if kind == "recounted" else event_labels.label_path(subject, event, language)


def _iterate_registration_ids(entry: AuditEntry) -> Iterator[str]:
    yield from entry.registration_ids
    if entry.kind == "booked":
        yield from (change.what for change in entry.changes)


def _read_histories(event_id: str, event: Event | None, language: Language) -> Iterator[dict[str, Any]]:
    for each in store.list_registrations(event_id):
        for entry in each.known_facts:
            if "organiser" in entry or entry.get("by") == "organiser":
                whose = {"registration_id": each.id, "name": each.attendee.name}
                yield {"at": entry["at"], **whose, "text": format_entry(entry, event, language), "changes": []}


def _read_manifests(event_id: str, language: Language) -> Iterator[dict[str, Any]]:
    say = get_translator(language)
    for each in manifests.list_newest_first(event_id):
        what = {"version": each.version, "by": each.requested_by}
        yield {"at": each.requested_at, **_NO_REGISTRATION, "text": say(_MANIFEST_REQUESTED) % what, "changes": []}
        for sent in each.sent:
            what = {"version": each.version, "by": sent.by, "to": say(sentences.RECIPIENT_NAMES[sent.to])}
            yield {"at": sent.at, **_NO_REGISTRATION, "text": say(_MANIFEST_SENT) % what, "changes": []}
