"""The participant's pages of a registration: its status, and the forms to change, cancel and erase it."""

from typing import Any

from chalicelib import clock
from chalicelib.language import Language, get_translator
from chalicelib.links import qr_code, registration_links
from chalicelib.mail.letters.itinerary import build_itinerary
from chalicelib.problems import Problem
from chalicelib.programme.model import Event
from chalicelib.registration import changing, details
from chalicelib.registration.flows import Standing
from chalicelib.registration.history import list_dropped
from chalicelib.registration.model import Places, Registration
from chalicelib.registration.offer_responses import find_last_answer
from chalicelib.registration.rules import find_cancellation_problem, find_lock_times
from chalicelib.web.forms import registration_form
from chalicelib.web.http import responses, serializers
from chalicelib.web.http.framework import Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS, SCRIPT_HEADERS
from chalicelib.web.http.templating import render
from chalicelib.web.records import personal_data_page


def render_registration(
    request: Request,
    event: Event,
    registration: Registration,
    document: dict[str, Any],
    party_members: list[dict[str, Any]],
    language: Language,
    *,
    has_recent_mail: bool,
) -> Response:
    """Render the participant's page, which a script refreshes.

    `party_members` are those whom they have registered; with `has_recent_mail` they have just had the latest mail
    sent once more.
    """
    awaited = (document["waiting"] or {"for": ()})["for"]
    response = _render_page(
        "participant/registration.html",
        event,
        registration,
        language,
        document=document,
        party_members=party_members,
        is_over=event.has_ended(clock.now()),
        has_recent_mail=has_recent_mail,
        needed_titles=[a.title.in_(language) for a in event.allotments if a.name in registration.needs],
        awaited_titles=[a.title.in_(language) for a in event.allotments if a.name in awaited],
        days=build_itinerary(event, registration.needs, language) if registration.status == "confirmed" else (),
        offer_expires_at=registration.offer_expires_at,
        change_deadlines=_build_change_deadlines(event, registration),
        last_answer=find_last_answer(registration),
        dropped=[get_translator(language)(details.PERSONAL[name]) for name in list_dropped(registration)],
        cancellation_problem=find_cancellation_problem(event, registration, clock.now()),
        code=qr_code.render_svg(registration_links.build_link(registration, "code"))
        if registration.status == "confirmed"
        else None,
    )
    response.headers |= SCRIPT_HEADERS
    return responses.with_etag(request, response)


def build_party(poster: Registration, members: list[Registration]) -> list[dict[str, Any]]:
    """Build what a page shows of each member: the address, too, while the poster can correct it."""
    addresses = {each.id: each.attendee.email for each in members if not each.is_in_own_hands}
    return [
        {**shown, "email": addresses.get(shown["id"], "")}
        for shown in serializers.serialize_party(poster, members)
    ]


def render_posted(
    request: Request, event: Event, registration: Registration, members: list[dict[str, Any]], language: Language
) -> Response:
    """Render the page of a person who registered others, and not themselves."""
    response = _render_page(
        "participant/posted.html",
        event,
        registration,
        language,
        party_members=members,
        is_over=event.has_ended(clock.now()),
    )
    return responses.with_etag(request, response)


def render_status(request: Request, event: Event, standing: Standing, language: Language) -> Response:
    """Render how a registration stands, for a link that opens no more."""
    response = _render_page(
        "participant/status.html",
        event,
        standing.registration,
        language,
        standing=standing,
        kind=registration_links.get_used_kind(standing.registration),
    )
    return responses.with_etag(request, response)


def render_code(language: Language) -> Response:
    """Render the page of a check-in code, which names no one and no event."""
    return responses.html_response(render("participant/code.html", language), headers=PRIVATE_HEADERS)


def _build_change_deadlines(event: Event, registration: Registration) -> dict[str, dict[str, Any]]:
    """Build the deadlines after which only the organiser changes what is on the lists, and whether they passed."""
    lock_times = find_lock_times(event, registration)
    return {kind: {"at": at, "passed": clock.now() >= at} for kind, at in lock_times.items()}


def render_cancellation(event: Event, registration: Registration, language: Language) -> Response:
    """Render the question before a cancellation, with its consequences."""
    return _render_page("participant/cancel.html", event, registration, language)


