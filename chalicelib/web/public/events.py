"""The public routes: the programme, registering, and what describes the service."""

from functools import partial
from typing import Any, NotRequired

from typing_extensions import TypedDict

from chalicelib import VERSION, clock
from chalicelib.aws import rate_limits
from chalicelib.language import LANGUAGES
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
from chalicelib.programme.listing import Listing, split_by_end
from chalicelib.programme.model import Event
from chalicelib.registration import flows, parties, registering, store
from chalicelib.registration.model import Registration
from chalicelib.registration.parties import Party
from chalicelib.registration.registering import Applicant
from chalicelib.settings import settings
from chalicelib.web.forms import health, new_party, new_registration
from chalicelib.web.http import assets, form_decoding, idempotency, models, requests, responses, serializers
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.operations import HTML, Body
from chalicelib.web.http.problems import TooQuick
from chalicelib.web.http.routing import PUBLIC_CORS, route
from chalicelib.web.http.variants import Variants
from chalicelib.web.public import honeypot, pages

blueprint = Blueprint(__name__, tag="events")


class Events(TypedDict):
    """Events of the programme."""

    events: list[models.PublicEvent]


class Registered(TypedDict):
    """The registration of the person who posts, and with a party something on each member, in the order posted."""

    registration: models.Registration | models.RegistrationStatus
    party: NotRequired[list[models.PartyMember]]


class Health(TypedDict):
    """The version that runs."""

    status: str
    version: str


@route(blueprint, "/", answers={200: (HTML,)})
def show_programme(request: Request) -> Response:
    """Show the programme as a page."""
    return _render_programme(request)


@route(blueprint, "/events", cors=PUBLIC_CORS, query={"past": bool}, answers={200: (Events, HTML)})
def list_events(request: Request) -> Variants:
    """List the events that are not over yet with their counts, the next one first.

    With `past=true` the others, the latest first. A browser gets the page with both.
    """
    return Variants(json=lambda: _respond_with_events(request), page=lambda: _render_programme(request))


def _respond_with_events(request: Request) -> Response:
    upcoming, past = _split_events()
    are_past = requests.query_parameters(request).get("past") == "true"
    return responses.json_response({"events": _serialize_events(request, past if are_past else upcoming)})


def _render_programme(request: Request) -> Response:
    upcoming, past = _split_events()
    events = Listing(_serialize_events(request, upcoming), _serialize_events(request, past))
    return pages.render_programme(events, requests.negotiate_language(request))


def _split_events() -> Listing[Event]:
    return split_by_end((stored.event for stored in programme_store.read_all()), clock.now())


def _serialize_events(request: Request, events: list[Event]) -> list[dict[str, Any]]:
    places = store.read_places_of_events([event.id for event in events])
    language, now = requests.negotiate_language(request), clock.now()
    return [serializers.serialize_event(event, places[event.id], language, now) for event in events]


