"""The organiser's page of an event's registrations: searched, filtered by status, by name."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.language import Language, get_translator
from chalicelib.programme.model import Event
from chalicelib.registration import store
from chalicelib.registration.attendee import Attendee, Sector
from chalicelib.registration.details import FIELDS
from chalicelib.registration.model import Registration
from chalicelib.registration.positions import compute_positions
from chalicelib.travel.lists.order import build_name_key
from chalicelib.travel.lists.search import matches
from chalicelib.validation import validate
from chalicelib.web.http import requests
from chalicelib.web.http.framework import Request, Response
from chalicelib.web.organiser import pages
from chalicelib.web.organiser.export import STATUS_LABELS

PAGE_SIZE = 50
SECTORS = tuple(FIELDS["sector"].choices.items())


class Search(BaseModel):
    """The parameters of a search. `came` filters those who have a place by check-in; `cursor` continues an earlier
    JSON response, `page` is for browsers."""

    model_config = ConfigDict(defer_build=True, extra="ignore")
    status: Literal["confirmed", "waiting", "offered", "cancelled"] | None = None
    sector: Sector | None = None
    came: Literal["yes", "no"] | None = None
    q: str = Field(default="", max_length=200)
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str = Field(default="", max_length=60, pattern="^[a-z2-7]*$")
    page: int = Field(default=1, ge=1, le=10_000)

    def is_match(self, registration: Registration) -> bool:
        """Say whether the registration is among the results; the status is filtered by the store."""
        return (
            self.sector in (None, registration.attendee.sector)
            and self.came in (None, _read_came(registration))
            and matches(self.q, *_list_searched_texts(registration.attendee))
        )


def _list_searched_texts(attendee: Attendee) -> tuple[str, ...]:
    """List what a registration is found by: name, name as on the card, mail address, organisation."""
    on_id = attendee.travel.name_on_id if attendee.travel else None
    card = f"{on_id.given} {on_id.family}" if on_id else ""
    return attendee.name, card, attendee.email, attendee.organisation or ""


def render_page(request: Request, event: Event) -> Response:
    """Render one page of the search's results."""
    search, results = _parse_search(request), search_registrations(request, event)
    first = (search.page - 1) * PAGE_SIZE
    return pages.render_page(
        request,
        "organiser/registrations.html",
        event=event,
        search=search,
        total=len(results),
        pages=-(-len(results) // PAGE_SIZE),
        status_labels={
            status: get_translator(requests.negotiate_language(request))(label)
            for status, label in STATUS_LABELS.items()
        },
        sector_labels={
            code: get_translator(requests.negotiate_language(request))(label) for code, label in SECTORS
        },
        rows=_build_rows(event, results[first : first + PAGE_SIZE], requests.negotiate_language(request)),
    )


def search_registrations(request: Request, event: Event) -> list[Registration]:
    """List all results of the search, by name."""
    search = _parse_search(request)
    return sorted(filter(search.is_match, store.list_registrations(event.id, search.status)), key=build_name_key)


def _parse_search(request: Request) -> Search:
    return validate(Search, {name: value for name, value in requests.query_parameters(request).items() if value})


def _read_came(registration: Registration) -> str:
    if registration.status != "confirmed":
        return ""
    return "yes" if registration.checked_in_at else "no"


def _build_rows(event: Event, registrations: list[Registration], language: Language) -> list[dict[str, Any]]:
    places = store.read_places(event.id)
    positions = (
        compute_positions(store.read_waitlist(event.id), places)
        if any(r.entry_keys for r in registrations)
        else {}
    )
    return [
        {
            "registration": each,
            "needs": event.join_titles(each.needs, language),
            "awaited": event.join_titles(each.list_awaited(places), language),
            "position": positions.get(each.id),
        }
        for each in registrations
    ]
