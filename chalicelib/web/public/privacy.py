"""The privacy page: which personal data is held, why, for how long, and who receives it.

Each row names its stage of the event's retention, so the page and the deletion have the same days.
"""

from chalicelib.language import Language, get_translator
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event, Retention
from chalicelib.registration.details import DETAILS
from chalicelib.web.http import requests, responses, templating
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.operations import HTML
from chalicelib.web.http.routing import route

blueprint = Blueprint(__name__, tag="service")


#: The rows of the page: the purpose of each detail, once.
PURPOSES = tuple(dict.fromkeys(detail.purpose for detail in DETAILS))


@route(blueprint, "/privacy", answers={200: (HTML,)}, problems=(404,), query={"event": str})
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
    rows = [
        (say(purpose.title), say(purpose.reason), say(purpose.recipients), getattr(retention, purpose.stage))
        for purpose in PURPOSES
    ]
    return templating.render("public/privacy.html", language, event=event, rows=rows, retention=retention)
