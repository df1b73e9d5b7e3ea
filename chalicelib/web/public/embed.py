"""The registration form as HTML for an organisation's own site, from the template of the event's page."""

import re

from chalicelib.language import Language
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.settings import settings
from chalicelib.web.forms import registration_form
from chalicelib.web.http import requests, templating
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.operations import HTML
from chalicelib.web.http.routing import route
from chalicelib.web.public import pages

blueprint = Blueprint(__name__, tag="events")


@route(blueprint, "/events/{event_id}/embed", answers={200: (HTML,)})
def show_embedded_form(request: Request, event_id: str) -> Response:
    """Show the form to copy into another site, and the script that keeps its visitor there."""
    event, language = programme_store.read_cached(event_id), requests.negotiate_language(request)
    return pages.render_embed(event, render_form(event, language), render_script(event, language), language)


def render_form(event: Event, language: Language) -> str:
    """Render a form that registers from any site, without a script, with the fields that the event needs."""
    context = registration_form.build_context(event, language, {}, None) | {"embedded": True, "problem": None}
    html = templating.render("forms/form.html", language, **context, event=event, root=settings().public_url)
    return _prefix_ids(_strip_blank_lines(html))


def render_script(event: Event, language: Language) -> str:
    """Render the script that sends that form and shows the result without leaving the page."""
    return templating.render("public/embed_script.html", language, event=event, root=settings().public_url)


def _strip_blank_lines(html: str) -> str:
    return "\n".join(line.strip() for line in html.splitlines() if line.strip())


def _prefix_ids(html: str) -> str:
    """Give the ids a prefix, so that they differ from those of the surrounding page."""
    return re.sub(r' (id|for)="', r' \1="tilmelding-', html)
