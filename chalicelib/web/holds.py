"""What organisers set aside under a name."""

from typing import Annotated, Any
from urllib.parse import unquote

from chalice import Blueprint
from chalice.app import Request, Response
from pydantic import AfterValidator, BaseModel, StringConstraints

from chalicelib import clock
from chalicelib.journal import Word
from chalicelib.problems import InvalidFields, NotFound, NotFree, TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Name
from chalicelib.registration import by_hand, store
from chalicelib.signs import has_unseen, seen
from chalicelib.web import answers, event_page, organiser_pages, reading
from chalicelib.web.allotments import Units
from chalicelib.web.answers import PRIVATE
from chalicelib.web.reasons import Said
from chalicelib.web.routing import route
from chalicelib.web.sign_in import for_organisers, organiser
from chalicelib.web.validation import validated

blueprint = Blueprint(__name__)

_EVENT = "/organiser/events/{event_id}"


class Hold(Said):
    """How many units of each allotment are set aside."""

    units: dict[Name, Units]


class HoldName(BaseModel):
    """Under which name units are set aside."""

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=by_hand.LONGEST_NAME), AfterValidator(seen)
    ]


@route(blueprint, _EVENT + "/holds")
@for_organisers
def holds(_request: Request, event_id: str) -> Response:
    """All holds, each with its units."""
    return answers.document({"holds": _holds(store.places(event_id).holds)})


def _holds(found: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    return [{"name": name, "units": units} for name, units in sorted(found.items())]


@route(blueprint, _EVENT + "/holds", "POST")
@for_organisers
def hold_by_form(request: Request, event_id: str) -> Response:
    """The page's form to set units aside under a name, or to change how many; none at all gives the hold up."""
    sent = reading.fields(request)
    try:
        _hold_as_sent(request, event_id, sent)
    except (InvalidFields, NotFree, TooBusy) as problem:
        refused = organiser_pages.refusal(request, sent.get("form", ""), problem, sent)
        return event_page.page(request, event_id, refused)
    return organiser_pages.go_on(request, "events", event_id, done="hold")


def _hold_as_sent(request: Request, event_id: str, sent: dict[str, str]) -> None:
    event = programme_store.read(event_id)
    name = validated(HoldName, {name: sent[name] for name in ("name",) if name in sent}).name
    units = {each: sent[f"units.{each}"] for each in event.capacities if f"units.{each}" in sent}
    why = {name: sent[name] for name in ("reason",) if name in sent}
    wanted = validated(Hold, {"units": units, **why})
    by_hand.hold(event, name, wanted.units, clock.now(), wanted.word(request))


@route(blueprint, _EVENT + "/holds/{name}", "PUT")
@for_organisers
def put_hold(request: Request, event_id: str, name: str) -> Response:
    """Set units aside under a name, or change how many; what it gives up goes to those who wait."""
    wanted = validated(Hold, reading.body(request))
    return _hold(event_id, unquote(name), wanted.units, wanted.word(request))


@route(blueprint, _EVENT + "/holds/{name}", "DELETE")
@for_organisers
def delete_hold(request: Request, event_id: str, name: str) -> Response:
    """End the hold: its units, and no others, go to those who wait."""
    return _hold(event_id, unquote(name), {}, Word(organiser(request)))


def _hold(event_id: str, name: str, units: dict[str, int], word: Word) -> Response:
    event = programme_store.read(event_id)
    if not units.keys() <= event.capacities.keys() or len(name) > by_hand.LONGEST_NAME or has_unseen(name):
        raise NotFound
    return answers.document(
        {"holds": _holds(by_hand.hold(event, name, units, clock.now(), word).holds)}, headers=PRIVATE
    )
