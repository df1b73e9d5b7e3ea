"""What organisers set aside under a name."""

from typing import Annotated, Any
from urllib.parse import unquote

from chalice import Blueprint
from chalice.app import Request, Response
from pydantic import AfterValidator, BaseModel, StringConstraints

from chalicelib import clock
from chalicelib.audit.audit_log import Word
from chalicelib.auth.guard import for_organisers, organiser
from chalicelib.problems import InvalidFields, NotFound, NotFree, TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Name
from chalicelib.registration import overrides, store
from chalicelib.text import has_unseen, seen
from chalicelib.web.forms.reasons import Said
from chalicelib.web.http import requests, responses
from chalicelib.web.http.responses import PRIVATE
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validated
from chalicelib.web.organiser import event_page, pages
from chalicelib.web.organiser.allotments import Units

blueprint = Blueprint(__name__)

_EVENT = "/organiser/events/{event_id}"


class Hold(Said):
    """How many units of each allotment are set aside."""

    units: dict[Name, Units]


class HoldName(BaseModel):
    """Under which name units are set aside."""

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=overrides.LONGEST_NAME), AfterValidator(seen)
    ]


@route(blueprint, _EVENT + "/holds")
@for_organisers
def holds(_request: Request, event_id: str) -> Response:
    """All holds, each with its units."""
    return responses.document({"holds": _holds(store.places(event_id).holds)})


def _holds(found: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    return [{"name": name, "units": units} for name, units in sorted(found.items())]


@route(blueprint, _EVENT + "/holds", "POST")
@for_organisers
def hold_by_form(request: Request, event_id: str) -> Response:
    """The page's form to set units aside under a name, or to change how many; none at all gives the hold up."""
    sent = requests.fields(request)
    try:
        _hold_as_sent(request, event_id, sent)
    except (InvalidFields, NotFree, TooBusy) as problem:
        refused = pages.refusal(request, sent.get("form", ""), problem, sent)
        return event_page.page(request, event_id, refused)
    return pages.go_on(request, "events", event_id, done="hold")


def _hold_as_sent(request: Request, event_id: str, sent: dict[str, str]) -> None:
    event = programme_store.read(event_id)
    name = validated(HoldName, {name: sent[name] for name in ("name",) if name in sent}).name
    units = {each: sent[f"units.{each}"] for each in event.capacities if f"units.{each}" in sent}
    why = {name: sent[name] for name in ("reason",) if name in sent}
    wanted = validated(Hold, {"units": units, **why})
    overrides.hold(event, name, wanted.units, clock.now(), wanted.word(request))


@route(blueprint, _EVENT + "/holds/{name}", "PUT")
@for_organisers
def put_hold(request: Request, event_id: str, name: str) -> Response:
    """Set units aside under a name, or change how many; what it gives up goes to those who wait."""
    wanted = validated(Hold, requests.body(request))
    return _hold(event_id, unquote(name), wanted.units, wanted.word(request))


@route(blueprint, _EVENT + "/holds/{name}", "DELETE")
@for_organisers
def delete_hold(request: Request, event_id: str, name: str) -> Response:
    """End the hold: its units, and no others, go to those who wait."""
    return _hold(event_id, unquote(name), {}, Word(organiser(request)))


def _hold(event_id: str, name: str, units: dict[str, int], word: Word) -> Response:
    event = programme_store.read(event_id)
    if not units.keys() <= event.capacities.keys() or len(name) > overrides.LONGEST_NAME or has_unseen(name):
        raise NotFound
    return responses.document(
        {"holds": _holds(overrides.hold(event, name, units, clock.now(), word).holds)}, headers=PRIVATE
    )
