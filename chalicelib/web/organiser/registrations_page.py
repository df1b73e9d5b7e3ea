"""The registrations of an event as a page: searched, narrowed to a state, in the order of names."""

from typing import Any, Literal

from chalice.app import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chalicelib.language import Language, translator
from chalicelib.programme.model import Event
from chalicelib.registration import store
from chalicelib.registration.model import Registration
from chalicelib.registration.positions import places_in_line
from chalicelib.travel.lists.order import by_name
from chalicelib.web.http import requests
from chalicelib.web.http.validation import validated
from chalicelib.web.organiser import pages
from chalicelib.web.organiser.export import STATES

ON_A_PAGE = 50


class Search(BaseModel):
    """Which registrations are asked for; `came` is of those who have a place, whether they have come. `cursor` is
    an earlier answer's, `page` a browser's."""

    model_config = ConfigDict(defer_build=True, extra="ignore")
    status: Literal["confirmed", "waiting", "offered", "cancelled"] | None = None
    came: Literal["yes", "no"] | None = None
    q: str = Field(default="", max_length=200)
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str = Field(default="", max_length=60, pattern="^[a-z2-7]*$")
    page: int = Field(default=1, ge=1, le=10_000)

    def finds(self, registered: Registration) -> bool:
        who = registered.attendee
        fits = self.q.casefold() in f"{who.name}\n{who.email}\n{who.organisation or ''}".casefold()
        return fits and (self.came is None or self.came == _came(registered))


def page(request: Request, event: Event) -> Response:
    """One page of those that are searched for."""
    search, everybody = _search(request), found(request, event)
    first = (search.page - 1) * ON_A_PAGE
    return pages.page(
        request,
        "organiser/registrations.html",
        event=event,
        search=search,
        total=len(everybody),
        pages=-(-len(everybody) // ON_A_PAGE),
        states={state: translator(requests.language(request))(said) for state, said in STATES.items()},
        rows=_rows(event, everybody[first : first + ON_A_PAGE], requests.language(request)),
    )


def found(request: Request, event: Event) -> list[Registration]:
    """All who are searched for, in the order of their names."""
    search = _search(request)
    return sorted(filter(search.finds, store.registrations(event.id, search.status)), key=by_name)


def _search(request: Request) -> Search:
    return validated(Search, {name: value for name, value in requests.parameters(request).items() if value})


def _came(registered: Registration) -> str:
    if registered.status != "confirmed":
        return ""
    return "yes" if registered.came_at else "no"


def _rows(event: Event, shown: list[Registration], language: Language) -> list[dict[str, Any]]:
    places = store.places(event.id)
    positions = places_in_line(store.waitlist(event.id), places) if any(r.in_line for r in shown) else {}
    return [
        {
            "registered": each,
            "needs": event.titles(each.needs, language),
            "waits_for": event.titles(each.waits_for(places), language),
            "position": positions.get(each.id),
        }
        for each in shown
    ]
