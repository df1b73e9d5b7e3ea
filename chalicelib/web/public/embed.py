"""The registration form as a piece of HTML for anybody's own site, made from the template of our own page."""

import re

from chalicelib.language import Language
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.settings import settings
from chalicelib.web.forms import registration_form
from chalicelib.web.http import requests, templating
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.routing import route
from chalicelib.web.public import pages

blueprint = Blueprint(__name__)


@route(blueprint, "/events/{event_id}/embed")
def embed(request: Request, event_id: str) -> Response:
    """A page with the form to copy, and with what to add to stay on one's own page."""
    described, language = programme_store.read_cached(event_id), requests.negotiate_language(request)
    return pages.render_embed(
        described, render_form(described, language), render_script(described, language), language
    )


def render_form(event: Event, language: Language) -> str:
    """A form that registers from any site, with the fields that this event needs. It needs no script."""
    allotments = [{"name": each.name, "title": each.title.in_(language)} for each in event.allotments]
    context = registration_form.build_context(event, language, {}, None) | {"embedded": True, "problem": None}
    shown = {"id": event.id, "allotments": allotments}
    written = templating.render(
        "forms/form.html", language, **context, event=event, shown=shown, root=settings().public_url
    )
    return _prefix_ids(_strip_blank_lines(written))


def render_script(event: Event, language: Language) -> str:
    """What sends that form without leaving the page, and says there how it went."""
    return templating.render("public/embed_script.html", language, event=event, root=settings().public_url)


def _strip_blank_lines(html: str) -> str:
    return "\n".join(line.strip() for line in html.splitlines() if line.strip())


def _prefix_ids(html: str) -> str:
    """With ids that no other part of somebody's page has."""
    return re.sub(r' (id|for)="', r' \1="tilmelding-', html)
