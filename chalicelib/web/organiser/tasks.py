"""What organisers have to do at an event: the list, and striking something off it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chalice import Blueprint
from chalice.app import Request, Response

from chalicelib import clock, facts
from chalicelib.audit import audit_log, tasks
from chalicelib.audit.audit_log import Entry, Word
from chalicelib.audit.tasks import Todo
from chalicelib.auth.guard import for_organisers, organiser
from chalicelib.aws import keys, table
from chalicelib.aws.keys import timestamp
from chalicelib.language import N_, Language, translator
from chalicelib.mail.letters.kinds import KINDS
from chalicelib.problems import NotFound
from chalicelib.programme import dates
from chalicelib.programme import store as programme_store
from chalicelib.registration import store
from chalicelib.registration.model import Registration
from chalicelib.web.http import requests, responses
from chalicelib.web.http.responses import PRIVATE
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
CALLED = {
    "mail-bounced": N_("a mail came back"),
    "mail-complained": N_("a mail was marked as unwanted"),
    "mail-refused": N_("a mail could not be sent"),
    "counters-differ": N_("the counters differ"),
    "names-due": N_("the airline wants the names"),
    "rooms-due": N_("the hotel wants the names and rooms"),
    "release-due": N_("part of what is booked can be given back"),
}
_ANY = N_("Something is wrong here: please ask whoever runs the service.")


@route(blueprint, "/organiser/events/{event_id}/problems")
@for_organisers
def problems(request: Request, event_id: str) -> Response:
    """What went wrong at the event and waits for the organiser, the latest first."""
    event = programme_store.read(event_id)
    if requests.wants_page(request):
        found = shown(event_id, requests.language(request))
        manifest = manifests.newest(event_id)
        return pages.page(request, "organiser/problems.html", event=event, problems=found, manifest=manifest)
    return responses.document({"problems": shown(event_id, requests.language(request))}, headers=PRIVATE)


@route(blueprint, "/organiser/events/{event_id}/problems/{problem_id}/resolution", "POST")
@for_organisers
def resolve_problem(request: Request, event_id: str, problem_id: str) -> Response:
    """Strike it off the list: 204; a form goes back to the page, also when somebody else has done it just now."""
    word, kind = Word(organiser(request)), problem_id.partition(".")[0]
    done = audit_log.put(Entry(event_id, "struck-off", word, timestamp(clock.now()), kind))
    found = tasks.resolve(event_id, problem_id, done)
    if requests.is_form(request):
        back = ("events", event_id, "problems") if requests.parameters(request).get("back") == "problems" else ()
        return pages.go_on(request, *back, done="resolved")
    if not found:
        raise NotFound
    return responses.done()


def shown(event_id: str, language: Language) -> list[dict[str, Any]]:
    """The event's list in the language, with the names and addresses as they are now. Whoever was erased is not
    on it any more."""
    everything = tasks.of_event(event_id)
    found = people(event_id, (each.registration_id for each in everything))
    return [
        _document(each, found.get(each.registration_id), language)
        for each in everything
        if not each.registration_id or each.registration_id in found
    ]


def people(event_id: str, ids: Iterable[str]) -> dict[str, Registration]:
    """The registrations of these ids as they are now, by id; without whoever was erased."""
    wanted = [keys.registration_key(event_id, registration_id) for registration_id in sorted(set(ids) - {""})]
    found = (item for item in table.get_many(wanted) if not store.is_erased(item))
    return {keys.registration_id(item): store.as_registration(item) for item in found}


def _document(each: Todo, about: Registration | None, language: Language) -> dict[str, Any]:
    mail = facts.kind_of(each.parameters["mail"]) if "mail" in each.parameters else None
    say = translator(language)
    called = {"mail": say(KINDS[mail].title)} if mail in KINDS else {}
    if due := each.parameters.get("due"):
        called |= {"due": dates.moment(datetime.fromisoformat(due), language)}
    return {
        "id": each.id,
        "kind": each.kind,
        "registration_id": about.id if about else None,
        "name": about.attendee.name if about else None,
        "email": about.attendee.email if about else None,
        "at": each.at,
        "mail": mail,
        "detail": say(_SENTENCES.get(each.kind, _ANY)) % {**each.parameters, **called},
    }
