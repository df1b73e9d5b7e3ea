"""Access to the personal data of one registration, and its erasure."""

from collections.abc import Callable
from typing import Any

from chalicelib import clock
from chalicelib.links import registration_links
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration.flows import load_registration
from chalicelib.retention import erasure
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.operations import HTML, OPTIONAL_BODY
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import PUBLIC_CORS, route
from chalicelib.web.http.variants import Variants
from chalicelib.web.participant import pages
from chalicelib.web.participant.registration import load_current_registration
from chalicelib.web.records import personal_data
from chalicelib.web.records.models import PersonalData

blueprint = Blueprint(__name__, tag="registration")


@route(
    blueprint,
    "/registrations/{token}/personal-data",
    cors=PUBLIC_CORS,
    answers={200: (PersonalData, HTML)},
    query={"format": str},
)
def get_personal_data(request: Request, token: str) -> Variants:
    """Export all data that is held about the participant; a browser gets it as a page.

    `format=json` gives the file to a browser, too.
    """
    registration = load_registration(registration_links.read_token(token))
    event, language = programme_store.read_cached(registration.event_id), registration.attendee.language
    document = personal_data.build_document(registration, event, language)
    return respond_with_personal_data(
        request,
        document,
        event,
        page=lambda: pages.render_personal_data(document, event, registration, language),
    )


def respond_with_personal_data(
    request: Request, document: dict[str, Any], event: Event, page: Callable[[], Response]
) -> Variants:
    """Answer with what is held about a person: as a JSON file to download, or to a browser as the page."""
    disposition = {"Content-Disposition": f'attachment; filename="{event.id}-personal-data.json"'}
    is_file = requests.query_parameters(request).get("format") == "json"
    return Variants(
        json=lambda: responses.json_response(document, headers=PRIVATE_HEADERS | disposition),
        page=None if is_file else page,
    )


@route(blueprint, "/registrations/{token}", "DELETE", cors=PUBLIC_CORS, answers={204: ()}, problems=(503,))
def erase_registration(_request: Request, token: str) -> Response:
    """Cancel the registration, and erase all data about the participant."""
    erasure.erase(registration_links.read_token(token), clock.now())
    return responses.no_content()


@route(blueprint, "/registrations/{token}/erase", answers={200: (HTML,)})
def show_erasure(_request: Request, token: str) -> Response:
    """Show what erasing means before it is done."""
    registration = load_current_registration(token)
    event = programme_store.read_cached(registration.event_id)
    return pages.render_erasure(event, registration, registration.attendee.language)


@route(
    blueprint,
    "/registrations/{token}/erasure",
    "POST",
    answers={200: (HTML,), 204: ()},
    problems=(503,),
    body=OPTIONAL_BODY,
)
def submit_erasure_form(request: Request, token: str) -> Variants:
    """Cancel and erase, as DELETE does, by the page's form; the page after it names nothing personal."""
    requests.parse_optional_body(request)
    registration = load_current_registration(token)
    event, language = programme_store.read_cached(registration.event_id), registration.attendee.language
    lost = pages.find_lost_place(event, registration)
    erasure.erase(registration_links.read_token(token), clock.now())
    return Variants(json=responses.no_content, page=lambda: pages.render_erased(event, lost, language))
