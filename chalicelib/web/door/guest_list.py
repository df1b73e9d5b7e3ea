"""The page at the door: expected guests and check-ins, by name and nothing else."""

from typing import Any

from chalicelib import clock
from chalicelib.programme import store as programme_store
from chalicelib.registration import store
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.lettering import spell_name
from chalicelib.travel.lists.order import build_name_key
from chalicelib.travel.lists.search import FOLDED_CHARACTERS, matches
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS, SCRIPT_HEADERS
from chalicelib.web.organiser import pages

_MAX_SHOWN = 30
Guest = dict[str, Any]


def list_guests(event_id: str) -> list[Guest]:
    """List the confirmed, by family name."""
    return [
        serialize_guest(each)
        for each in sorted(store.list_registrations(event_id, "confirmed"), key=build_name_key)
    ]


def serialize_guest(registration: Registration) -> Guest:
    """Serialize a registration for the door: id, name, and when the guest came."""
    return {
        "id": registration.id,
        "name": str(spell_name(registration.attendee)),
        "checked_in_at": registration.checked_in_at.isoformat() if registration.checked_in_at else None,
    }


def render_json(event_id: str) -> Response:
    """Respond with the guests as JSON, and the server's time."""
    programme_store.read_cached(event_id)
    return responses.json_response(
        {"guests": list_guests(event_id), "now": clock.now().isoformat()}, headers=PRIVATE_HEADERS
    )


def render_page(request: Request, event_id: str) -> Response:
    """Render the page with the guests whose names match the search."""
    event, expected = programme_store.read_cached(event_id), list_guests(event_id)
    q = requests.query_parameters(request).get("q", "")[:200]
    found = [guest for guest in expected if matches(q, guest["name"])]
    response = pages.render_page(
        request,
        "door/door.html",
        event=event,
        q=q,
        letters=FOLDED_CHARACTERS,
        guests=found[:_MAX_SHOWN],
        more=len(found) > _MAX_SHOWN,
        came=sum(1 for guest in expected if guest["checked_in_at"]),
        expected=len(expected),
    )
    response.headers |= {**SCRIPT_HEADERS, "Permissions-Policy": "camera=(self)"}
    return response
