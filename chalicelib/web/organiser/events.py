"""The organisers' endpoints of events: the overview, and the documents of the programme."""

from dataclasses import asdict
from typing import Any

from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.auth.guard import read_roles, read_signed_in_email
from chalicelib.language import Language
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.documents import dump_event, find_id_errors
from chalicelib.programme.listing import split_by_end
from chalicelib.programme.model import Event
from chalicelib.programme.store import StoredEvent
from chalicelib.registration import store
from chalicelib.registration.model import Places
from chalicelib.retention import numbers, would_delete
from chalicelib.validation import validate
from chalicelib.web.http import requests, responses, serializers
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.models import Counts, DateTime, Translated
from chalicelib.web.http.operations import HTML, ORGANISERS, SIGNED_IN, Body
from chalicelib.web.http.problems import VersionNeeded
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.variants import Variants
from chalicelib.web.organiser import broken_event, event_page, manifests, pages, start, tasks

blueprint = Blueprint(__name__, tag="organiser")

_MAX_EVENT_BYTES = 256 * 1024  # bytes


class Numbers(TypedDict):
    """Counts without persons; null for a number under five, and for one that would tell such a number."""

    registered: int | None
    waited: int | None
    promoted: int | None
    turned_away: int | None
    cancelled: int | None
    came: int | None
    absent: int | None
    by_sector: dict[str, int | None]
    by_allotment: dict[str, int | None]


class StartEvent(TypedDict):
    """An event, and how many people are expected."""

    id: str
    title: str
    starts_at: DateTime
    ends_at: DateTime
    expected: int


class StartEvents(TypedDict):
    """The events for check-in staff and caterers; an organiser gets a page."""

    events: list[StartEvent]


class OrganiserCounts(Counts):
    """The units of an allotment, with those that are held."""

    held: int


class OrganiserEvent(TypedDict):
    """The document of an event, its version and its counts."""

    id: str
    title: Translated
    starts_at: DateTime
    ends_at: DateTime
    version: int
    counts: list[OrganiserCounts]


class FieldErrorDocument(TypedDict):
    """A field of a document that is wrong."""

    field: str
    code: str
    message: str


class BrokenEvent(TypedDict):
    """An event whose stored document cannot be read: what is wrong with it, in place of the document."""

    id: str
    version: int
    broken: list[FieldErrorDocument]


class OrganiserEvents(TypedDict):
    """All events, for organisers."""

    events: list[OrganiserEvent | BrokenEvent]


class FrozenNumbers(Numbers):
    """The numbers as they were before what is held about people was deleted at that stage."""

    stage: str
    at: DateTime


class EventNumbers(TypedDict):
    """The numbers of an event without persons: as they are now, and as frozen before each deletion.

    `not_me` counts the registrations that their mailboxes have disowned.
    """

    live: Numbers
    frozen: list[FrozenNumbers]
    not_me: int


@route(blueprint, "/organiser", roles=SIGNED_IN, answers={200: (StartEvents, HTML)})
def show_overview(request: Request) -> Response | Variants:
    """Show all events with their counts and tasks.

    Check-in staff and caterers get the events with the links that they may follow.
    """
    if "organiser" not in read_roles(request):
        return Variants(json=lambda: start.render_json(request), page=lambda: start.render_page(request))
    return _render_overview(request)


def _render_overview(request: Request) -> Response:
    language = requests.negotiate_language(request)
    documents = programme_store.read_documents()
    programme = [each.event for each in documents if each.event]
    places = store.read_places_of_events([event.id for event in programme])

    def summarize(event: Event) -> dict[str, Any]:
        return {
            "event": event,
            "bars": event_page.build_bars(event, places[event.id], language),
            "problems": tasks.list_tasks(event.id, language),
            "manifest": manifests.find_newest(event.id),
        }

    events = split_by_end(programme, clock.now()).convert(summarize)
    broken = [
        (each.event_id, broken_event.describe_errors(each.errors, language))
        for each in documents
        if each.event is None
    ]
    return pages.render_live_page(request, "organiser/overview.html", events=events, broken=broken)


@route(blueprint, "/organiser/events", roles=ORGANISERS, answers={200: (OrganiserEvents,), 303: ()})
def list_organiser_events(request: Request) -> Variants:
    """List the documents of all events with their counts; of one that cannot be read, what is wrong with it.

    A browser is led to the overview.
    """
    return Variants(
        json=lambda: responses.json_response({"events": _list_events(requests.negotiate_language(request))}),
        page=lambda: pages.redirect(request, done=""),
    )


def _list_events(language: Language) -> list[dict[str, Any]]:
    documents = programme_store.read_documents()
    places = store.read_places_of_events([each.event_id for each in documents])
    return [
        _serialize_event(each.event, each.version, places[each.event_id])
        if each.event
        else broken_event.serialize(each, language)
        for each in documents
    ]


def _serialize_event(event: Event, version: int, places: Places) -> dict[str, Any]:
    counts = [serializers.serialize_counts_for_organiser(name, places) for name in event.capacities]
    return {**dump_event(event), "version": version, "counts": counts}


@route(blueprint, "/organiser/events/{event_id}", roles=ORGANISERS, answers={200: (Event, HTML)})
def get_organiser_event(request: Request, event_id: str) -> Variants:
    """Show the document of an event, its version as ETag.

    A browser gets the event's page.
    """
    return Variants(
        json=lambda: build_event_response(programme_store.read_current(event_id)),
        page=lambda: event_page.render_page(request, event_id),
    )


@route(
    blueprint,
    "/organiser/events/{event_id}",
    "PUT",
    roles=ORGANISERS,
    answers={200: (Event,), 201: (Event,)},
    problems=(409, 412, 422, 428, 503),
    body=Body(Event),
    query={"confirm": str},
)
def put_event(request: Request, event_id: str) -> Response:
    """Create the event, or change the version that If-Match names (optimistic locking).

    A change by which personal data would soon be deleted is refused unless it has `?confirm=true`.
    """
    document = requests.parse_body(request, max_bytes=_MAX_EVENT_BYTES)
    event = validate(Event, document, find_id_errors(document, event_id))
    version = requests.parse_if_match(request)
    if version is None and event_id in programme_store.read_event_ids():
        raise VersionNeeded
    actor, confirmed = Actor(read_signed_in_email(request)), is_confirmed(request)
    stored = programme_flows.put(
        event, version, clock.now(), actor, check_deletion=would_delete.choose_check(confirmed=confirmed)
    )
    return build_event_response(stored, status=201 if version is None else 200)


def is_confirmed(request: Request) -> bool:
    """Return True for a request that confirms that personal data is deleted by it."""
    return requests.query_parameters(request).get("confirm") == "true"


@route(blueprint, "/organiser/events/{event_id}/numbers", roles=ORGANISERS, answers={200: (EventNumbers,)})
def get_numbers(_request: Request, event_id: str) -> Response:
    """Count the event's registrations without persons, as they are now and as frozen before each deletion."""
    document = {
        "live": asdict(numbers.count_live(event_id)),
        "frozen": numbers.list_frozen(event_id),
        "not_me": store.read_places(event_id).not_me,
    }
    return responses.json_response(document, headers=PRIVATE_HEADERS)


def build_event_response(stored: StoredEvent, status: int = 200) -> Response:
    """Build the answer with the event's document, its version as ETag."""
    return responses.json_response(stored.document, status=status, headers={"ETag": f'"{stored.version}"'})
