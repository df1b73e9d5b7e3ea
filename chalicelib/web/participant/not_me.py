"""*This was not me*: the page that asks, the call that disowns a registration, and the one that takes it back."""

from chalicelib import clock
from chalicelib.links import registration_links
from chalicelib.problems import LinkNotValid
from chalicelib.programme import store as programme_store
from chalicelib.registration.flows import load_by_mailed_link
from chalicelib.retention import not_me
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.models import Document
from chalicelib.web.http.operations import HTML, OPTIONAL_BODY
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import PUBLIC_CORS, route
from chalicelib.web.http.variants import Variants
from chalicelib.web.participant import pages

blueprint = Blueprint(__name__, tag="registration")


@route(blueprint, "/registrations/{token}/not-me", answers={200: (HTML,)})
def show_not_me(request: Request, token: str) -> Response:
    """Ask the reader of the mailed link if it was not them who registered; nothing is changed."""
    access = registration_links.read_token(token)
    try:
        registration = load_by_mailed_link(access)
    except LinkNotValid:
        return render_disowned(request, token)
    event = programme_store.read_cached(access.event_id)
    return pages.render_not_me(event, registration, registration.attendee.language)


@route(
    blueprint,
    "/registrations/{token}/not-me",
    "POST",
    cors=PUBLIC_CORS,
    answers={200: (Document, HTML)},
    problems=(503,),
    body=OPTIONAL_BODY,
)
def disown_registration(request: Request, token: str) -> Variants:
    """Cancel and erase the registration, since the reader of the mailed link has not made it.

    The address gets no mail of this event until it is wished for: `POST …/wish-to-come`.
    """
    requests.parse_optional_body(request)
    not_me.disown(registration_links.read_token(token), clock.now())
    return Variants(json=_respond, page=lambda: render_disowned(request, token))


@route(
    blueprint,
    "/registrations/{token}/wish-to-come",
    "POST",
    cors=PUBLIC_CORS,
    answers={200: (Document, HTML)},
    problems=(503,),
    body=OPTIONAL_BODY,
)
def wish_to_come(request: Request, token: str) -> Variants:
    """Let the address register at this event again."""
    requests.parse_optional_body(request)
    access = registration_links.read_token(token)
    not_me.take_back(access, clock.now())
    event = programme_store.read_cached(access.event_id)
    return Variants(json=_respond, page=lambda: pages.render_welcome(event, requests.negotiate_language(request)))


def _respond() -> Response:
    return responses.json_response({}, headers=PRIVATE_HEADERS)


def render_disowned(request: Request, token: str) -> Response:
    """Render the page with the one button; raises LinkNotValid where the registration is not disowned."""
    access = registration_links.read_token(token)
    if not not_me.is_disowned(access):
        raise LinkNotValid
    event = programme_store.read_cached(access.event_id)
    return pages.render_disowned(event, token, requests.negotiate_language(request))
