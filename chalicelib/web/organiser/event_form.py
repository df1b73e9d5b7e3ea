"""The form that an organiser changes an event with: the most important fields of its document."""

from dataclasses import replace
from typing import Any, get_args

from chalicelib import clock
from chalicelib.language import N_, Language, get_translator
from chalicelib.problems import (
    AllotmentInUse,
    InvalidFields,
    Problem,
    TooBusy,
    TooLarge,
    VersionOutdated,
    WouldDelete,
)
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.documents import StoredDocument
from chalicelib.programme.model import Event, MailNoteKind
from chalicelib.programme.store import StoredEvent
from chalicelib.retention import would_delete
from chalicelib.validation import validate
from chalicelib.web.forms.reasons import find_reason_errors, parse_reason
from chalicelib.web.http import requests
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.operations import HTML, ORGANISERS, Body
from chalicelib.web.http.routing import route
from chalicelib.web.organiser import broken_event, event_fields, event_labels, event_page, pages
from chalicelib.web.organiser.pages import RejectedForm

blueprint = Blueprint(__name__, tag="organiser")

_PATH = "/organiser/events/{event_id}/edit"
MAX_BYTES = 256 * 1024  #: bytes of an event that is sent
_REJECTIONS = (InvalidFields, AllotmentInUse, TooBusy, TooLarge, VersionOutdated)

_SECTION_TITLES = {
    "sessions": N_("Programme of the day"),
    "legs": N_("Journeys"),
    "stays": N_("Nights"),
    "meals": N_("Meals"),
    "deadlines.releases": N_("What can be given back, and until when"),
}
_MAIL_TITLES = {
    "confirmed": N_("In the mail that confirms"),
    "waiting": N_("In the mail that says they wait"),
    "offered": N_("In the mail with an offer"),
    "cancelled": N_("In the mail that cancels"),
    "reminder": N_("In the reminder"),
    "event_changed": N_("In the mail about a change"),
    "missing_details": N_("In the question for missing details"),
}


@route(blueprint, _PATH, roles=ORGANISERS, answers={200: (HTML,)})
def show_event_form(request: Request, event_id: str) -> Response:
    """Show the form to change the event, filled in; of a broken event, the one to put it right."""
    stored = programme_store.read_document(event_id)
    if stored.event is None:
        return broken_event.render_page(request, stored)
    return _render_form(request, StoredEvent(stored.event, stored.version))


@route(
    blueprint,
    _PATH,
    "POST",
    roles=ORGANISERS,
    answers={303: ()},
    problems=(409, 412, 422, 503),
    body=Body(form=dict[str, str]),
)
def submit_event_form(request: Request, event_id: str) -> Response:
    """Change the version of the event that the form was filled in from (optimistic locking).

    A rejected form is shown again with its values; after a lost race also with the values that are stored now.
    """
    submitted, document = requests.form_fields(request, MAX_BYTES), programme_store.read_document(event_id)
    if document.event is None:
        return _submit_broken(request, document, submitted)
    if broken_event.FORM in submitted:  # it was put right in the meantime
        raise VersionOutdated
    stored = StoredEvent(document.event, document.version)
    try:
        _save(request, stored, submitted)
    except WouldDelete as problem:
        action = ("events", event_id, "edit")
        return event_page.render_deletion_question(request, event_id, problem, submitted, action)
    except _REJECTIONS as problem:
        return _render_form(request, stored, _build_rejected_form(request, stored, problem, submitted))
    return pages.redirect(request, "events", event_id, done="saved")


def _submit_broken(request: Request, stored: StoredDocument, submitted: dict[str, str]) -> Response:
    """Save the whole document of a broken event; a rejected one is shown again."""
    try:
        broken_event.save(request, stored, submitted)
    except WouldDelete as problem:
        action = ("events", stored.event_id, "edit")
        return event_page.render_deletion_question(request, stored.event_id, problem, submitted, action)
    except _REJECTIONS as problem:
        return broken_event.render_page(request, stored, problem, submitted)
    return pages.redirect(request, "events", stored.event_id, done="saved")


def _save(request: Request, stored: StoredEvent, submitted: dict[str, Any]) -> None:
    event = _parse_event(stored.event, submitted)
    if event == stored.event:
        return  # nothing to do, or done by a first click
    if submitted.get("version") != str(stored.version):
        raise VersionOutdated
    check = would_delete.choose_check(confirmed=submitted.get("confirm") is True)
    actor = parse_reason(submitted).build_actor(request)
    programme_flows.put(event, stored.version, clock.now(), actor, check_deletion=check)


def _parse_event(event: Event, submitted: dict[str, Any]) -> Event:
    """Apply the form to the event; raises InvalidFields, with each error at its field of the form, and with what
    is wrong with the reason."""
    document, kept = event_fields.apply_form(event, submitted)
    try:
        return validate(Event, document, find_reason_errors(submitted))
    except InvalidFields as problem:
        names = set(event_fields.iterate_field_names(event))
        errors = (
            replace(error, field=event_fields.find_form_field(error.field, kept, names))
            for error in problem.errors
        )
        raise InvalidFields(errors=tuple(errors)) from problem


def _build_rejected_form(
    request: Request, stored: StoredEvent, problem: Problem, submitted: dict[str, str]
) -> RejectedForm:
    rejected = pages.build_rejected_form(request, "edit", problem, submitted)
    if isinstance(problem, VersionOutdated):
        current = event_fields.build_form_values(stored.event)
        rejected["now"] = {name: current[name] for name in current if current[name] != submitted.get(name, "")}
    return rejected


def _render_form(request: Request, stored: StoredEvent, rejected: RejectedForm | None = None) -> Response:
    language = requests.negotiate_language(request)
    say = get_translator(language)
    return pages.render_page(
        request,
        "organiser/edit.html",
        rejected,
        event=stored.event,
        version=rejected["sent"].get("version", "") if rejected else stored.version,
        known=event_fields.build_form_values(stored.event),
        sections=_build_sections(stored.event, language),
        is_moment=event_labels.is_datetime_field,
        mails=[(mail, say(_MAIL_TITLES[mail])) for mail in get_args(MailNoteKind)],
        languages=_list_languages(say("Danish"), say("English")),
    )


def _list_languages(danish: str, english: str) -> list[tuple[Language, str]]:
    return [("da", danish), ("en", english)]


def _build_sections(event: Event, language: Language) -> list[dict[str, Any]]:
    """Build the form's sections, one for each list of the event, with headings and labels."""
    document, say = event.model_dump(mode="json", exclude_none=True), get_translator(language)
    return [
        {
            "title": say(_SECTION_TITLES[of]),
            "part": part,
            "parts": [
                (f"{of}.{place}", event_labels.format_heading(of, place, event, language))
                for place in range(event_fields.count_elements(document, of) + part.can_grow)
            ],
            "called": {name: event_labels.label_field(name, language) for name in (*part.bilingual, *part.plain)},
            "needed": part.required,
        }
        for of, part in event_fields.FIELDS_BY_LIST.items()
        if part.can_grow or event_fields.count_elements(document, of)
    ]
