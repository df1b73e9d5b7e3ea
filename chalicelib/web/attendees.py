"""What organisers see and do with registrations: the list, one with its history, and the organiser's hand."""

from itertools import islice
from typing import Annotated, Literal

from chalice import Blueprint
from chalice.app import Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib import clock
from chalicelib.lines import HIGHEST, LOWEST
from chalicelib.problems import NotFound
from chalicelib.programme import store as programme_store
from chalicelib.registration import by_hand, changing, flows, mail_again, store
from chalicelib.registration.by_hand import Word
from chalicelib.registration.flows import Standing
from chalicelib.registration.model import Registration
from chalicelib.rounds import flows as rounds
from chalicelib.web import answers, changes, documents, reading
from chalicelib.web.answers import PRIVATE
from chalicelib.web.history import history
from chalicelib.web.routing import route
from chalicelib.web.sign_in import for_organisers, organiser
from chalicelib.web.validation import validated

blueprint = Blueprint(__name__)


Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Search(BaseModel):
    """Which registrations are asked for; `cursor` is an earlier answer's."""

    model_config = ConfigDict(extra="ignore")
    status: Literal["confirmed", "waiting", "offered", "cancelled"] | None = None
    q: str = Field(default="", max_length=200)
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str = Field(default="", max_length=60, pattern="^[a-z2-7]*$")

    def finds(self, registered: Registration) -> bool:
        who = registered.attendee
        return self.q.casefold() in f"{who.name}\n{who.email}\n{who.organisation or ''}".casefold()


@route(blueprint, "/organiser/events/{event_id}/registrations")
@for_organisers
def registrations(request: Request, event_id: str) -> Response:
    """The event's registrations, by state and search text, page by page; `cursor` is null on the last page."""
    programme_store.read(event_id)
    search = validated(Search, reading.parameters(request))
    found = filter(search.finds, store.registrations(event_id, search.status, search.cursor, clock.now()))
    page = list(islice(found, search.limit + 1))
    shown = page[: search.limit]
    places = store.places(event_id)
    positions = store.positions(store.waitlist(event_id), places) if any(r.in_line for r in shown) else {}
    return answers.document(
        {
            "registrations": [
                documents.registration_for_organiser(Standing(r, positions.get(r.id), r.waits_for(places)))
                for r in shown
            ],
            "cursor": shown[-1].id if len(page) > search.limit else None,
        },
        headers=PRIVATE,
    )


_ONE = "/organiser/events/{event_id}/registrations/{registration_id}"


@route(blueprint, _ONE)
@for_organisers
def registration_with_history(request: Request, event_id: str, registration_id: str) -> Response:
    """One registration with its whole history, in words."""
    registered = _found(event_id, registration_id)
    told = history(registered, programme_store.read(event_id), reading.language(request))
    return answers.document({"registration": _document(registered) | {"history": told}}, headers=PRIVATE)


@route(blueprint, _ONE, "PATCH")
@for_organisers
def change_for(request: Request, event_id: str, registration_id: str) -> Response:
    """Change somebody's details, needs or wishes for them, also when airline and hotel have the lists."""
    registered, event = _found(event_id, registration_id), programme_store.read(event_id)
    wanted = changes.read(reading.body(request), registered, event)
    return _shown(changing.change(event, registration_id, wanted, clock.now(), organiser(request)))


class Why(BaseModel):
    """Why an organiser does it: kept in the registration's history."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason

    def word(self, request: Request) -> Word:
        return Word(organiser(request), self.reason)


class Cancellation(BaseModel):
    """Why, if that is to be kept."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason | None = None


class Promotion(Why):
    """Which wish, where it wishes for several things; from which hold, if any; `confirm` to give more than there
    is."""

    wait_for: str = Field(default="", max_length=40)
    hold: str = Field(default="", max_length=by_hand.LONGEST_NAME)
    confirm: bool = False


class Priority(Why):
    """Where in the line: 1 goes first, 5 is ordinary, 9 goes last; of the wish named, where it wishes for several
    things."""

    wait_for: str = Field(default="", max_length=40)
    priority: int = Field(ge=HIGHEST, le=LOWEST)


@route(blueprint, _ONE + "/cancellation", "POST")
@for_organisers
def cancel_for(request: Request, event_id: str, registration_id: str) -> Response:
    """Cancel somebody's registration."""
    wanted = validated(Cancellation, reading.optional_body(request))
    _found(event_id, registration_id)
    said = Word(organiser(request), wanted.reason).said if wanted.reason else {}
    return _shown(flows.cancel(event_id, registration_id, "organiser", clock.now(), said))


@route(blueprint, _ONE + "/promotion", "POST")
@for_organisers
def promote(request: Request, event_id: str, registration_id: str) -> Response:
    """Give somebody what they wait for, ahead of their turn."""
    wanted = validated(Promotion, reading.optional_body(request))
    _found(event_id, registration_id)
    event, word = programme_store.read(event_id), wanted.word(request)
    what = {"wish": wanted.wait_for, "hold": wanted.hold}
    return _shown(by_hand.promote(event, registration_id, word, clock.now(), **what, confirmed=wanted.confirm))


@route(blueprint, _ONE + "/priority", "PUT")
@for_organisers
def prioritise(request: Request, event_id: str, registration_id: str) -> Response:
    """Put somebody further to the front of the line, or to its end."""
    wanted = validated(Priority, reading.body(request))
    _found(event_id, registration_id)
    word, wish = wanted.word(request), wanted.wait_for
    return _shown(by_hand.prioritise(event_id, registration_id, wanted.priority, word, clock.now(), wish))


@route(blueprint, _ONE + "/mail", "POST")
@for_organisers
def mail_to(request: Request, event_id: str, registration_id: str) -> Response:
    """Have the mail about how the registration stands sent once more: 202."""
    reading.optional_body(request)
    _found(event_id, registration_id)
    registered = mail_again.ask(event_id, registration_id, "organiser", clock.now())
    return answers.document({"registration": _document(registered)}, status=202, headers=PRIVATE)


class Mails(BaseModel):
    """Which mail goes to everybody whom it concerns."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["missing-details"]


@route(blueprint, "/organiser/events/{event_id}/mails", "POST")
@for_organisers
def mail_to_all(request: Request, event_id: str) -> Response:
    """Ask whoever travels for the details that they have not given, at most once a day: 202."""
    wanted = validated(Mails, reading.body(request))
    rounds.ask_for_details(event_id, clock.now())
    return answers.document({"kind": wanted.kind}, status=202, headers=PRIVATE)


def _found(event_id: str, registration_id: str) -> Registration:
    registered = store.find(event_id, registration_id)
    if registered is None:
        raise NotFound
    return registered


def _shown(registered: Registration) -> Response:
    return answers.document({"registration": _document(registered)}, headers=PRIVATE)


def _document(registered: Registration) -> dict[str, object]:
    return documents.registration_for_organiser(flows.standing(registered))
