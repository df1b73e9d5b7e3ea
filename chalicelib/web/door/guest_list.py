"""The page at the door: who is expected, and who has come. Names and nothing else about anybody."""

from typing import Any

from chalice.app import Request, Response

from chalicelib import clock
from chalicelib.programme import store as programme_store
from chalicelib.registration import store
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.order import by_name
from chalicelib.web.http import requests, responses
from chalicelib.web.http.responses import PRIVATE, WITH_SCRIPT
from chalicelib.web.organiser import pages

_SHOWN = 30
Guest = dict[str, Any]


def guests(event_id: str) -> list[Guest]:
    """All who have a place, in the order of their family names."""
    return [guest(each) for each in sorted(store.registrations(event_id, "confirmed"), key=by_name)]


def guest(registered: Registration) -> Guest:
    """What may be known of somebody at the door: who they are, and when they came."""
    return {
        "id": registered.id,
        "name": registered.attendee.name,
        "checked_in_at": registered.came_at.isoformat() if registered.came_at else None,
    }


def document(event_id: str) -> Response:
    """The guests as JSON, with the moment by our clock."""
    programme_store.read(event_id)
    return responses.document({"guests": guests(event_id), "now": clock.now().isoformat()}, headers=PRIVATE)


def page(request: Request, event_id: str) -> Response:
    """The page, with those whose name is searched for."""
    event, expected = programme_store.read(event_id), guests(event_id)
    q = requests.parameters(request).get("q", "")[:200]
    found = [guest for guest in expected if all(word in guest["name"].casefold() for word in q.casefold().split())]
    answer = pages.page(
        request,
        "door/door.html",
        event=event,
        q=q,
        guests=found[:_SHOWN],
        more=len(found) > _SHOWN,
        came=sum(1 for guest in expected if guest["checked_in_at"]),
        expected=len(expected),
    )
    answer.headers |= {**WITH_SCRIPT, "Permissions-Policy": "camera=(self)"}
    return answer
