"""The summary for the kitchen: how many people come, and what they eat, in numbers only."""

from collections.abc import Mapping
from typing import Any, get_args

from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.language import Language
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import sealing, store
from chalicelib.registration.attendee import Allergen, MealPreference
from chalicelib.travel.lists import dietary
from chalicelib.web.forms import registration_form
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request
from chalicelib.web.http.models import DateTime
from chalicelib.web.http.operations import KITCHEN
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.variants import Variants
from chalicelib.web.organiser import pages

blueprint = Blueprint(__name__, tag="door")


class ExpectedAtSession(TypedDict):
    """A session, and how many people are expected."""

    starts_at: DateTime | None
    title: str
    expected: int


class ExpectedAtMeal(TypedDict):
    """A meal, and how many people are expected."""

    name: str
    starts_at: DateTime
    title: str
    expected: int


class DietaryCounts(TypedDict):
    """How many people have each requirement; `unreadable` are those whose details could not be decrypted."""

    meals: dict[str, int]
    allergens: dict[str, int]
    notes: int
    unreadable: int


class CateringSummary(TypedDict):
    """The numbers of an event for its kitchen."""

    event_id: str
    as_of: DateTime
    expected: int
    sessions: list[ExpectedAtSession]
    meals: list[ExpectedAtMeal]
    dietary: DietaryCounts


@route(blueprint, "/organiser/events/{event_id}/catering", roles=KITCHEN, answers={200: (CateringSummary,)})
def get_catering_summary(request: Request, event_id: str) -> Variants:
    """Count how many people come, and what they eat; no number names a person."""
    event, language = programme_store.read_cached(event_id), requests.negotiate_language(request)
    summary = _build_summary(event, language)
    return Variants(
        json=lambda: responses.json_response({"event_id": event.id, **summary}, headers=PRIVATE_HEADERS),
        page=lambda: pages.render_page(
            request,
            "door/catering.html",
            event=event,
            summary=summary,
            choice_labels=registration_form.translate_choices(language),
        ),
    )


def _build_summary(event: Event, language: Language) -> dict[str, Any]:
    """Expect every confirmed participant at each session and meal; count what they eat only with consent."""
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
