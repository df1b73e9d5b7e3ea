"""The organiser's hand on a registration: cancelling, promotion, priority, the mail once more."""

from collections.abc import Callable
from typing import Any

from chalice import Blueprint
from chalice.app import Request, Response
from pydantic import Field

from chalicelib import clock
from chalicelib.audit.audit_log import Word
from chalicelib.auth.guard import for_organisers, organiser
from chalicelib.language import N_
from chalicelib.links import mail_requests
from chalicelib.problems import InvalidFields, NotFree, NotHeld, NotWaiting, TooBusy, TooSoon
from chalicelib.programme import store as programme_store
from chalicelib.programme.lines import HIGHEST, LOWEST
from chalicelib.registration import changing, flows, overrides
from chalicelib.registration.model import Registration
from chalicelib.retention import erasure
from chalicelib.web.forms import registration_change
from chalicelib.web.forms.reasons import Said, Why
from chalicelib.web.http import requests, responses
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validated
from chalicelib.web.organiser import pages, person_page
from chalicelib.web.organiser.pages import Question
from chalicelib.web.participant import own_data

blueprint = Blueprint(__name__)

_ONE = "/organiser/events/{event_id}/registrations/{registration_id}"
Act = Callable[[dict[str, Any]], Registration]


class Cancellation(Said):
    """Why, if that is to be kept."""


class Promotion(Why):
    """Which wish, where it wishes for several things; from which hold, if any; `confirm` to give more than there
    is."""

    wait_for: str = Field(default="", max_length=40)
    hold: str = Field(default="", max_length=overrides.LONGEST_NAME)
    confirm: bool = False


class Priority(Why):
    """Where in the line: 1 goes first, 5 is ordinary, 9 goes last; of the wish named, where it wishes for several
    things."""

    wait_for: str = Field(default="", max_length=40)
    priority: int = Field(ge=HIGHEST, le=LOWEST)


@route(blueprint, _ONE, "PATCH")
@for_organisers
def change_for(request: Request, event_id: str, registration_id: str) -> Response:
    """Change somebody's details, needs or wishes for them, also when airline and hotel have the lists."""
    event, registered = programme_store.read(event_id), person_page.found(event_id, registration_id)
    wanted = registration_change.read(requests.body(request), registered, event)
    return person_page.answered(changing.change(event, registration_id, wanted, clock.now(), organiser(request)))


@route(blueprint, _ONE + "/cancellation", "POST")
@for_organisers
def cancel_for(request: Request, event_id: str, registration_id: str) -> Response:
    """Cancel somebody's registration; the page's form always says why."""

    def cancel(sent: dict[str, Any]) -> Registration:
        word = validated(Why if requests.is_form(request) else Cancellation, sent).word(request)
        return flows.cancel(event_id, registration_id, "organiser", clock.now(), word.said)

    return _answered(request, event_id, registration_id, "cancelled", cancel)


@route(blueprint, _ONE + "/promotion", "POST")
@for_organisers
def promote(request: Request, event_id: str, registration_id: str) -> Response:
    """Give somebody what they wait for, ahead of their turn."""

    def give(sent: dict[str, Any]) -> Registration:
        wanted = validated(Promotion, sent)
        event, word = programme_store.read(event_id), wanted.word(request)
        what = {"wish": wanted.wait_for, "hold": wanted.hold}
        return overrides.promote(event, registration_id, word, clock.now(), **what, confirmed=wanted.confirm)

    return _answered(request, event_id, registration_id, "promoted", give)


@route(blueprint, _ONE + "/priority", "PUT")
@for_organisers
def prioritise(request: Request, event_id: str, registration_id: str) -> Response:
    """Put somebody further to the front of the line, or to its end."""
    return _answered(
        request, event_id, registration_id, "prioritised", _prioritise(request, event_id, registration_id)
    )


@route(blueprint, _ONE + "/priority", "POST")
@for_organisers
def priority_by_form(request: Request, event_id: str, registration_id: str) -> Response:
    """The page's form for the same."""
    return _answered(
        request, event_id, registration_id, "prioritised", _prioritise(request, event_id, registration_id)
    )


def _prioritise(request: Request, event_id: str, registration_id: str) -> Act:
    def prioritise(sent: dict[str, Any]) -> Registration:
        wanted = validated(Priority, sent)
        word, wish = wanted.word(request), wanted.wait_for
        return overrides.prioritise(event_id, registration_id, wanted.priority, word, clock.now(), wish)

    return prioritise


@route(blueprint, _ONE + "/mail", "POST")
@for_organisers
def mail_to(request: Request, event_id: str, registration_id: str) -> Response:
    """Have the mail about how the registration stands sent once more: 202."""

    def send(_sent: dict[str, Any]) -> Registration:
        return mail_requests.ask(event_id, registration_id, "organiser", clock.now(), Word(organiser(request)))

    return _answered(request, event_id, registration_id, "mail", send, status=202)


_BEYOND = Question(
    asks=N_("Give it all the same?"),
    means=N_(
        "There is none left: %(allotments)s. They would get it beyond the capacity, ahead of everybody else."
    ),
    button=N_("Give it all the same"),
)


def _answered(
    request: Request, event_id: str, registration_id: str, done: str, act: Act, status: int = 200
) -> Response:
    """The registration once it is done; for a form the way to its page, which shows as well what was refused."""
    sent, registered = requests.fields(request), person_page.found(event_id, registration_id)
    if not requests.is_form(request):
        return person_page.answered(act(sent), status)
    here = ("events", event_id, "registrations", registration_id)
    try:
        act(sent)
    except NotFree as problem:
        action = (*here, "promotion")
        return pages.confirmation(request, _BEYOND, problem, sent, action, here)
    except (InvalidFields, NotHeld, NotWaiting, TooBusy) as problem:
        if not (isinstance(problem, NotWaiting) and sent.get("wait_for") in registered.needs):  # a second click
            now = person_page.found(event_id, registration_id)
            return person_page.page(request, now, pages.refusal(request, done, problem, sent))
    except TooSoon:
        pass  # a second click: the mail is on its way
    return pages.go_on(request, *here, done=done)


@route(blueprint, _ONE + "/personal-data")
@for_organisers
def data_for(_request: Request, event_id: str, registration_id: str) -> Response:
    """Everything held about a person, to answer a request for access with."""
    return own_data.all_held(event_id, person_page.found(event_id, registration_id).id)


@route(blueprint, _ONE, "DELETE")
@for_organisers
def erase_for(request: Request, event_id: str, registration_id: str) -> Response:
    """Cancel, and delete everything about a person who asked for it: 204."""
    registered, word = person_page.found(event_id, registration_id), Word(organiser(request))
    erasure.erase(event_id, registered.id, "organiser", clock.now(), word)
    return responses.done()
