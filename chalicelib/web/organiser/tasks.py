"""What organisers have to do at an event: the list, and striking something off it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chalicelib import clock, facts
from chalicelib.audit import audit_log, tasks
from chalicelib.audit.audit_log import Actor, AuditEntry
from chalicelib.audit.tasks import Task
from chalicelib.auth.guard import read_signed_in_email, require_organiser
from chalicelib.aws import keys, table
from chalicelib.aws.keys import format_timestamp
from chalicelib.language import N_, Language, get_translator
from chalicelib.mail.letters.kinds import MAIL_KINDS
from chalicelib.problems import NotFound
from chalicelib.programme import dates
from chalicelib.programme import store as programme_store
from chalicelib.registration import store
from chalicelib.registration.model import Registration
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.organiser import manifests, pages

blueprint = Blueprint(__name__)

#: What is said of each kind, with its parameters; of a mail, `mail` is what it is called.
_SENTENCES = {
    "mail-bounced": N_(
        "The mail “%(mail)s” came back: the address is mistyped, or takes no mail any more."
        " Reach them another way."
    ),
    "mail-complained": N_(
        "The mail “%(mail)s” was marked as unwanted. They get only answers to what they do themselves from now on."
    ),
    "counters-differ": N_(
        "%(differences)s of the event's counters differ from what its registrations say. Have the event counted"
        " anew and repaired."
    ),
    "names-due": N_("The airline wants the names by %(due)s: build the lists, check them and send them."),
    "rooms-due": N_("The hotel wants the names and rooms by %(due)s: build the lists, check them and send them."),
    "release-due": N_("Until %(due)s part of what is booked can be given back: see what is still needed."),
    "mail-refused": N_("The mail “%(mail)s” could not be sent to this address. Reach them another way."),
}
#: What each kind is called, where only that is left of it.
KIND_NAMES = {
    "mail-bounced": N_("a mail came back"),
    "mail-complained": N_("a mail was marked as unwanted"),
    "mail-refused": N_("a mail could not be sent"),
    "counters-differ": N_("the counters differ"),
    "names-due": N_("the airline wants the names"),
    "rooms-due": N_("the hotel wants the names and rooms"),
    "release-due": N_("part of what is booked can be given back"),
}
_UNKNOWN_KIND = N_("Something is wrong here: please ask whoever runs the service.")


@route(blueprint, "/organiser/events/{event_id}/problems")
@require_organiser
def problems(request: Request, event_id: str) -> Response:
    """What went wrong at the event and waits for the organiser, the latest first."""
    event = programme_store.read_cached(event_id)
    if requests.prefers_html(request):
        found = list_tasks(event_id, requests.negotiate_language(request))
        manifest = manifests.find_newest(event_id)
        return pages.render_page(
            request, "organiser/problems.html", event=event, problems=found, manifest=manifest
        )
    return responses.json_response(
        {"problems": list_tasks(event_id, requests.negotiate_language(request))}, headers=PRIVATE_HEADERS
    )


@route(blueprint, "/organiser/events/{event_id}/problems/{problem_id}/resolution", "POST")
@require_organiser
def resolve_problem(request: Request, event_id: str, problem_id: str) -> Response:
    """Strike it off the list: 204; a form goes back to the page, also when somebody else has done it just now."""
    word, kind = Actor(read_signed_in_email(request)), problem_id.partition(".")[0]
    done = audit_log.build_put(AuditEntry(event_id, "struck-off", word, format_timestamp(clock.now()), kind))
    found = tasks.resolve(event_id, problem_id, done)
    if requests.is_form(request):
        back = (
            ("events", event_id, "problems")
            if requests.query_parameters(request).get("back") == "problems"
            else ()
        )
        return pages.redirect(request, *back, done="resolved")
    if not found:
        raise NotFound
    return responses.no_content()


def list_tasks(event_id: str, language: Language) -> list[dict[str, Any]]:
    """The event's list in the language, with the names and addresses as they are now. Whoever was erased is not
    on it any more."""
    everything = tasks.list_open(event_id)
    found = find_registrations(event_id, (each.registration_id for each in everything))
    return [
        _serialize_task(each, found.get(each.registration_id), language)
        for each in everything
        if not each.registration_id or each.registration_id in found
    ]


def find_registrations(event_id: str, registration_ids: Iterable[str]) -> dict[str, Registration]:
    """The registrations of these ids as they are now, by id; without whoever was erased."""
    wanted = [
        keys.registration_key(event_id, registration_id)
        for registration_id in sorted(set(registration_ids) - {""})
    ]
    found = (item for item in table.get_many(wanted) if not store.is_erased(item))
    return {keys.parse_registration_id(item): store.deserialize_registration(item) for item in found}


def _serialize_task(task: Task, registration: Registration | None, language: Language) -> dict[str, Any]:
    mail = facts.parse_kind(task.parameters["mail"]) if "mail" in task.parameters else None
    say = get_translator(language)
    called = {"mail": say(MAIL_KINDS[mail].title)} if mail in MAIL_KINDS else {}
    if due := task.parameters.get("due"):
        called |= {"due": dates.format_date_time(datetime.fromisoformat(due), language)}
    return {
        "id": task.id,
        "kind": task.kind,
        "registration_id": registration.id if registration else None,
        "name": registration.attendee.name if registration else None,
        "email": registration.attendee.email if registration else None,
        "at": task.at,
        "mail": mail,
        "detail": say(_SENTENCES.get(task.kind, _UNKNOWN_KIND)) % {**task.parameters, **called},
    }
