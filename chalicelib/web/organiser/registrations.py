"""What organisers see of registrations: the list, and one with its history; and mails to all whom they concern."""

from itertools import islice
from typing import Literal

from pydantic import BaseModel, ConfigDict

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.auth.guard import read_signed_in_email, require_organiser
from chalicelib.broadcasts import flows as rounds
from chalicelib.programme import store as programme_store
from chalicelib.registration import flows, store
from chalicelib.registration.flows import Standing
from chalicelib.registration.positions import compute_positions
from chalicelib.web.http import requests, responses, serializers
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.validation import validate
from chalicelib.web.organiser import export, pages, person_page, registrations_page
from chalicelib.web.organiser.history import build_history
from chalicelib.web.organiser.registrations_page import Search

blueprint = Blueprint(__name__)


@route(blueprint, "/organiser/events/{event_id}/registrations")
@require_organiser
def registrations(request: Request, event_id: str) -> Response:
    """The event's registrations, by state and search text, page by page; `cursor` is null on the last page. As a
    spreadsheet, all of them."""
    event = programme_store.read_cached(event_id)
    if kind := export.negotiate_format(request):
        people, language = (
            registrations_page.search_registrations(request, event),
            requests.negotiate_language(request),
        )
        content = export.build_file(kind, event, people, clock.now(), language)
        return responses.binary_attachment(content, export.MEDIA_TYPES[kind], f"{event_id}.{kind}")
    if requests.prefers_html(request):
        return registrations_page.render_page(request, event)
    search = validate(Search, requests.query_parameters(request))
    found = filter(search.is_match, store.list_registrations(event_id, search.status, search.cursor, clock.now()))
    page = list(islice(found, search.limit + 1))
    shown = page[: search.limit]
    places = store.read_places(event_id)
    positions = (
        compute_positions(store.read_waitlist(event_id), places) if any(r.entry_keys for r in shown) else {}
    )
    return responses.json_response(
        {
            "registrations": [
                serializers.serialize_registration_for_organiser(
                    Standing(r, positions.get(r.id), r.list_awaited(places))
                )
                for r in shown
            ],
            "cursor": shown[-1].id if len(page) > search.limit else None,
        },
        headers=PRIVATE_HEADERS,
    )


@route(blueprint, "/organiser/events/{event_id}/registrations/{registration_id}")
@require_organiser
def registration_with_history(request: Request, event_id: str, registration_id: str) -> Response:
    """One registration with its whole history, in words."""
    registered = person_page.load_registration(event_id, registration_id)
    if requests.prefers_html(request):
        return person_page.render_page(request, registered)
    told = build_history(registered, programme_store.read_cached(event_id), requests.negotiate_language(request))
    shown = serializers.serialize_registration_for_organiser(flows.load_standing(registered))
    return responses.json_response({"registration": shown | {"history": told}}, headers=PRIVATE_HEADERS)


class Mails(BaseModel):
    """Which mail goes to everybody whom it concerns."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    kind: Literal["missing-details"]


@route(blueprint, "/organiser/events/{event_id}/mails", "POST")
@require_organiser
def mail_to_all(request: Request, event_id: str) -> Response:
    """Ask whoever travels for the details that they have not given, at most once a day: 202."""
    wanted = validate(Mails, requests.form_fields(request))
    rounds.ask_for_details(event_id, clock.now(), Actor(read_signed_in_email(request)))
    if requests.is_form(request):
        return pages.redirect(request, "events", event_id, "manifests", done="details")
    return responses.json_response({"kind": wanted.kind}, status=202, headers=PRIVATE_HEADERS)
