"""The start page of check-in staff and caterers: the events, each with links to their pages."""

from typing import Any

from chalicelib import clock
from chalicelib.auth.guard import read_roles
from chalicelib.programme import store as programme_store
from chalicelib.programme.lines import PLACE
from chalicelib.programme.listing import Listing, split_by_end
from chalicelib.programme.model import Event
from chalicelib.registration import store
from chalicelib.settings import Role, settings
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.organiser import pages

_PAGE_BY_ROLE: dict[Role, str] = {"check_in": "door", "caterer": "catering"}


def render_page(request: Request) -> Response:
    """Render the events as a page."""
    return pages.render_page(request, "organiser/start.html", events=_list_events(request))


def render_json(request: Request) -> Response:
    """Respond with the events as JSON."""
    upcoming, past = _list_events(request)
    return responses.json_response({"events": [*upcoming, *past]}, headers=PRIVATE_HEADERS)


def _list_events(request: Request) -> Listing[dict[str, Any]]:
    language, roles = requests.negotiate_language(request), read_roles(request)
    page_names = [name for role, name in _PAGE_BY_ROLE.items() if role in roles]
    events = [each.event for each in programme_store.read_all()]
    places = store.read_places_of_events([event.id for event in events])
    root = f"{settings().public_url}/organiser/events"

    def serialize(event: Event) -> dict[str, Any]:
        return {
            "id": event.id,
            "title": event.title.in_(language),
            "starts_at": event.starts_at.isoformat(),
            "ends_at": event.ends_at.isoformat(),
            "venue": {"name": event.venue.name, "address": event.venue.address},
            "expected": places[event.id].taken.get(PLACE, 0),
            "links": {name: f"{root}/{event.id}/{name}" for name in page_names},
        }

    return split_by_end(events, clock.now()).convert(serialize)
