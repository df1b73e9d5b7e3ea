"""The organisers' endpoints of holds: units that are set aside under a name."""

from typing import Annotated, Any
from urllib.parse import unquote

from pydantic import StringConstraints
from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.auth.guard import read_signed_in_email
from chalicelib.problems import InvalidFields, NotFound, NotFree, TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Name
from chalicelib.registration import overrides, store
from chalicelib.text import CLEAN_LINE, has_control_characters
from chalicelib.validation import validate
from chalicelib.web.forms.reasons import OptionalReason
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.operations import CONFLICTS, ORGANISERS, Body
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.organiser import event_page, pages
from chalicelib.web.organiser.allotments import Units

blueprint = Blueprint(__name__, tag="organiser")

_EVENT_PATH = "/organiser/events/{event_id}"


class Hold(OptionalReason):
    """The units of each allotment that are set aside."""

    units: dict[Name, Units]


class HoldByForm(Hold):
    """The form of a hold, which has its name, too."""

    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=overrides.MAX_HOLD_NAME_LENGTH),
        CLEAN_LINE,
    ]


class HoldDocument(TypedDict):
    """A hold, and its units by allotment."""

    name: str
    units: dict[str, int]


class Holds(TypedDict):
    """All holds of an event."""

    holds: list[HoldDocument]


@route(blueprint, _EVENT_PATH + "/holds", roles=ORGANISERS, answers={200: (Holds,)})
def list_holds(_request: Request, event_id: str) -> Response:
    """List all holds, each with its units."""
    return responses.json_response({"holds": _serialize_holds(store.read_places(event_id).holds)})


def _serialize_holds(units_by_name: dict[str, dict[str, int]]) -> list[HoldDocument]:
    return [{"name": name, "units": units} for name, units in sorted(units_by_name.items())]


@route(
    blueprint,
    _EVENT_PATH + "/holds",
    "POST",
    roles=ORGANISERS,
    answers={303: ()},
    problems=CONFLICTS,
    body=Body(form={"form", "name", "reason"}),
)
def submit_hold_form(request: Request, event_id: str) -> Response:
    """Set units aside under a name, or change how many, with the page's form.

    The form has a field `units.` and the allotment's name for each allotment; no units at all end the hold.
    """
    submitted = requests.form_fields(request)
    try:
        _put_submitted_hold(request, event_id, submitted)
    except (InvalidFields, NotFree, TooBusy) as problem:
        rejected = pages.build_rejected_form(request, submitted.get("form", ""), problem, submitted)
        return event_page.render_page(request, event_id, rejected)
    return pages.redirect(request, "events", event_id, done="hold")


def _put_submitted_hold(request: Request, event_id: str, submitted: dict[str, str]) -> None:
    event = programme_store.read_cached(event_id)
    units = {each: submitted[f"units.{each}"] for each in event.capacities if f"units.{each}" in submitted}
    texts: dict[str, Any] = {name: submitted[name] for name in ("name", "reason") if name in submitted}
    hold = validate(HoldByForm, {"units": units, **texts})
    overrides.hold(event, hold.name, hold.units, clock.now(), hold.build_actor(request))


@route(
    blueprint,
    _EVENT_PATH + "/holds/{name}",
    "PUT",
    roles=ORGANISERS,
    answers={200: (Holds,)},
    problems=CONFLICTS,
    body=Body(Hold),
)
def put_hold(request: Request, event_id: str, name: str) -> Response:
    """Set units aside under a name, or change how many; released units go to the waitlist."""
    hold = validate(Hold, requests.parse_body(request))
    return _put_hold(event_id, unquote(name), hold.units, hold.build_actor(request))


@route(
    blueprint,
    _EVENT_PATH + "/holds/{name}",
    "DELETE",
    roles=ORGANISERS,
    answers={200: (Holds,)},
    problems=(503,),
)
def delete_hold(request: Request, event_id: str, name: str) -> Response:
    """End the hold; its units go to the waitlist."""
    return _put_hold(event_id, unquote(name), {}, Actor(read_signed_in_email(request)))


def _put_hold(event_id: str, name: str, units: dict[str, int], actor: Actor) -> Response:
    event = programme_store.read_cached(event_id)
    if (
        not units.keys() <= event.capacities.keys()
        or len(name) > overrides.MAX_HOLD_NAME_LENGTH
        or has_control_characters(name)
    ):
        raise NotFound
    return responses.json_response(
        {"holds": _serialize_holds(overrides.hold(event, name, units, clock.now(), actor).holds)},
        headers=PRIVATE_HEADERS,
    )
