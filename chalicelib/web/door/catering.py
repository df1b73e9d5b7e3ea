"""What a kitchen has to know about an event: how many come, and what they eat, in numbers only."""

from collections.abc import Mapping
from typing import Any, get_args

from chalicelib import clock
from chalicelib.auth.guard import require_roles
from chalicelib.language import Language
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import sealing, store
from chalicelib.registration.attendee import Allergen, MealPreference
from chalicelib.travel.lists import dietary
from chalicelib.web.forms import registration_form
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.organiser import pages

blueprint = Blueprint(__name__)


@route(blueprint, "/organiser/events/{event_id}/catering")
@require_roles("organiser", "caterer")
def catering(request: Request, event_id: str) -> Response:
    """The counts, as a page or as JSON; nobody can be told from them by name."""
    event, language = programme_store.read_cached(event_id), requests.negotiate_language(request)
    counted = _build_summary(event, language)
    if requests.prefers_html(request):
        said = registration_form.translate_choices(language)
        return pages.render_page(request, "door/catering.html", event=event, counted=counted, said_of=said)
    return responses.json_response({"event_id": event.id, **counted}, headers=PRIVATE_HEADERS)


def _build_summary(event: Event, language: Language) -> dict[str, Any]:
    """Whoever comes is expected at each session and served each meal. What somebody eats counts only where they
    have agreed to its use."""
    people = list(sealing.unseal_where_possible(store.list_registrations(event.id, "confirmed")))
    needs = dietary.count_requirements(dietary.select_diners(people))
    return {
        "as_of": clock.now().isoformat(),
        "expected": len(people),
        "sessions": [
            {
                "title": session.title.in_(language),
                "starts_at": session.starts_at.isoformat() if session.starts_at else None,
                "expected": len(people),
            }
            for session in event.sessions
        ],
        "meals": [
            {
                "name": meal.name,
                "title": meal.title.in_(language),
                "starts_at": meal.starts_at.isoformat(),
                "expected": len(people),
            }
            for meal in sorted(event.meals, key=lambda meal: meal.starts_at)
        ],
        "dietary": {
            "meals": _select_counts(needs, get_args(MealPreference)),
            "allergens": _select_counts(needs, get_args(Allergen)),
            "notes": needs.get(dietary.NOTE, 0),
            "unreadable": sum(bool(each.sealed_health) for each in people),
        },
    }


def _select_counts(counts: Mapping[str, int], kinds: tuple[str, ...]) -> dict[str, int]:
    return {kind: counts[kind] for kind in kinds if kind in counts}
