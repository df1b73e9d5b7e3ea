"""What organisers see of registrations: the list, and one with its history; and mails to all whom they concern."""

from itertools import islice
from typing import Literal

from chalice import Blueprint
from chalice.app import Request, Response
from pydantic import BaseModel, ConfigDict

from chalicelib import clock
from chalicelib.audit.audit_log import Word
from chalicelib.auth.guard import for_organisers, organiser
from chalicelib.broadcasts import flows as rounds
from chalicelib.programme import store as programme_store
from chalicelib.registration import flows, store
from chalicelib.registration.flows import Standing
from chalicelib.registration.positions import places_in_line
from chalicelib.web.http import requests, responses, serializers
from chalicelib.web.http.responses import PRIVATE
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validated
from chalicelib.web.organiser import export, pages, person_page, registrations_page
from chalicelib.web.organiser.history import history
from chalicelib.web.organiser.registrations_page import Search

blueprint = Blueprint(__name__)


@route(blueprint, "/organiser/events/{event_id}/registrations")
@for_organisers
def registrations(request: Request, event_id: str) -> Response:
    """The event's registrations, by state and search text, page by page; `cursor` is null on the last page. As a
    spreadsheet, all of them."""
    event = programme_store.read(event_id)
    if kind := export.wanted(request):
        people, language = registrations_page.found(request, event), requests.language(request)
        content = export.file(kind, event, people, clock.now(), language)
        return responses.attachment(content, export.MEDIA_TYPES[kind], f"{event_id}.{kind}")
    if requests.wants_page(request):
        return registrations_page.page(request, event)
    search = validated(Search, requests.parameters(request))
    found = filter(search.finds, store.registrations(event_id, search.status, search.cursor, clock.now()))
    page = list(islice(found, search.limit + 1))
    shown = page[: search.limit]
    places = store.places(event_id)
    positions = places_in_line(store.waitlist(event_id), places) if any(r.in_line for r in shown) else {}
    return responses.document(
        {
            "registrations": [
                serializers.registration_for_organiser(Standing(r, positions.get(r.id), r.waits_for(places)))
                for r in shown
            ],
            "cursor": shown[-1].id if len(page) > search.limit else None,
        },
        headers=PRIVATE,
    )


@route(blueprint, "/organiser/events/{event_id}/registrations/{registration_id}")
@for_organisers
def registration_with_history(request: Request, event_id: str, registration_id: str) -> Response:
    """One registration with its whole history, in words."""
    registered = person_page.found(event_id, registration_id)
    if requests.wants_page(request):
        return person_page.page(request, registered)
    told = history(registered, programme_store.read(event_id), requests.language(request))
    shown = serializers.registration_for_organiser(flows.standing(registered))
    return responses.document({"registration": shown | {"history": told}}, headers=PRIVATE)


class Mails(BaseModel):
    """Which mail goes to everybody whom it concerns."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    kind: Literal["missing-details"]


@route(blueprint, "/organiser/events/{event_id}/mails", "POST")
@for_organisers
def mail_to_all(request: Request, event_id: str) -> Response:
    """Ask whoever travels for the details that they have not given, at most once a day: 202."""
    wanted = validated(Mails, requests.fields(request))
    rounds.ask_for_details(event_id, clock.now(), Word(organiser(request)))
    if requests.is_form(request):
        return pages.go_on(request, "events", event_id, "manifests", done="details")
    return responses.document({"kind": wanted.kind}, status=202, headers=PRIVATE)
