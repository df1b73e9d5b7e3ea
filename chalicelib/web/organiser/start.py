"""Where check-in staff and caterers begin: the events, each with the way to what is theirs to see there."""

from typing import Any

from chalice.app import Request, Response

from chalicelib.auth.guard import roles
from chalicelib.programme import store as programme_store
from chalicelib.programme.lines import PLACE
from chalicelib.registration import store
from chalicelib.settings import Role, settings
from chalicelib.web.http import requests, responses
from chalicelib.web.http.responses import PRIVATE
from chalicelib.web.organiser import pages

_PART_OF: dict[Role, str] = {"check_in": "door", "caterer": "catering"}


def page(request: Request) -> Response:
    """The events as a page."""
    return pages.page(request, "organiser/start.html", events=_events(request))


def document(request: Request) -> Response:
    """The events as JSON."""
    return responses.document({"events": _events(request)}, headers=PRIVATE)


def _events(request: Request) -> list[dict[str, Any]]:
    language, mine = requests.language(request), roles(request)
    parts = [part for role, part in _PART_OF.items() if role in mine]
    stored = [each.event for each in programme_store.all_events()]
    places = store.places_of([event.id for event in stored])
    root = f"{settings().public_url}/organiser/events"
    return [
        {
            "id": event.id,
            "title": event.title.in_(language),
            "starts_at": event.starts_at.isoformat(),
            "ends_at": event.ends_at.isoformat(),
            "venue": {"name": event.venue.name, "address": event.venue.address},
            "expected": places[event.id].taken.get(PLACE, 0),
            "links": {part: f"{root}/{event.id}/{part}" for part in parts},
        }
        for event in stored
    ]
