"""Name badges of the participants with a place, to print on sheets of labels."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.programme import store as programme_store
from chalicelib.registration import store
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.lettering import format_badge_name, is_printable_as_typed
from chalicelib.travel.lists.order import build_name_key
from chalicelib.validation import validate
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.operations import HTML, ORGANISERS
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.variants import Variants
from chalicelib.web.organiser import pages

blueprint = Blueprint(__name__, tag="door")

BADGES_PER_FILE = 1000  #: badges: about two seconds to set, and some hundred kilobytes


class FileQuery(BaseModel):
    """The number of the file, for an event with more badges than one file holds."""

    model_config = ConfigDict(extra="ignore")
    part: int = Field(default=1, ge=1, le=1000)


class ChangedName(TypedDict):
    """A name that the badge's typeface cannot print as it was typed."""

    id: str
    name: str
    printed: str


class BadgeFiles(TypedDict):
    """The number of files, and the names that are not printed as typed."""

    files: int
    not_as_typed: list[ChangedName]


@route(blueprint, "/organiser/events/{event_id}/badges", roles=ORGANISERS, answers={200: (BadgeFiles, HTML)})
def get_badge_files(request: Request, event_id: str) -> Variants:
    """Say how many files of badges there are, and which names are not printed as typed."""
    event, people = programme_store.read_cached(event_id), _list_confirmed(event_id)
    others = [each for each in people if not is_printable_as_typed(each.attendee)]
    files = max(1, -(-len(people) // BADGES_PER_FILE))
    shown: dict[str, Any] = {"event": event, "files": files, "others": others, "printed": format_badge_name}
    return Variants(
        json=lambda: responses.json_response(
            {"files": files, "not_as_typed": [_serialize_name(each) for each in others]}, headers=PRIVATE_HEADERS
        ),
        page=lambda: pages.render_page(request, "door/badges.html", **shown),
    )


def _serialize_name(registration: Registration) -> ChangedName:
    attendee = registration.attendee
    return {"id": registration.id, "name": attendee.name, "printed": format_badge_name(attendee)}


@route(
    blueprint,
    "/organiser/events/{event_id}/badges.pdf",
    roles=ORGANISERS,
    answers={200: ()},
    problems=(422,),
    query={"part": int},
)
def get_badges(request: Request, event_id: str) -> Response:
    """Return the badges as PDF, in the order of names, a thousand in a part."""
    from chalicelib.travel.render import badges  # typst is large, and only this route needs it

    event, part = (
        programme_store.read_cached(event_id),
        validate(FileQuery, requests.query_parameters(request)).part,
    )
    people = _list_confirmed(event_id)[BADGES_PER_FILE * (part - 1) :]
    content = badges.render(event, people[:BADGES_PER_FILE], clock.now(), requests.negotiate_language(request))
    return responses.binary_attachment(content, "application/pdf", f"{event_id}-badges-{part}.pdf")


def _list_confirmed(event_id: str) -> list[Registration]:
    return sorted(store.list_registrations(event_id, "confirmed"), key=build_name_key)
