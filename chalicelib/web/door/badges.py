"""Name badges for those who come, to print on sheets of labels."""

from typing import Any

from chalice import Blueprint
from chalice.app import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chalicelib import clock
from chalicelib.auth.guard import for_organisers
from chalicelib.programme import store as programme_store
from chalicelib.registration import store
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.lettering import as_typed, on_badge
from chalicelib.travel.lists.order import by_name
from chalicelib.web.http import requests, responses
from chalicelib.web.http.responses import PRIVATE
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validated
from chalicelib.web.organiser import pages

blueprint = Blueprint(__name__)

IN_A_FILE = 1000  #: badges: about two seconds to set, and some hundred kilobytes


class Part(BaseModel):
    """Which file, where there are more people than one holds."""

    model_config = ConfigDict(extra="ignore")
    part: int = Field(default=1, ge=1, le=1000)


@route(blueprint, "/organiser/events/{event_id}/badges")
@for_organisers
def badge_files(request: Request, event_id: str) -> Response:
    """How many files there are, and whose badge is not as they typed it; as a page, or as JSON."""
    event, people = programme_store.read(event_id), _people(event_id)
    others = [each for each in people if not as_typed(each.attendee)]
    files = max(1, -(-len(people) // IN_A_FILE))
    if requests.wants_page(request):
        shown: dict[str, Any] = {"event": event, "files": files, "others": others, "printed": on_badge}
        return pages.page(request, "door/badges.html", **shown)
    told = [{"id": each.id, "name": each.attendee.name, "printed": on_badge(each.attendee)} for each in others]
    return responses.document({"files": files, "not_as_typed": told}, headers=PRIVATE)


@route(blueprint, "/organiser/events/{event_id}/badges.pdf")
@for_organisers
def name_badges(request: Request, event_id: str) -> Response:
    """A badge for each who has a place, in the order of names."""
    from chalicelib.travel.render import badges  # what sets pages is large: only who asks for them waits for it

    event, part = programme_store.read(event_id), validated(Part, requests.parameters(request)).part
    people = _people(event_id)[IN_A_FILE * (part - 1) :]
    made = badges.render(event, people[:IN_A_FILE], clock.now(), requests.language(request))
    return responses.attachment(made, "application/pdf", f"{event_id}-badges-{part}.pdf")


def _people(event_id: str) -> list[Registration]:
    return sorted(store.registrations(event_id, "confirmed"), key=by_name)
