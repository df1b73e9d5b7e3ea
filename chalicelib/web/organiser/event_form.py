"""The form that an organiser changes an event with: what matters most, as fields of its document."""

from dataclasses import replace
from typing import Any, get_args

from chalice import Blueprint
from chalice.app import Request, Response

from chalicelib import clock
from chalicelib.audit.audit_log import Word
from chalicelib.auth.guard import for_organisers
from chalicelib.language import N_, Language, translator
from chalicelib.problems import AllotmentInUse, InvalidFields, Problem, TooBusy, TooLarge, VersionOutdated
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event, NotedMail
from chalicelib.programme.store import Stored
from chalicelib.web.forms.reasons import Said
from chalicelib.web.http import requests
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validated
from chalicelib.web.organiser import event_fields, event_labels, pages
from chalicelib.web.organiser.pages import Refused

blueprint = Blueprint(__name__)

_PATH = "/organiser/events/{event_id}/edit"
LARGEST = 256 * 1024  #: bytes of an event that is sent

_SECTIONS = {
    "sessions": N_("Programme of the day"),
    "legs": N_("Journeys"),
    "stays": N_("Nights"),
    "meals": N_("Meals"),
    "deadlines.releases": N_("What can be given back, and until when"),
}
_MAILS = {
    "confirmed": N_("In the mail that confirms"),
    "waiting": N_("In the mail that says they wait"),
    "offered": N_("In the mail with an offer"),
    "cancelled": N_("In the mail that cancels"),
    "reminder": N_("In the reminder"),
    "event_changed": N_("In the mail about a change"),
    "missing_details": N_("In the mail that asks for details"),
}


@route(blueprint, _PATH)
@for_organisers
def edit_event(request: Request, event_id: str) -> Response:
    """The form, filled in with the event as it is."""
    return _form(request, programme_store.read_stored(event_id))


@route(blueprint, _PATH, "POST")
@for_organisers
def save_event(request: Request, event_id: str) -> Response:
    """Change the version that the form was filled in from; what is refused comes back with what was written, and
    where somebody else was quicker, with what stands there now."""
    sent, stored = requests.fields(request, LARGEST), programme_store.read_stored(event_id)
    try:
        _save(stored, sent, _why(sent).word(request))
    except (InvalidFields, AllotmentInUse, TooBusy, TooLarge, VersionOutdated) as problem:
        return _form(request, stored, _refused(request, stored, problem, sent))
    return pages.go_on(request, "events", event_id, done="saved")


def _why(sent: dict[str, str]) -> Said:
    return validated(Said, {name: sent[name] for name in ("reason",) if name in sent})


def _save(stored: Stored, sent: dict[str, str], word: Word) -> None:
    event = _read(stored.event, sent)
    if event == stored.event:
        return  # nothing to do, or done by a first click
    if sent.get("version") != str(stored.version):
        raise VersionOutdated
    programme_flows.put(event, stored.version, clock.now(), word)


def _read(before: Event, sent: dict[str, str]) -> Event:
    """The event as the form says; raises InvalidFields, with each error at the form's field."""
    document, kept = event_fields.changed(before, sent)
    try:
        return validated(Event, document)
    except InvalidFields as problem:
        names = set(event_fields.fields(before))
        errors = (replace(error, field=event_fields.in_form(error.field, kept, names)) for error in problem.errors)
        raise InvalidFields(errors=tuple(errors)) from problem


def _refused(request: Request, stored: Stored, problem: Problem, sent: dict[str, str]) -> Refused:
    refused = pages.refusal(request, "edit", problem, sent)
    if isinstance(problem, VersionOutdated):
        now = event_fields.known(stored.event)
        refused["now"] = {name: now[name] for name in now if now[name] != sent.get(name, "")}
    return refused


def _form(request: Request, stored: Stored, refused: Refused | None = None) -> Response:
    language = requests.language(request)
    say = translator(language)
    return pages.page(
        request,
        "organiser/edit.html",
        refused,
        event=stored.event,
        version=refused["sent"].get("version", "") if refused else stored.version,
        known=event_fields.known(stored.event),
        sections=_sections(stored.event, language),
        is_moment=event_labels.is_moment,
        mails=[(mail, say(_MAILS[mail])) for mail in get_args(NotedMail)],
        languages=_languages(say("Danish"), say("English")),
    )


def _languages(danish: str, english: str) -> list[tuple[Language, str]]:
    return [("da", danish), ("en", english)]


def _sections(event: Event, language: Language) -> list[dict[str, Any]]:
    """The parts of the event's lists, each with what it and its fields are called."""
    document, say = event.model_dump(mode="json", exclude_none=True), translator(language)
    return [
        {
            "title": say(_SECTIONS[of]),
            "part": part,
            "parts": [
                (f"{of}.{place}", event_labels.heading(of, place, event, language))
                for place in range(event_fields.how_many(document, of) + part.grows)
            ],
            "called": {name: event_labels.title(name, language) for name in (*part.in_both, *part.plain)},
            "needed": part.needed,
        }
        for of, part in event_fields.PARTS.items()
        if part.grows or event_fields.how_many(document, of)
    ]
