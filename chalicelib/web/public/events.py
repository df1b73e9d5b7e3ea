"""What anybody may ask: the programme, registering, the service's own description."""

from chalicelib import VERSION, clock
from chalicelib.aws import rate_limits
from chalicelib.language import LANGUAGES, N_
from chalicelib.links import registration_links
from chalicelib.problems import (
    AlreadyRegistered,
    FieldError,
    InvalidFields,
    LimitReached,
    Problem,
    RegistrationClosed,
)
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import flows, parties, registering, store
from chalicelib.registration.model import Registration
from chalicelib.registration.registering import Applicant
from chalicelib.settings import settings
from chalicelib.web.forms import new_party, new_registration
from chalicelib.web.http import assets, requests, responses, serializers
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.problems import TooQuick
from chalicelib.web.http.routing import PUBLIC_CORS, route
from chalicelib.web.public import honeypot, pages

blueprint = Blueprint(__name__)

_MAX_KEY_LENGTH = 255


@route(blueprint, "/")
def programme(request: Request) -> Response:
    """The programme as a page."""
    return pages.render_programme(_list_events(request), requests.negotiate_language(request))


@route(blueprint, "/events", cors=PUBLIC_CORS)
def events(request: Request) -> Response:
    """All events with their counts."""
    listed = _list_events(request)
    if requests.prefers_html(request):
        return pages.render_programme(listed, requests.negotiate_language(request))
    return responses.json_response({"events": listed})


def _list_events(request: Request) -> list[dict[str, object]]:
    stored = [stored.event for stored in programme_store.read_all()]
    places = store.read_places_of_events([event.id for event in stored])
    language, now = requests.negotiate_language(request), clock.now()
    return [serializers.serialize_event(event, places[event.id], language, now) for event in stored]


@route(blueprint, "/events/{event_id}", cors=PUBLIC_CORS)
def get_event(request: Request, event_id: str) -> Response:
    """One event with its counts; a browser gets the page with the registration form."""
    described = programme_store.read_cached(event_id)
    if requests.prefers_html(request):
        return _render_event_page(request, described)
    return responses.json_response(
        serializers.serialize_event(
            described, store.read_places(event_id), requests.negotiate_language(request), clock.now()
        )
    )


def _render_event_page(
    request: Request, event: Event, problem: Problem | None = None, submitted: dict[str, object] | None = None
) -> Response:
    language = next(
        (each for each in LANGUAGES if each == (submitted or {}).get("language")),
        requests.negotiate_language(request),
    )
    shown = serializers.serialize_event(event, store.read_places(event.id), language, clock.now())
    return pages.render_event(
        event, shown, language, problem, {"shown_at": clock.now().isoformat(), **(submitted or {})}
    )


@route(blueprint, "/events/{event_id}/registrations", "POST", cors=PUBLIC_CORS)
def register(request: Request, event_id: str) -> Response:
    """Register: 201 with the registration, or 303 to the participant's page for a form."""
    sent = requests.parse_body(request)
    described = programme_store.read_cached(event_id)
    try:
        registered = _register(request, described, _clean_submission(request, sent))
    except (InvalidFields, TooQuick, RegistrationClosed, AlreadyRegistered, LimitReached) as problem:
        if requests.prefers_html(request):
            return _render_event_page(request, described, problem, sent)
        raise
    link = registration_links.build_link(event_id, registered[0].id)
    if requests.is_form(request):
        return responses.see_other(link, headers={"Cache-Control": "no-store"})
    made = [serializers.serialize_registration(each) for each in registered]
    answer = {"registration": made[0]} | ({"party": made} if "party" in sent else {})
    return responses.json_response(answer, status=201, headers={"Location": link})


def _clean_submission(request: Request, submitted: dict[str, object]) -> dict[str, object]:
    """What is asked for: of a form, without what is there for robots; a box that is not ticked says no."""
    if not requests.is_form(request):
        return submitted
    return {"privacy_accepted": False, **honeypot.reject_bots(submitted, clock.now())}


def _register(request: Request, event: Event, submitted: dict[str, object]) -> list[Registration]:
    """The registrations made: one, or those of a party, whoever posted it first."""
    key, now = _pop_idempotency_key(request, submitted), clock.now()
    is_open = event.is_registration_open(now)
    if not (is_open or key):
        raise RegistrationClosed
    this_request = new_registration.derive_request_id(key, submitted)
    party = new_party.parse(submitted, event) if "party" in submitted else None
    people = party.applicants if party else (new_registration.parse(submitted, event),)
    if not is_open:
        return _find_earlier_registrations(event, people, this_request)
    limit = rate_limits.registration_limit(
        event.id, requests.client_network(request), event.registration.most_per_source
    )
    if party:
        return parties.register(event, party, this_request, now, limit)
    return [registering.register(event, people[0], this_request, now, limit)]


def _find_earlier_registrations(
    event: Event, applicants: tuple[Applicant, ...], request_id: str
) -> list[Registration]:
    """A repeated request is answered even when it would no longer be taken."""
    made = [flows.find_by_idempotency_key(event.id, who.registration_id, request_id) for who in applicants]
    found = [registered for registered in made if registered]
    if len(found) < len(made):
        raise RegistrationClosed
    return found


def _pop_idempotency_key(request: Request, submitted: dict[str, object]) -> str:
    """The header's key, or the form's field, which is taken out of what was sent."""
    in_body = submitted.pop("idempotency_key", "")
    key = str(request.headers.get("idempotency-key", "") or in_body)
    if len(key) > _MAX_KEY_LENGTH:
        message = N_("Use at most %(max_length)s characters.")
        too_long = FieldError("idempotency_key", "too_long", message, {"max_length": _MAX_KEY_LENGTH})
        raise InvalidFields(errors=(too_long,))
    return key


@route(blueprint, "/health")
def health(_request: Request) -> Response:
    """200 and the version."""
    return responses.json_response({"status": "ok", "version": VERSION})


@route(blueprint, "/openapi.json", cors=PUBLIC_CORS)
def openapi(_request: Request) -> Response:
    """The OpenAPI 3.1 description of all of this."""
    from chalicelib.web.openapi import description  # built on demand: no other call needs it

    return responses.json_response(description())


@route(blueprint, "/schemas/manifest.json", cors=PUBLIC_CORS)
def manifest_schema(_request: Request) -> Response:
    """The JSON Schema of manifest.json."""
    from chalicelib.travel.render.json_schema import build_schema

    return responses.json_response(build_schema(f"{settings().public_url}/schemas/manifest.json"))


@route(blueprint, "/assets/{name}")
def asset(request: Request, name: str) -> Response:
    """The pages' one stylesheet, and their scripts."""
    return assets.serve(name, requests.query_parameters(request).get("v", ""))
