"""The versions of an event's document: listed, read and brought back."""

from itertools import islice
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool
from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.auth.guard import read_signed_in_email
from chalicelib.problems import InvalidFields, NotFound, VersionOutdated, WouldDelete
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme import versions
from chalicelib.programme.model import Event
from chalicelib.programme.store import StoredEvent
from chalicelib.programme.versions import Version
from chalicelib.retention import would_delete
from chalicelib.validation import validate
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.models import DateTime, Document
from chalicelib.web.http.operations import CONFLICTS, ORGANISERS, Body
from chalicelib.web.http.problems import VersionNeeded
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.variants import Variants
from chalicelib.web.organiser import event_page, pages
from chalicelib.web.organiser.events import build_event_response, is_confirmed

blueprint = Blueprint(__name__, tag="organiser")

_PATH = "/organiser/events/{event_id}/versions"


class DocumentChange(TypedDict):
    """A field that the version changed, by its dotted path."""

    what: str
    before: str
    after: str


class EventVersion(TypedDict):
    """A version: when and by whom it was saved, and what it changed of the version before."""

    n: int
    at: DateTime | None
    by: str | None
    changes: list[DocumentChange]


class EventVersions(TypedDict):
    """A page of an event's versions, the latest first; `cursor` leads to the next, and is null on the last."""

    versions: list[EventVersion]
    cursor: str | None


class Page(BaseModel):
    """The page that is asked for: so many versions, from before the one that `cursor` names."""

    model_config = ConfigDict(defer_build=True, extra="ignore")
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str = Field(default="", pattern="^([1-9][0-9]{0,5})?$")


class RestorationForm(BaseModel):
    """The form that brings a version back: the version that it was shown beside, and whether that is confirmed."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    version: int
    confirm: StrictBool = False


@route(
    blueprint,
    _PATH,
    roles=ORGANISERS,
    answers={200: (EventVersions,)},
    problems=(422,),
    query={"limit": str, "cursor": str},
)
def list_event_versions(request: Request, event_id: str) -> Response:
    """List the versions of the event's document, the latest first, page by page."""
    page = validate(Page, requests.query_parameters(request))
    listed = versions.list_versions(event_id, int(page.cursor) if page.cursor else None)
    found = list(islice(listed, page.limit + 1))
    if not found:
        programme_store.read_document(event_id)  # there is none, or its versions have expired
    shown = found[: page.limit]
    return responses.json_response(
        {
            "versions": [_serialize(version) for version in shown],
            "cursor": str(shown[-1].number) if len(found) > page.limit else None,
        },
        headers=PRIVATE_HEADERS,
    )


def _serialize(version: Version) -> dict[str, Any]:
    changes = [{"what": each.what, "before": each.before, "after": each.after} for each in version.changes]
    return {"n": version.number, "at": version.at or None, "by": version.by or None, "changes": changes}


@route(blueprint, _PATH + "/{number}", roles=ORGANISERS, answers={200: (Document,)})
def get_event_version(_request: Request, event_id: str, number: str) -> Response:
    """Show the event's document as it was saved as that version."""
    document = versions.read_document(event_id, _parse_number(number)).document
    return responses.json_response(document, headers=PRIVATE_HEADERS)


def _parse_number(number: str) -> int:
    if not (number.isascii() and number.isdigit() and len(number) <= 6):
        raise NotFound
    return int(number)


@route(
    blueprint,
    _PATH + "/{number}/restoration",
    "POST",
    roles=ORGANISERS,
    answers={200: (Event,), 303: ()},
    problems=(*CONFLICTS, 412, 428),
    body=Body(Document, form=RestorationForm, is_required=False),
    query={"confirm": str},
)
def restore_event_version(request: Request, event_id: str, number: str) -> Variants:
    """Bring that version of the event's document back, as a new version.

    If-Match names the version that it replaces. One by which personal data would soon be deleted is refused unless
    it has `?confirm=true`; a page asks.
    """
    return Variants(
        json=lambda: _restore_by_json(request, event_id, _parse_number(number)),
        form=lambda: _restore_by_form(request, event_id, _parse_number(number)),
    )


def _restore_by_json(request: Request, event_id: str, number: int) -> Response:
    requests.parse_optional_body(request)
    current = requests.parse_if_match(request)
    if current is None:
        raise VersionNeeded
    return build_event_response(_restore(request, event_id, number, current, confirmed=is_confirmed(request)))


def _restore_by_form(request: Request, event_id: str, number: int) -> Response:
    submitted = requests.form_fields(request)
    form = validate(RestorationForm, submitted)
    try:
        _restore(request, event_id, number, form.version, confirmed=form.confirm)
    except WouldDelete as problem:
        action = ("events", event_id, "versions", str(number), "restoration")
        return event_page.render_deletion_question(request, event_id, problem, submitted, action)
    except VersionOutdated:
        if not _is_current(event_id, number):
            raise
    return pages.redirect(request, "events", event_id, done="restored")


def _is_current(event_id: str, number: int) -> bool:
    """Return True if the event is as it was in that version: brought back by a first click, for instance."""
    current = programme_store.read_document(event_id).event
    return current is not None and current == versions.read_document(event_id, number).event


def _restore(request: Request, event_id: str, number: int, current: int, *, confirmed: bool) -> StoredEvent:
    stored = versions.read_document(event_id, number)
    if stored.event is None:
        raise InvalidFields(errors=stored.errors)
    return programme_flows.put(
        stored.event,
        current,
        clock.now(),
        Actor(read_signed_in_email(request)),
        check_deletion=would_delete.choose_check(confirmed=confirmed),
        restored_version=number,
    )
