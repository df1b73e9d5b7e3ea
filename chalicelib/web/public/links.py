"""Asking for the links of all that an address has, by mail."""

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from chalicelib import clock
from chalicelib.contact.addresses import normalise_email
from chalicelib.links import link_requests
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request
from chalicelib.web.http.models import Document
from chalicelib.web.http.operations import HTML, Body
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import PUBLIC_CORS, route
from chalicelib.web.http.variants import Variants
from chalicelib.web.public import pages

blueprint = Blueprint(__name__, tag="registration")

_MAX_LENGTH = 254  #: characters of an address


@route(
    blueprint,
    "/links",
    "POST",
    cors=PUBLIC_CORS,
    answers={202: (Document, HTML)},
    problems=(429, 503),
    body=Body(Document),
)
def request_links(request: Request) -> Variants:
    """Ask for the links of all that an address has at events that are not over, with `email`.

    They come by mail, where there are any. The answer, and how long it takes, are the same for every address.
    """
    email = _normalise(str(requests.form_fields(request).get("email", "")))
    link_requests.request_links(email, requests.client_network(request), clock.now())
    return Variants(
        json=lambda: responses.json_response({}, status=202, headers=PRIVATE_HEADERS),
        page=lambda: pages.render_links_sent(requests.negotiate_language(request)),
    )


def _normalise(text: str) -> str:
    """Normalise the address; empty for what is none, which is written all the same."""
    try:
        return normalise_email(text[:_MAX_LENGTH])
    except (PydanticCustomError, ValidationError):
        return ""
