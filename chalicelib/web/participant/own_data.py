"""What is held about a person, given to the holder of the link or deleted at their wish."""

from typing import Any

from chalicelib import clock
from chalicelib.links import registration_links
from chalicelib.programme import store as programme_store
from chalicelib.retention import erasure, personal_data
from chalicelib.travel import personal_data as for_the_journey
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import PUBLIC_CORS, route
from chalicelib.web.participant import pages
from chalicelib.web.participant.registration import load_current_registration

blueprint = Blueprint(__name__)


@route(blueprint, "/registrations/{token}/personal-data", cors=PUBLIC_CORS)
def own_data(_request: Request, token: str) -> Response:
    """Everything held about this person, as JSON to keep."""
    return respond_with_personal_data(*registration_links.read_token(token))


def respond_with_personal_data(event_id: str, registration_id: str) -> Response:
    """Everything held about this person, as a JSON file to download."""
    own = personal_data.export_personal_data(event_id, registration_id)
    held: dict[str, Any] = {
        "event": event_id,
        **own,
        **for_the_journey.export_personal_data(event_id, registration_id),
    }
    disposition = {"Content-Disposition": f'attachment; filename="{event_id}-personal-data.json"'}
    return responses.json_response(held, headers=PRIVATE_HEADERS | disposition)


@route(blueprint, "/registrations/{token}", "DELETE", cors=PUBLIC_CORS)
def erase(_request: Request, token: str) -> Response:
    """Cancel, and delete everything about this person: 204."""
    erasure.erase(*registration_links.read_token(token), "participant", clock.now())
    return responses.no_content()


@route(blueprint, "/registrations/{token}/erase")
def erase_page(_request: Request, token: str) -> Response:
    """What deleting means, asked before it is done."""
    registered = load_current_registration(token)
    described = programme_store.read_cached(registered.event_id)
    return pages.render_erasure(described, registered, registered.attendee.language)


@route(blueprint, "/registrations/{token}/erasure", "POST")
def erase_by_form(request: Request, token: str) -> Response:
    """As DELETE, for a form: what is shown then knows nobody any more."""
    requests.parse_optional_body(request)
    registered = load_current_registration(token)
    described, language = programme_store.read_cached(registered.event_id), registered.attendee.language
    erasure.erase(registered.event_id, registered.id, "participant", clock.now())
    return pages.render_erased(described, language) if requests.prefers_html(request) else responses.no_content()
