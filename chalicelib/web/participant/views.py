"""The endpoints of links that change nothing: the view of a registration's status, and the check-in code."""

from chalicelib import clock
from chalicelib.links import registration_links
from chalicelib.programme import store as programme_store
from chalicelib.registration import flows
from chalicelib.registration.model import Registration
from chalicelib.web.http import requests
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.models import OneRegistrationStatus
from chalicelib.web.http.operations import HTML
from chalicelib.web.http.routing import PUBLIC_CORS, route
from chalicelib.web.http.variants import Variants
from chalicelib.web.participant import pages
from chalicelib.web.participant.registration import respond_with_calendar_file, respond_with_document

blueprint = Blueprint(__name__, tag="registration")


@route(blueprint, "/views/{token}", cors=PUBLIC_CORS, answers={200: (OneRegistrationStatus, HTML)})
def get_view(request: Request, token: str) -> Variants:
    """Show event, status and position: what the link in a calendar entry opens."""
    registration = _load_viewed(token)
    return Variants(
        json=lambda: respond_with_document(registration), page=lambda: _render_page(request, registration)
    )


def _load_viewed(token: str) -> Registration:
    return flows.load_as_of(registration_links.read_view_token(token), clock.now())


def _render_page(request: Request, registration: Registration) -> Response:
    event, language = programme_store.read_cached(registration.event_id), registration.attendee.language
    return pages.render_status(request, event, flows.load_standing(registration), language)


@route(blueprint, "/views/{token}/calendar.ics", answers={200: ("text/calendar",)})
def get_viewed_calendar_file(_request: Request, token: str) -> Response:
    """Return the calendar file of the registration as it is now."""
    return respond_with_calendar_file(_load_viewed(token))


@route(blueprint, "/codes/{code}", answers={200: (HTML,)})
def show_code(request: Request, code: str) -> Response:
    """Say that a check-in code is to be shown at the door; it opens nothing, and names no one."""
    flows.load_registration(registration_links.read_code(code))
    return pages.render_code(requests.negotiate_language(request))
