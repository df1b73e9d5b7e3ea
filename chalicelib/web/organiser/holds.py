"""What organisers set aside under a name."""

from typing import Annotated, Any
from urllib.parse import unquote

from pydantic import AfterValidator, BaseModel, StringConstraints

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.auth.guard import read_signed_in_email, require_organiser
from chalicelib.problems import InvalidFields, NotFound, NotFree, TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Name
from chalicelib.registration import overrides, store
from chalicelib.text import has_control_characters, reject_control_characters
from chalicelib.web.forms.reasons import OptionalReason
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validate
from chalicelib.web.organiser import event_page, pages
from chalicelib.web.organiser.allotments import Units

blueprint = Blueprint(__name__)

_EVENT_PATH = "/organiser/events/{event_id}"


class Hold(OptionalReason):
    """How many units of each allotment are set aside."""

    units: dict[Name, Units]


class HoldName(BaseModel):
    """Under which name units are set aside."""

    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=overrides.MAX_HOLD_NAME_LENGTH),
        AfterValidator(reject_control_characters),
    ]


@route(blueprint, _EVENT_PATH + "/holds")
@require_organiser
def holds(_request: Request, event_id: str) -> Response:
    """All holds, each with its units."""
    return responses.json_response({"holds": _serialize_holds(store.read_places(event_id).holds)})


def _serialize_holds(units_by_name: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    return [{"name": name, "units": units} for name, units in sorted(units_by_name.items())]


@route(blueprint, _EVENT_PATH + "/holds", "POST")
@require_organiser
def hold_by_form(request: Request, event_id: str) -> Response:
    """The page's form to set units aside under a name, or to change how many; none at all gives the hold up."""
    sent = requests.form_fields(request)
    try:
        _put_submitted_hold(request, event_id, sent)
    except (InvalidFields, NotFree, TooBusy) as problem:
        refused = pages.build_rejected_form(request, sent.get("form", ""), problem, sent)
        return event_page.render_page(request, event_id, refused)
    return pages.redirect(request, "events", event_id, done="hold")


def _put_submitted_hold(request: Request, event_id: str, submitted: dict[str, str]) -> None:
    event = programme_store.read_cached(event_id)
    name = validate(HoldName, {name: submitted[name] for name in ("name",) if name in submitted}).name
    units = {each: submitted[f"units.{each}"] for each in event.capacities if f"units.{each}" in submitted}
    why = {name: submitted[name] for name in ("reason",) if name in submitted}
    wanted = validate(Hold, {"units": units, **why})
    overrides.hold(event, name, wanted.units, clock.now(), wanted.build_actor(request))


@route(blueprint, _EVENT_PATH + "/holds/{name}", "PUT")
@require_organiser
def put_hold(request: Request, event_id: str, name: str) -> Response:
    """Set units aside under a name, or change how many; what it gives up goes to those who wait."""
    wanted = validate(Hold, requests.parse_body(request))
    return _put_hold(event_id, unquote(name), wanted.units, wanted.build_actor(request))


@route(blueprint, _EVENT_PATH + "/holds/{name}", "DELETE")
@require_organiser
def delete_hold(request: Request, event_id: str, name: str) -> Response:
    """End the hold: its units, and no others, go to those who wait."""
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
