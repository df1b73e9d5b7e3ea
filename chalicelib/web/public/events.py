"""What anybody may ask: the programme, registering, the service's own description."""

from chalice import Blueprint
from chalice.app import Request, Response

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
from chalicelib.web.http.problems import TooQuick
from chalicelib.web.http.routing import OPEN_TO_ALL_SITES, route
from chalicelib.web.public import honeypot, pages

blueprint = Blueprint(__name__)

_LONGEST_KEY = 255


@route(blueprint, "/")
def programme(request: Request) -> Response:
    """The programme as a page."""
    return pages.programme(_listed(request), requests.language(request))


@route(blueprint, "/events", cors=OPEN_TO_ALL_SITES)
def events(request: Request) -> Response:
    """All events with their counts."""
    listed = _listed(request)
    if requests.wants_page(request):
        return pages.programme(listed, requests.language(request))
    return responses.document({"events": listed})


def _listed(request: Request) -> list[dict[str, object]]:
    stored = [stored.event for stored in programme_store.all_events()]
    places = store.places_of([event.id for event in stored])
    language, now = requests.language(request), clock.now()
    return [serializers.event(event, places[event.id], language, now) for event in stored]


@route(blueprint, "/events/{event_id}", cors=OPEN_TO_ALL_SITES)
def event(request: Request, event_id: str) -> Response:
    """One event with its counts; a browser gets the page with the registration form."""
    described = programme_store.read(event_id)
    if requests.wants_page(request):
        return _form_page(request, described)
    return responses.document(
        serializers.event(described, store.places(event_id), requests.language(request), clock.now())
    )


def _form_page(
    request: Request, described: Event, problem: Problem | None = None, sent: dict[str, object] | None = None
) -> Response:
    language = next(
        (each for each in LANGUAGES if each == (sent or {}).get("language")), requests.language(request)
    )
    shown = serializers.event(described, store.places(described.id), language, clock.now())
    return pages.event(described, shown, language, problem, {"shown_at": clock.now().isoformat(), **(sent or {})})


@route(blueprint, "/events/{event_id}/registrations", "POST", cors=OPEN_TO_ALL_SITES)
def register(request: Request, event_id: str) -> Response:
    """Register: 201 with the registration, or 303 to the participant's page for a form."""
    sent = requests.body(request)
    described = programme_store.read(event_id)
    try:
        registered = _register(request, described, _asked(request, sent))
    except (InvalidFields, TooQuick, RegistrationClosed, AlreadyRegistered, LimitReached) as problem:
        if requests.wants_page(request):
            return _form_page(request, described, problem, sent)
        raise
    link = registration_links.link(event_id, registered[0].id)
    if requests.is_form(request):
        return responses.see_other(link, headers={"Cache-Control": "no-store"})
    made = [serializers.registration(each) for each in registered]
    answer = {"registration": made[0]} | ({"party": made} if "party" in sent else {})
    return responses.document(answer, status=201, headers={"Location": link})


def _asked(request: Request, sent: dict[str, object]) -> dict[str, object]:
    """What is asked for: of a form, without what is there for robots; a box that is not ticked says no."""
    if not requests.is_form(request):
        return sent
    return {"privacy_accepted": False, **honeypot.turned_away(sent, clock.now())}


def _register(request: Request, described: Event, sent: dict[str, object]) -> list[Registration]:
    """The registrations made: one, or those of a party, whoever posted it first."""
    key, now = _idempotency_key(request, sent), clock.now()
    is_open = described.is_open(now)
    if not (is_open or key):
        raise RegistrationClosed
    this_request = new_registration.request_id(key, sent)
    party = new_party.read(sent, described) if "party" in sent else None
    people = party.people if party else (new_registration.read(sent, described),)
    if not is_open:
        return _made_before(described, people, this_request)
    limit = rate_limits.registrations(
        described.id, requests.source(request), described.registration.most_per_source
    )
    if party:
        return parties.register(described, party, this_request, now, limit)
    return [registering.register(described, people[0], this_request, now, limit)]


def _made_before(described: Event, people: tuple[Applicant, ...], request: str) -> list[Registration]:
    """A repeated request is answered even when it would no longer be taken."""
    made = [flows.find_again(described.id, who.registration_id, request) for who in people]
    found = [registered for registered in made if registered]
    if len(found) < len(made):
        raise RegistrationClosed
    return found


def _idempotency_key(request: Request, sent: dict[str, object]) -> str:
    """The header's key, or the form's field, which is taken out of what was sent."""
    in_body = sent.pop("idempotency_key", "")
    key = str(request.headers.get("idempotency-key", "") or in_body)
    if len(key) > _LONGEST_KEY:
        message = N_("Use at most %(max_length)s characters.")
        too_long = FieldError("idempotency_key", "too_long", message, {"max_length": _LONGEST_KEY})
        raise InvalidFields(errors=(too_long,))
    return key


@route(blueprint, "/health")
def health(_request: Request) -> Response:
    """200 and the version."""
    return responses.document({"status": "ok", "version": VERSION})


@route(blueprint, "/openapi.json", cors=OPEN_TO_ALL_SITES)
def openapi(_request: Request) -> Response:
    """The OpenAPI 3.1 description of all of this."""
    from chalicelib.web.openapi import description  # built on demand: no other call needs it

    return responses.document(description())


@route(blueprint, "/schemas/manifest.json", cors=OPEN_TO_ALL_SITES)
def manifest_schema(_request: Request) -> Response:
    """The JSON Schema of manifest.json."""
    from chalicelib.travel.render.json_schema import schema

    return responses.document(schema(f"{settings().public_url}/schemas/manifest.json"))


@route(blueprint, "/assets/{name}")
def asset(request: Request, name: str) -> Response:
    """The pages' one stylesheet, and their scripts."""
    return assets.asset(name, requests.parameters(request).get("v", ""))
