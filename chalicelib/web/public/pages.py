"""The public pages: the programme, an event with its form, the form to embed, and signing in."""

from typing import TYPE_CHECKING, Any

from chalicelib.language import Language
from chalicelib.problems import Problem
from chalicelib.programme import dates
from chalicelib.programme.listing import Listing
from chalicelib.programme.model import Event
from chalicelib.settings import settings
from chalicelib.web.forms import registration_form
from chalicelib.web.http import responses
from chalicelib.web.http.framework import Response
from chalicelib.web.http.templating import render

if TYPE_CHECKING:
    from chalicelib.mail.letters.letter import Day


def render_programme(events: Listing[dict[str, Any]], language: Language) -> Response:
    """Render the programme: every event with its places, those that are over after the others."""
    return responses.html_response(render("public/programme.html", language, events=events))


def render_event(
    event: Event,
    event_document: dict[str, Any],
    language: Language,
    problem: Problem | None,
    submitted: dict[str, Any],
) -> Response:
    """Render an event with its form; with a problem, its errors and the submitted values, to be corrected."""
    problem_document = responses.serialize_problem(problem, language) if problem else None
    context = registration_form.build_context(event, language, submitted, problem_document) | {
        "event": event,
        "event_document": event_document,
        "allotments": event_document["allotments"],
        "days": build_days(event, language),
        "problem": problem_document,
    }
    body = render("public/event.html", language, **context)
    if problem is None:
        return responses.html_response(body)
    return responses.html_response(body, status=problem.status, headers=dict(problem.headers))


def render_embed(event: Event, form: str, script: str, language: Language) -> Response:
    """Render the form of an event, and its script, to be copied."""
    context = {"event": event, "form": form, "script": script, "address": settings().public_url}
    return responses.html_response(render("public/embed.html", language, **context))


def render_link_sent(language: Language) -> Response:
    """Render the answer to a request for a sign-in link, the same for listed and unlisted addresses."""
    return responses.html_response(render("public/link_sent.html", language), status=202)


def render_links_sent(language: Language) -> Response:
    """Render the answer to a request for the links of an address, the same for every address."""
    return responses.html_response(
        render("public/links_sent.html", language), status=202, headers=responses.PRIVATE_HEADERS
    )


def render_sign_in(token: str, language: Language) -> Response:
    """Render the button that a mailed sign-in link leads to."""
    return responses.html_response(
        render("public/confirm_sign_in.html", language, token=token), headers=responses.PRIVATE_HEADERS
    )


def build_days(event: Event, language: Language) -> "list[Day]":
    """Group the sessions by day, in the programme's order; one without a time stands with those before it."""
    from chalicelib.mail.letters.letter import Day, Stop  # slow to import, and only pages need it

    days: list[tuple[str, list[Stop]]] = []
    for session in event.sessions:
        starts_at = session.starts_at
        day = dates.format_date_without_year(starts_at, language) if starts_at else ""
        if not days or day not in ("", days[-1][0]):
            days.append((day, []))
        when = dates.format_time(starts_at, language) if starts_at else ""
        where = f" ({session.place})" if session.place else ""
        days[-1][1].append(Stop(when, session.title.in_(language) + where))
    return [Day(day, tuple(stops)) for day, stops in days]
