"""Name badges for those who come, to print on sheets of labels."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chalicelib import clock
from chalicelib.auth.guard import require_organiser
from chalicelib.programme import store as programme_store
from chalicelib.registration import store
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.lettering import format_badge_name, is_printable_as_typed
from chalicelib.travel.lists.order import build_name_key
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validate
from chalicelib.web.organiser import pages

blueprint = Blueprint(__name__)

BADGES_PER_FILE = 1000  #: badges: about two seconds to set, and some hundred kilobytes


class FileQuery(BaseModel):
    """Which file, where there are more people than one holds."""

    model_config = ConfigDict(extra="ignore")
    part: int = Field(default=1, ge=1, le=1000)


@route(blueprint, "/organiser/events/{event_id}/badges")
@require_organiser
def badge_files(request: Request, event_id: str) -> Response:
    """How many files there are, and whose badge is not as they typed it; as a page, or as JSON."""
    event, people = programme_store.read_cached(event_id), _list_confirmed(event_id)
    others = [each for each in people if not is_printable_as_typed(each.attendee)]
    files = max(1, -(-len(people) // BADGES_PER_FILE))
    if requests.prefers_html(request):
        shown: dict[str, Any] = {"event": event, "files": files, "others": others, "printed": format_badge_name}
        return pages.render_page(request, "door/badges.html", **shown)
    told = [
        {"id": each.id, "name": each.attendee.name, "printed": format_badge_name(each.attendee)} for each in others
    ]
    return responses.json_response({"files": files, "not_as_typed": told}, headers=PRIVATE_HEADERS)


@route(blueprint, "/organiser/events/{event_id}/badges.pdf")
@require_organiser
def name_badges(request: Request, event_id: str) -> Response:
    """A badge for each who has a place, in the order of names."""
    from chalicelib.travel.render import badges  # what sets pages is large: only who asks for them waits for it

    event, part = (
        programme_store.read_cached(event_id),
        validate(FileQuery, requests.query_parameters(request)).part,
    )
    people = _list_confirmed(event_id)[BADGES_PER_FILE * (part - 1) :]
    made = badges.render(event, people[:BADGES_PER_FILE], clock.now(), requests.negotiate_language(request))
    return responses.binary_attachment(made, "application/pdf", f"{event_id}-badges-{part}.pdf")


def _list_confirmed(event_id: str) -> list[Registration]:
    return sorted(store.list_registrations(event_id, "confirmed"), key=build_name_key)
