"""What organisers see and do with events: the programme's documents, counts, capacities."""

from typing import Any

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.auth.guard import read_roles, read_signed_in_email, require_organiser, require_roles
from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.programme.store import StoredEvent
from chalicelib.registration import store
from chalicelib.web.http import requests, responses, serializers
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.problems import VersionNeeded
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validate
from chalicelib.web.organiser import event_page, manifests, pages, start, tasks

blueprint = Blueprint(__name__)

_MAX_EVENT_BYTES = 256 * 1024  # bytes


@route(blueprint, "/organiser")
@require_roles("organiser", "check_in", "caterer")
def overview(request: Request) -> Response:
    """The organiser's page: all events with their counts, and what there is to do. For everybody else, the events
    with what is theirs to see there."""
    if "organiser" not in read_roles(request):
        return start.render_page(request) if requests.prefers_html(request) else start.render_json(request)
    language = requests.negotiate_language(request)
    stored = [each.event for each in programme_store.read_all()]
    places = store.read_places_of_events([event.id for event in stored])
    events = [
        {
            "event": event,
            "bars": event_page.build_bars(event, places[event.id], language),
            "problems": tasks.list_tasks(event.id, language),
            "manifest": manifests.find_newest(event.id),
        }
        for event in stored
    ]
    return pages.render_live_page(request, "organiser/overview.html", events=events)


@route(blueprint, "/organiser/events")
@require_organiser
def organiser_events(_request: Request) -> Response:
    """All events with counts."""
    return responses.json_response({"events": _list_events()})


def _list_events() -> list[dict[str, Any]]:
    stored = programme_store.read_all()
    places = store.read_places_of_events([each.event.id for each in stored])
    return [
        _dump_event(each.event)
        | {
            "version": each.version,
            "counts": [
                serializers.serialize_counts_for_organiser(a, places[each.event.id]) for a in each.event.capacities
            ],
        }
        for each in stored
    ]


@route(blueprint, "/organiser/events/{event_id}")
@require_organiser
def organiser_event(request: Request, event_id: str) -> Response:
    """One event as the programme's own document, its version as ETag; a browser gets the event's page."""
    if requests.prefers_html(request):
        return event_page.render_page(request, event_id)
    stored = programme_store.read_current(event_id)
    return _build_event_response(stored)


@route(blueprint, "/organiser/events/{event_id}", "PUT")
@require_organiser
def put_event(request: Request, event_id: str) -> Response:
    """Create the event, or change the version that If-Match names."""
    sent = requests.parse_body(request, max_bytes=_MAX_EVENT_BYTES)
    event = validate(Event, sent)
    if event.id != event_id:
        raise InvalidFields(
            errors=(FieldError("id", "not_this_event", N_("This must be the id in the address.")),)
        )
    version = requests.parse_if_match(request)
    if version is None and event_id in programme_store.read_event_ids():
        raise VersionNeeded
    stored = programme_flows.put(event, version, clock.now(), Actor(read_signed_in_email(request)))
    return _build_event_response(stored, status=201 if version is None else 200)


def _build_event_response(stored: StoredEvent, status: int = 200) -> Response:
    return responses.json_response(
        _dump_event(stored.event), status=status, headers={"ETag": f'"{stored.version}"'}
    )


def _dump_event(event: Event) -> dict[str, Any]:
    return event.model_dump(mode="json", exclude_none=True)