@route(blueprint, "/events/{event_id}", cors=PUBLIC_CORS, answers={200: (models.PublicEvent, HTML)})
def get_event(request: Request, event_id: str) -> Variants:
    """Show one event with its counts.

    A browser gets the page with the registration form.
    """
    event = programme_store.read_cached(event_id)
    return Variants(
        json=lambda: responses.json_response(
            serializers.serialize_event(
                event, store.read_places(event_id), requests.negotiate_language(request), clock.now()
            )
        ),
        page=lambda: _render_event_page(request, event),
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


@route(
    blueprint,
    "/events/{event_id}/registrations",
    "POST",
    cors=PUBLIC_CORS,
    answers={201: (Registered,), 303: ()},
    problems=(409, 422, 429, 503),
    body=Body(new_registration.NewRegistration | new_party.NewParty, form=form_decoding.FIELDS),
    headers={"Idempotency-Key": str},
)
def register(request: Request, event_id: str) -> Variants:
    """Register one person, or with `party` up to five.

    A form is answered with a redirect to the participant's page. Requests with the same `Idempotency-Key` register
    once; it has 16 to 255 random characters, and a form has a field for it. In a form the members of a party have
    `party.0.` and so on before each name.
    """
    submitted, event = requests.parse_body(request), programme_store.read_cached(event_id)
    try:
        errors = honeypot.find_errors(submitted, clock.now()) if requests.is_form(request) else ()
        registrations = _register(request, event, _clean_submission(request, submitted), errors)
    except (InvalidFields, TooQuick, RegistrationClosed, AlreadyRegistered, LimitReached) as problem:
        return Variants(problem, page=partial(_render_event_page, request, event, problem, submitted))
    link = registration_links.build_used_link(registrations[0])
    return Variants(
        json=lambda: _respond_with_registrations(registrations, link, is_party="party" in submitted),
        form=lambda: responses.see_other(link, headers={"Cache-Control": "no-store"}),
    )


def _respond_with_registrations(registrations: list[Registration], link: str, *, is_party: bool) -> Response:
    poster = registrations[0]
    party = {"party": serializers.serialize_party(poster, registrations)} if is_party else {}
    document = {"registration": serializers.serialize_for_link(flows.load_standing(poster))} | party
    return responses.json_response(document, status=201, headers={"Location": link})


def _clean_submission(request: Request, submitted: dict[str, object]) -> dict[str, object]:
    """Prepare a form for the checks: without the fields of the honeypot, and with an unticked box as false."""
    if not requests.is_form(request):
        return submitted
    return {"privacy_accepted": False, **honeypot.remove_fields(submitted)}


def _register(
    request: Request, event: Event, submitted: dict[str, object], errors: tuple[FieldError, ...]
) -> list[Registration]:
    """Register one person, or a party; returns the registrations, the sender's first.

    Raises InvalidFields, with these errors, too.
    """
    key, now = idempotency.pop_key(request, submitted), clock.now()
    is_open = event.is_registration_open(now)
    if not (is_open or key):
        raise RegistrationClosed
    request_id = new_registration.derive_request_id(key, submitted)
    party = _parse_party(submitted, event, (*errors, *idempotency.find_errors(key)))
    if not is_open:
        return _find_earlier_registrations(event, party.applicants, request_id)
    limit = rate_limits.registration_limit(
        event.id, requests.client_network(request), event.registration.most_per_source
    )
    if "party" in submitted:
        return parties.register(event, party, request_id, now, limit)
    return [registering.register(event, party.applicants[0], request_id, now, limit)]


def _parse_party(submitted: dict[str, object], event: Event, errors: tuple[FieldError, ...]) -> Party:
    """Parse the people to register, one or a party; raises InvalidFields, with these errors, too."""
    try:
        if "party" in submitted:
            party = new_party.parse(submitted, event)
        else:
            party = Party((new_registration.parse(submitted, event),))
    except InvalidFields as problem:
        raise health.build_problem((*errors, *problem.errors)) from problem
    if errors:
        raise InvalidFields(errors=errors)
    return party


def _find_earlier_registrations(
    event: Event, applicants: tuple[Applicant, ...], request_id: str
) -> list[Registration]:
    """Find what the first of a repeated request registered, also when registration has closed since.

    Raises RegistrationClosed where it registered nothing.
    """
    earlier = [flows.find_by_idempotency_key(event.id, each.registration_id, request_id) for each in applicants]
    registrations = [registration for registration in earlier if registration]
    if len(registrations) < len(applicants):
        raise RegistrationClosed
    return registrations


@route(blueprint, "/health", answers={200: (Health,)})
def get_health(_request: Request) -> Response:
    """Say that the service runs, and in which version."""
    return responses.json_response({"status": "ok", "version": VERSION})


@route(blueprint, "/schemas/manifest.json", cors=PUBLIC_CORS, answers={200: (models.Document,)})
def get_manifest_schema(_request: Request) -> Response:
    """Return the JSON Schema of manifest.json."""
    from chalicelib.travel.render.json_schema import build_schema

    return responses.json_response(build_schema(f"{settings().public_url}/schemas/manifest.json"))


@route(blueprint, "/assets/{name}", answers={200: ("text/css", "text/javascript")}, query={"v": str})
def get_asset(request: Request, name: str) -> Response:
    """Return the pages' stylesheet, or one of their scripts."""
    return assets.serve(name, requests.query_parameters(request).get("v", ""))
