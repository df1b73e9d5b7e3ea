"""The organisers' endpoints that list registrations, show, export and erase one, and mail many."""

from itertools import islice
from typing import Literal

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.auth.guard import read_signed_in_email
from chalicelib.broadcasts import flows as broadcast_flows
from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import flows, store
from chalicelib.registration.access import Access
from chalicelib.registration.flows import Standing
from chalicelib.registration.model import Registration
from chalicelib.registration.positions import compute_positions
from chalicelib.retention import erasure
from chalicelib.validation import validate
from chalicelib.web.http import requests, responses, serializers
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.models import OneOrganiserRegistration, OrganiserRegistration
from chalicelib.web.http.operations import CONFLICTS, CSV, HTML, ORGANISERS, Body
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.variants import Variants
from chalicelib.web.organiser import export, pages, person_page, registrations_page
from chalicelib.web.organiser.registrations_page import Search
from chalicelib.web.participant import own_data
from chalicelib.web.records import personal_data, personal_data_page
from chalicelib.web.records.history import build_history
from chalicelib.web.records.models import PersonalData

blueprint = Blueprint(__name__, tag="registrations")

_ONE = "/organiser/events/{event_id}/registrations/{registration_id}"


class OrganiserRegistrations(TypedDict):
    """A page of registrations; `cursor` leads to the next, and is null on the last."""

    registrations: list[OrganiserRegistration]
    cursor: str | None


@route(
    blueprint,
    "/organiser/events/{event_id}/registrations",
    roles=ORGANISERS,
    answers={200: (OrganiserRegistrations, HTML, CSV, export.MEDIA_TYPES["xlsx"])},
    problems=(422,),
    query=dict.fromkeys(("status", "sector", "came", "q", "limit", "cursor", "page", "format"), str),
)
def list_registrations(request: Request, event_id: str) -> Response | Variants:
    """List the event's registrations, by state and search text, page by page.

    A spreadsheet (`format`, or by Accept) has all of them.
    """
    event = programme_store.read_cached(event_id)
    if file_format := export.negotiate_format(request):
        return _export(request, event, file_format)
    return Variants(
        json=lambda: _render_list(request, event_id), page=lambda: registrations_page.render_page(request, event)
    )


def _export(request: Request, event: Event, file_format: export.Format) -> Response:
    registrations = registrations_page.search_registrations(request, event)
    language = requests.negotiate_language(request)
    content = export.build_file(file_format, event, registrations, clock.now(), language)
    return responses.binary_attachment(content, export.MEDIA_TYPES[file_format], f"{event.id}.{file_format}")


def _render_list(request: Request, event_id: str) -> Response:
    search = validate(Search, requests.query_parameters(request))
    listed = store.list_registrations(event_id, search.status, search.cursor, clock.now())
    page = list(islice(filter(search.is_match, listed), search.limit + 1))
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


@route(
    blueprint,
    "/organiser/events/{event_id}/registrations/{registration_id}",
    roles=ORGANISERS,
    answers={200: (OneOrganiserRegistration, HTML)},
)
def get_organiser_registration(request: Request, event_id: str, registration_id: str) -> Variants:
    """Show one registration with its whole history in words."""
    registration = person_page.load_registration(event_id, registration_id)
    return Variants(
        json=lambda: _render_with_history(request, registration),
        page=lambda: person_page.render_page(request, registration),
    )


def _render_with_history(request: Request, registration: Registration) -> Response:
    event = programme_store.read_cached(registration.event_id)
    history = build_history(registration, event, requests.negotiate_language(request))
    document = serializers.serialize_registration_for_organiser(flows.load_standing(registration))
    return responses.json_response({"registration": document | {"history": history}}, headers=PRIVATE_HEADERS)


class Mails(BaseModel):
    """The kind of a mail that goes to every participant whom it concerns, as an event's `notes` name it.

    Programs may go on writing it with a hyphen.
    """

    model_config = ConfigDict(defer_build=True, extra="forbid")
    kind: Literal["missing_details", "missing-details"]


class SentMails(TypedDict):
    """The kind of the mails that are being sent."""

    kind: str


@route(
    blueprint,
    "/organiser/events/{event_id}/mails",
    "POST",
    roles=ORGANISERS,
    answers={202: (SentMails,)},
    problems=(422, 503),
    body=Body(Mails),
)
def send_mails(request: Request, event_id: str) -> Variants:
    """Ask participants who travel for the details that are missing, at most once a day."""
    mails = validate(Mails, requests.form_fields(request))
    broadcast_flows.ask_for_details(event_id, clock.now(), Actor(read_signed_in_email(request)))
    return Variants(
        json=lambda: responses.json_response({"kind": mails.kind}, status=202, headers=PRIVATE_HEADERS),
        form=lambda: pages.redirect(request, "events", event_id, "manifests", done="details"),
    )


@route(
    blueprint,
    _ONE + "/personal-data",
    roles=ORGANISERS,
    answers={200: (PersonalData, HTML)},
    query={"format": str},
)
def get_personal_data_for_organiser(request: Request, event_id: str, registration_id: str) -> Response | Variants:
    """Export all data that is held about a participant, to answer a request for access; a browser gets a page.

    `format=json` gives the file to a browser, too.
    """
    registration = person_page.load_registration(event_id, registration_id)
    event, language = programme_store.read_cached(event_id), requests.negotiate_language(request)
    document = personal_data.build_document(registration, event, language)
    context = personal_data_page.build_context(document, registration, event, language)
    return own_data.respond_with_personal_data(
        request,
        document,
        event,
        page=lambda: pages.render_page(
            request, "organiser/personal_data.html", event=event, registration=registration, **context
        ),
    )


@route(blueprint, _ONE, "DELETE", roles=ORGANISERS, answers={204: ()}, problems=(503,))
def erase_registration_for_organiser(request: Request, event_id: str, registration_id: str) -> Response:
    """Cancel the registration, and erase all data about a participant who asked for it."""
    _erase(request, person_page.load_registration(event_id, registration_id))
    return responses.no_content()


@route(
    blueprint,
    _ONE + "/erasure",
    "POST",
    roles=ORGANISERS,
    answers={204: (), 303: ()},
    problems=CONFLICTS,
    body=Body(form=dict[str, str]),
)
def submit_organisers_erasure_form(request: Request, event_id: str, registration_id: str) -> Variants:
    """Cancel and erase, as DELETE does, by the page's form, which has to be confirmed by its checkbox."""
    registration = person_page.load_registration(event_id, registration_id)
    submitted = requests.form_fields(request)
    if submitted.get("confirm") is not True:
        error = FieldError("confirm", "required", N_("Tick this if they have asked for it."))
        problem = InvalidFields(errors=(error,))
        rejected = pages.build_rejected_form(request, "erased", problem, submitted)
        return Variants(json=problem, form=lambda: person_page.render_page(request, registration, rejected))
    _erase(request, registration)
    redirect = pages.redirect(request, "events", event_id, "registrations", done="erased")
    return Variants(json=responses.no_content, form=lambda: redirect)


def _erase(request: Request, registration: Registration) -> None:
    actor = Actor(read_signed_in_email(request))
    erasure.erase(Access(registration.event_id, registration.id), clock.now(), actor)
