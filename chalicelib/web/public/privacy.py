"""The privacy page: which personal data is held, why, for how long, and who receives it.

Each row names its stage of the event's retention, so the page and the deletion have the same days.
"""

from dataclasses import dataclass

from chalicelib.language import N_, Language, get_translator
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event, Retention, RetentionStage
from chalicelib.web.http import requests, responses, templating
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.routing import route

blueprint = Blueprint(__name__, tag="service")


@dataclass(frozen=True)
class Row:
    """Fields of a registration that are held for one purpose, and who receives them."""

    stage: RetentionStage
    fields: tuple[str, ...]
    label: str
    purpose: str
    recipients: str


_ONLY_ORGANISERS = N_("the organisers of the event")
_TO_RUN_EVENT = N_("to run the event that you have registered for")
#: Every field of a registration, each once.
ROWS = (
    Row(
        "people",
        ("given_name", "family_name"),
        N_("Your name"),
        _TO_RUN_EVENT,
        N_("the organisers; airline, hotel, bus"),
    ),
    Row(
        "people",
        ("email", "language"),
        N_("Your address and language"),
        N_("to write to you about it"),
        _ONLY_ORGANISERS,
    ),
    Row(
        "people",
        ("phone",),
        N_("Your phone number"),
        N_("to reach you on the day"),
        N_("the organisers; airline, bus"),
    ),
    Row(
        "people",
        ("organisation", "sector"),
        N_("Where you work"),
        N_("to see who comes, and to put it on the lists"),
        N_("the organisers; airline, bus"),
    ),
    Row(
        "travel",
        ("travel.name_on_id", "travel.title"),
        N_("Your name as on the card, and your title"),
        N_("because the airline issues the ticket in it"),
        N_("the organisers; the airline"),
    ),
    Row(
        "travel",
        ("travel.share_with",),
        N_("Whom you share a room with"),
        N_("to give you a room"),
        N_("the organisers; the hotel"),
    ),
    Row(
        "travel",
        ("travel.emergency_contact",),
        N_("Whom to call in an emergency"),
        N_("to call them, and for nothing else; tell them that you named them"),
        _ONLY_ORGANISERS,
    ),
    Row(
        "health",
        ("travel.special_assistance",),
        N_("Help on the journey (health)"),
        N_("so that the airline helps you; only because you tell it, and until you take it back"),
        N_("the organisers; the airline"),
    ),
    Row(
        "health",
        ("dietary.meals", "dietary.allergens", "dietary.note", "dietary.consent"),
        N_("What you eat and cannot eat (health)"),
        N_("so that the kitchen can cook for you; only with your consent, and until you take it back"),
        N_("the organisers; the kitchen"),
    ),
)


@route(blueprint, "/privacy", answers={200: ()}, problems=(404,))
def show_privacy_page(request: Request) -> Response:
    """Show which personal data is held.

    For one event the page has its own days and its contact.
    """
    event_id, language = requests.query_parameters(request).get("event"), requests.negotiate_language(request)
    event = programme_store.read_cached(event_id) if event_id else None
    return responses.html_response(render_html(event, language))


def render_html(event: Event | None, language: Language) -> str:
    """Render the page with the event's days, or with the default ones."""
    say, retention = get_translator(language), event.retention if event else Retention()
    rows = [(say(row.label), say(row.purpose), say(row.recipients), getattr(retention, row.stage)) for row in ROWS]
    return templating.render("public/privacy.html", language, event=event, rows=rows, retention=retention)