def render_personal_data(
    document: dict[str, Any], event: Event, registration: Registration, language: Language
) -> Response:
    """Render what is held about the participant, in one part or both, in words."""
    context = personal_data_page.build_context(document, registration, event, language)
    return _render_page("participant/personal_data.html", event, registration, language, **context)


def render_erasure(event: Event, registration: Registration, language: Language) -> Response:
    """Render the question before an erasure, with its consequences."""
    return _render_page(
        "participant/erase.html",
        event,
        registration,
        language,
        lost=find_lost_place(event, registration),
        asks_about_journey=any(each.is_asked_at(event) for each in details.DETAILS if each.asked_at == "journeys"),
        asks_about_health=details.asks_about_health(event),
    )


def find_lost_place(event: Event, registration: Registration) -> str:
    """Find what an erasure takes besides: a `place`, had or offered, one in the `line`, or nothing any more."""
    if registration.status == "cancelled" or find_cancellation_problem(event, registration, clock.now()):
        return ""
    return "line" if registration.status == "waiting" else "place"


def render_erased(event: Event, lost: str, language: Language) -> Response:
    """Render the confirmation that everything is deleted, and the place with it."""
    return responses.html_response(
        render("participant/erased.html", language, event=event, lost=lost), headers=PRIVATE_HEADERS
    )


def render_renewed(event: Event, registration: Registration) -> Response:
    """Render what follows once the links are void: the new one is on its way by mail alone."""
    body = render(
        "participant/renewed.html", registration.attendee.language, event=event, registration=registration
    )
    return responses.html_response(body, status=202, headers=PRIVATE_HEADERS)


def render_not_me(event: Event, registration: Registration, language: Language) -> Response:
    """Render the question before a registration is disowned, with its consequences."""
    return _render_page("participant/not_me.html", event, registration, language)


def render_disowned(event: Event, token: str, language: Language) -> Response:
    """Render the page of a disowned registration, with the button that takes it back."""
    body = render("participant/disowned.html", language, event=event, token=token)
    return responses.html_response(body, headers=PRIVATE_HEADERS)


def render_welcome(event: Event, language: Language) -> Response:
    """Render the page that leads to the event, once the address can be registered again."""
    return responses.html_response(
        render("participant/welcome.html", language, event=event), headers=PRIVATE_HEADERS
    )


def render_change_form(
    event: Event,
    registration: Registration,
    places: Places,
    values: dict[str, Any],
    language: Language,
    problem: Problem | None = None,
) -> Response:
    """Render the form to change a registration, filled in; with a problem, its errors."""
    problem_document = responses.serialize_problem(problem, language) if problem else None
    return _render_page(
        "participant/change.html",
        event,
        registration,
        language,
        status=problem.status if problem else 200,
        problem=problem_document,
        allotment_options=_list_allotment_options(event, registration, places, language),
        **registration_form.build_context(event, language, values, problem_document),
    )


def _render_page(
    template: str,
    event: Event,
    registration: Registration,
    language: Language,
    status: int = 200,
    **context: Any,
) -> Response:
    token = registration_links.build_token(registration, registration_links.get_used_kind(registration))
    body = render(template, language, event=event, registration=registration, token=token, **context)
    return responses.html_response(body, status=status, headers=PRIVATE_HEADERS)


def _list_allotment_options(
    event: Event, registration: Registration, places: Places, language: Language
) -> list[dict[str, Any]]:
    """List the optional allotments, each with the action that this registration may take."""
    return [
        {
            "name": each.name,
            "title": each.title.in_(language),
            "left": places.count_free(each.name),
            "has": each.name in registration.needs,
            "action": _find_allowed_action(each.name, registration, places),
        }
        for each in event.optional_allotments
    ]


def _find_allowed_action(name: str, registration: Registration, places: Places) -> str:
    """Find the action: `choose` what they have or is free, `wait` for the rest if they have a place, else none."""
    if name in registration.needs:
        return "choose"
    if name in registration.wishes:
        return "wait"
    if not changing.find_unavailable(places, (name,)):
        return "choose"
    return "wait" if registration.status == "confirmed" else ""
