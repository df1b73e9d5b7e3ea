"""At the door, over HTTP: checking in by the list or by the code in somebody's mail."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from chalicelib import clock
from chalicelib.attendance import check_in as attendance
from chalicelib.auth.guard import read_roles, require_roles
from chalicelib.links import registration_links
from chalicelib.problems import LinkNotValid, NotFound
from chalicelib.registration.model import Registration
from chalicelib.web.door import guest_list
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validate
from chalicelib.web.organiser import pages, person_page

blueprint = Blueprint(__name__)

_EVENT_PATH = "/organiser/events/{event_id}"
_REGISTRATION_PATH = _EVENT_PATH + "/registrations/{registration_id}"
_require_door_role = require_roles("organiser", "check_in")


class CheckIn(BaseModel):
    """When they came, where it is told later than that."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    at: AwareDatetime | None = None


class CheckInByCode(CheckIn):
    """What the code says: the link of a registration, or its token alone."""

    code: str = Field(min_length=1, max_length=1000)

    @property
    def token(self) -> str:
        return self.code.rpartition("/")[2]


@route(blueprint, _EVENT_PATH + "/door")
@_require_door_role
def at_the_door(request: Request, event_id: str) -> Response:
    """Who is expected, and who has come: names only. A browser gets the page to check people in with."""
    return (
        guest_list.render_page(request, event_id)
        if requests.prefers_html(request)
        else guest_list.render_json(event_id)
    )


@route(blueprint, _REGISTRATION_PATH + "/check-in", "POST")
@_require_door_role
def check_in(request: Request, event_id: str, registration_id: str) -> Response:
    """They have come; told again, it stays as it was. A form's way leads back to the door."""
    wanted = validate(CheckIn, requests.parse_optional_body(request))
    answered = _record_check_in(request, event_id, registration_id, wanted.at)
    if requests.is_form(request):
        return pages.redirect(request, "events", event_id, "door", done="came")
    return answered


@route(blueprint, _EVENT_PATH + "/check-ins", "POST")
@_require_door_role
def check_in_by_code(request: Request, event_id: str) -> Response:
    """As `check-in`, by the code in somebody's mail; one of another event is not found here."""
    wanted = validate(CheckInByCode, requests.parse_body(request))
    return _record_check_in(request, event_id, _resolve_token(wanted.token, event_id), wanted.at)


def _resolve_token(token: str, event_id: str) -> str:
    try:
        theirs, registration_id = registration_links.read_token(token)
    except LinkNotValid as error:
        raise NotFound from error
    if theirs != event_id:
        raise NotFound
    return registration_id


def _record_check_in(request: Request, event_id: str, registration_id: str, at: datetime | None) -> Response:
    now, registered = clock.now(), person_page.load_registration(event_id, registration_id)
    return _respond_for_role(request, attendance.check_in(event_id, registered.id, at or now, now))


def _respond_for_role(request: Request, registration: Registration) -> Response:
    """The registration for an organiser; whoever only minds the door gets the name."""
    if "organiser" in read_roles(request):
        return person_page.respond_with_registration(registration)
    return responses.json_response(
        {"registration": guest_list.serialize_guest(registration)}, headers=PRIVATE_HEADERS
    )


@route(blueprint, _REGISTRATION_PATH + "/check-in", "DELETE")
@_require_door_role
def undo_check_in(request: Request, event_id: str, registration_id: str) -> Response:
    """They have not come after all."""
    registered = person_page.load_registration(event_id, registration_id)
    return _respond_for_role(request, attendance.undo(event_id, registered.id, clock.now()))
