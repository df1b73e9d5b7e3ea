"""Check-in at the door, by the guest list or by the code in a participant's mail."""

from collections.abc import Callable
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.attendance import check_in as attendance
from chalicelib.auth.guard import read_roles
from chalicelib.links import registration_links
from chalicelib.problems import LinkNotValid, NotFound
from chalicelib.registration.access import Access
from chalicelib.registration.model import Registration
from chalicelib.validation import validate
from chalicelib.web.door import guest_list
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.models import DateTime, OrganiserRegistration
from chalicelib.web.http.operations import CONFLICTS, DOOR_STAFF, HTML, Body
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.variants import Variants
from chalicelib.web.organiser import pages, person_page

blueprint = Blueprint(__name__, tag="door")

_EVENT_PATH = "/organiser/events/{event_id}"
_REGISTRATION_PATH = _EVENT_PATH + "/registrations/{registration_id}"


class CheckIn(BaseModel):
    """The time of arrival, where it is reported later."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    at: AwareDatetime | None = None


class CheckInByCode(CheckIn):
    """The content of a check-in code: its whole address, or the code alone."""

    code: str = Field(min_length=1, max_length=1000)

    @property
    def code_alone(self) -> str:
        """The code without its address."""
        return self.code.rpartition("/")[2]


class Guest(TypedDict):
    """A participant as check-in staff see them."""

    id: str
    name: str
    checked_in_at: DateTime | None


class GuestList(TypedDict):
    """The participants with a place, and the service's time."""

    guests: list[Guest]
    now: DateTime


class CheckedIn(TypedDict):
    """The registration for an organiser, the guest for check-in staff."""

    registration: OrganiserRegistration | Guest


@route(blueprint, _EVENT_PATH + "/door", roles=DOOR_STAFF, answers={200: (GuestList, HTML)}, query={"q": str})
def get_guest_list(request: Request, event_id: str) -> Variants:
    """List the participants with a place by name, and the time at which each came.

    A browser gets the page to check people in with.
    """
    return Variants(
        json=lambda: guest_list.render_json(event_id), page=lambda: guest_list.render_page(request, event_id)
    )


@route(
    blueprint,
    _REGISTRATION_PATH + "/check-in",
    "POST",
    roles=DOOR_STAFF,
    answers={200: (CheckedIn,), 303: ()},
    problems=CONFLICTS,
    body=Body(CheckIn, is_required=False),
)
def check_in(request: Request, event_id: str, registration_id: str) -> Variants:
    """Check a participant in; repeated, it changes nothing.

    A form is redirected to the guest list.
    """
    arrival = validate(CheckIn, requests.parse_optional_body(request))
    response = _record_check_in(request, Access(event_id, registration_id), arrival.at)
    return Variants(
        json=lambda: response, form=lambda: pages.redirect(request, "events", event_id, "door", done="came")
    )


@route(
    blueprint,
    _EVENT_PATH + "/check-ins",
    "POST",
    roles=DOOR_STAFF,
    answers={200: (CheckedIn,)},
    problems=CONFLICTS,
    body=Body(CheckInByCode),
)
def check_in_by_code(request: Request, event_id: str) -> Response:
    """Check a participant in by the code in their mail; a code of another event is not found."""
    arrival = validate(CheckInByCode, requests.parse_body(request))
    return _record_check_in(request, _read_code(arrival.code_alone, event_id), arrival.at)


def _read_code(code: str, event_id: str) -> Access:
    try:
        access = registration_links.read_code(code)
    except LinkNotValid as error:
        raise NotFound from error
    if access.event_id != event_id:
        raise NotFound
    return access


def _record_check_in(request: Request, access: Access, at: datetime | None) -> Response:
    now = clock.now()
    return _respond_for_role(request, lambda: attendance.check_in(access, at or now, now))


def _respond_for_role(request: Request, action: Callable[[], Registration]) -> Response:
    """Run the action; answer an organiser with the registration, and check-in staff with the name alone."""
    try:
        registration = action()
    except LinkNotValid as error:
        raise NotFound from error
    if "organiser" in read_roles(request):
        return person_page.respond_with_registration(registration)
    return responses.json_response(
        {"registration": guest_list.serialize_guest(registration)}, headers=PRIVATE_HEADERS
    )


@route(
    blueprint,
    _REGISTRATION_PATH + "/check-in",
    "DELETE",
    roles=DOOR_STAFF,
    answers={200: (CheckedIn,)},
    problems=(503,),
)
def undo_check_in(request: Request, event_id: str, registration_id: str) -> Response:
    """Take a check-in back."""
    return _respond_for_role(request, lambda: attendance.undo(Access(event_id, registration_id), clock.now()))
