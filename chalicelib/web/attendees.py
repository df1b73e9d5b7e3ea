"""What organisers see and do with registrations: the list, one with its history, cancelling."""

from itertools import islice
from typing import Literal

from chalice import Blueprint
from chalice.app import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chalicelib import clock
from chalicelib.problems import NotFound
from chalicelib.programme import store as programme_store
from chalicelib.registration import flows, store
from chalicelib.registration.model import Registration
from chalicelib.web import answers, documents, reading
from chalicelib.web.answers import PRIVATE
from chalicelib.web.routing import route
from chalicelib.web.sign_in import for_organisers
from chalicelib.web.validation import validated

blueprint = Blueprint(__name__)


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
    found = filter(search.finds, store.registrations(event_id, search.status, search.cursor))
    page = list(islice(found, search.limit + 1))
    shown = page[: search.limit]
    positions = store.positions(store.waitlist(event_id)) if any(r.status == "waiting" for r in shown) else {}
    return answers.document(
        {
            "registrations": [documents.registration_for_organiser(r, positions.get(r.id)) for r in shown],
            "cursor": shown[-1].id if len(page) > search.limit else None,
        },
        headers=PRIVATE,
    )


@route(blueprint, "/organiser/events/{event_id}/registrations/{registration_id}")
@for_organisers
def registration_with_history(_request: Request, event_id: str, registration_id: str) -> Response:
    """One registration with its whole history."""
    registered = _found(event_id, registration_id)
    return answers.document(
        {"registration": _shown(registered) | {"history": list(registered.history)}},
        headers=PRIVATE,
    )


@route(blueprint, "/organiser/events/{event_id}/registrations/{registration_id}/cancellation", "POST")
@for_organisers
def cancel_for(request: Request, event_id: str, registration_id: str) -> Response:
    """Cancel somebody's registration."""
    reading.optional_body(request)
    _found(event_id, registration_id)
    return answers.document(
        {"registration": _shown(flows.cancel(event_id, registration_id, "organiser", clock.now()))},
        headers=PRIVATE,
    )


def _found(event_id: str, registration_id: str) -> Registration:
    registered = store.find(event_id, registration_id)
    if registered is None:
        raise NotFound
    return registered


def _shown(registered: Registration) -> dict[str, object]:
    return documents.registration_for_organiser(*flows.standing(registered))
