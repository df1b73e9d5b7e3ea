"""The organisers' page of a broken event: what is wrong with its stored document, and a form to put it right."""

import json
from collections.abc import Mapping
from itertools import islice
from typing import Any

from chalicelib import clock
from chalicelib.language import N_, Language
from chalicelib.problems import FieldError, InvalidFields, Problem, VersionOutdated
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import versions
from chalicelib.programme.documents import StoredDocument, find_id_errors
from chalicelib.programme.model import Event
from chalicelib.programme.versions import Version
from chalicelib.retention import would_delete
from chalicelib.validation import validate
from chalicelib.web.forms.reasons import find_reason_errors, parse_reason
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Request, Response
from chalicelib.web.http.problems import NotJson
from chalicelib.web.organiser import event_labels, pages

Submitted = Mapping[str, Any]
NOTHING: Submitted = {}
MAX_VERSIONS = 5  #: offered to go back to
FORM = "document"  #: the form, and its field for the whole document


def serialize(stored: StoredDocument, language: Language) -> dict[str, Any]:
    """Serialize the broken event: its id, its version, and what is wrong."""
    errors = [responses.serialize_error(error, language) for error in stored.errors]
    return {"id": stored.event_id, "version": stored.version, "broken": errors}


def describe_errors(errors: tuple[FieldError, ...], language: Language) -> list[tuple[str, str, str]]:
    """Describe each error for readers: its field's path, the field's label, and the message."""
    serialized = [responses.serialize_error(error, language) for error in errors]
    return [(each["field"], _label(each["field"], language), each["message"]) for each in serialized]


def _label(field: str, language: Language) -> str:
    return event_labels.label_field(field, language) if field else ""


def render_page(
    request: Request, stored: StoredDocument, problem: Problem | None = None, submitted: Submitted = NOTHING
) -> Response:
    """Render the page; with a problem, what is wrong with what was submitted, and not with what is stored."""
    language = requests.negotiate_language(request)
    return pages.render_page(
        request,
        "organiser/broken.html",
        pages.build_rejected_form(request, FORM, problem, dict(submitted)) if problem else None,
        event_id=stored.event_id,
        version=stored.version,
        errors=describe_errors(problem.errors if problem else stored.errors, language),
        text=_format_text(stored),
        earlier=_list_readable_versions(stored),
    )


def _list_readable_versions(stored: StoredDocument) -> list[Version]:
    """List the latest versions that can be read, also this one as it was saved; the latest first."""
    latest = islice(versions.list_versions(stored.event_id), MAX_VERSIONS)
    return [each for each in latest if versions.read_document(stored.event_id, each.number).event]


def _format_text(stored: StoredDocument) -> str:
    """Format the document for editing: indented where it is a JSON object, and else as it stands."""
    return json.dumps(stored.document, ensure_ascii=False, indent=2) if stored.document else stored.text


def save(request: Request, stored: StoredDocument, submitted: Submitted) -> None:
    """Save the submitted document as the next version. Raises InvalidFields, VersionOutdated and WouldDelete."""
    errors = find_reason_errors(submitted)
    document = _parse_document(str(submitted.get(FORM, "")), errors)
    event = validate(Event, document, (*find_id_errors(document, stored.event_id), *errors))
    if submitted.get("version") != str(stored.version):
        raise VersionOutdated
    check = would_delete.choose_check(confirmed=submitted.get("confirm") is True)
    actor = parse_reason(submitted).build_actor(request)
    programme_flows.put(event, stored.version, clock.now(), actor, check_deletion=check)


def _parse_document(text: str, further_errors: tuple[FieldError, ...]) -> dict[str, Any]:
    """Parse the text as JSON; raises InvalidFields, with the further errors, too."""
    try:
        return requests.parse_json(text.encode())
    except NotJson as problem:
        wrong = FieldError(FORM, "not_json", N_("This could not be read as a JSON object."))
        raise InvalidFields(errors=(wrong, *further_errors)) from problem
