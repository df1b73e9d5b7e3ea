"""What organisers see and do with events: the programme's documents, counts, capacities."""

from typing import Any

from chalice import Blueprint
from chalice.app import Request, Response

from chalicelib import clock
from chalicelib.audit.audit_log import Word
from chalicelib.auth.guard import for_organisers, for_roles, organiser, roles
from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.programme.store import Stored
from chalicelib.registration import store
from chalicelib.web.http import requests, responses, serializers
from chalicelib.web.http.problems import VersionNeeded
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validated
from chalicelib.web.organiser import event_page, manifests, pages, start, tasks

blueprint = Blueprint(__name__)

_LARGEST_EVENT = 256 * 1024  # bytes


@route(blueprint, "/organiser")
@for_roles("organiser", "check_in", "caterer")
def overview(request: Request) -> Response:
    """The organiser's page: all events with their counts, and what there is to do. For everybody else, the events
    with what is theirs to see there."""
    if "organiser" not in roles(request):
        return start.page(request) if requests.wants_page(request) else start.document(request)
    language = requests.language(request)
    stored = [each.event for each in programme_store.all_events()]
    places = store.places_of([event.id for event in stored])
    events = [
        {
            "event": event,
            "bars": event_page.bars(event, places[event.id], language),
            "problems": tasks.shown(event.id, language),
            "manifest": manifests.newest(event.id),
        }
        for event in stored
    ]
    return pages.live(request, "organiser/overview.html", events=events)


@route(blueprint, "/organiser/events")
@for_organisers
def organiser_events(_request: Request) -> Response:
    """All events with counts."""
    return responses.document({"events": _events()})


def _events() -> list[dict[str, Any]]:
    stored = programme_store.all_events()
    places = store.places_of([each.event.id for each in stored])
    return [
        _document(each.event)
        | {
            "version": each.version,
            "counts": [serializers.counts_for_organiser(a, places[each.event.id]) for a in each.event.capacities],
        }
        for each in stored
    ]


@route(blueprint, "/organiser/events/{event_id}")
@for_organisers
def organiser_event(request: Request, event_id: str) -> Response:
    """One event as the programme's own document, its version as ETag; a browser gets the event's page."""
    if requests.wants_page(request):
        return event_page.page(request, event_id)
    stored = programme_store.read_stored(event_id)
    return _with_version(stored)


@route(blueprint, "/organiser/events/{event_id}", "PUT")
@for_organisers
def put_event(request: Request, event_id: str) -> Response:
    """Create the event, or change the version that If-Match names."""
    sent = requests.body(request, largest=_LARGEST_EVENT)
    event = validated(Event, sent)
    if event.id != event_id:
        raise InvalidFields(
            errors=(FieldError("id", "not_this_event", N_("This must be the id in the address.")),)
        )
    version = requests.if_match(request)
    if version is None and event_id in programme_store.event_ids():
        raise VersionNeeded
    stored = programme_flows.put(event, version, clock.now(), Word(organiser(request)))
    return _with_version(stored, status=201 if version is None else 200)


def _with_version(stored: Stored, status: int = 200) -> Response:
    return responses.document(_document(stored.event), status=status, headers={"ETag": f'"{stored.version}"'})


def _document(event: Event) -> dict[str, Any]:
    return event.model_dump(mode="json", exclude_none=True)
