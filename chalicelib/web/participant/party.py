"""The endpoints by which the person who registered a party acts for its members."""

from pydantic import BaseModel, ConfigDict

from chalicelib import clock
from chalicelib.aws import rate_limits
from chalicelib.contact.addresses import EmailAddress
from chalicelib.links import registration_links
from chalicelib.party import flows, members
from chalicelib.programme import store as programme_store
from chalicelib.registration.model import Registration
from chalicelib.validation import validate
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request
from chalicelib.web.http.models import LinkedRegistration
from chalicelib.web.http.operations import OPTIONAL_BODY, Answers, Body
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import PUBLIC_CORS, route
from chalicelib.web.http.variants import Variants
from chalicelib.web.participant.registration import respond_with_party

blueprint = Blueprint(__name__, tag="registration")

_PATH = "/registrations/{token}/party/{registration_id}"
#: The answers: the poster's registration with the party, or the way to its page for a form.
_CHANGED: Answers = {200: (LinkedRegistration,), 303: ()}


class NewAddress(BaseModel):
    """The corrected mail address of a member."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    email: EmailAddress


@route(
    blueprint,
    f"{_PATH}/cancellation",
    "POST",
    cors=PUBLIC_CORS,
    answers=_CHANGED,
    problems=(409, 503),
    body=OPTIONAL_BODY,
)
def cancel_for_member(request: Request, token: str, registration_id: str) -> Variants:
    """Cancel for a member of the party, until they have used their own link; a cancelled one stays so."""
    requests.parse_optional_body(request)
    access = registration_links.read_token(token)
    flows.cancel(access, registration_id, clock.now())
    return _respond(members.load_poster(access))


@route(
    blueprint,
    f"{_PATH}/address",
    "POST",
    cors=PUBLIC_CORS,
    answers=_CHANGED,
    problems=(409, 422, 429, 503),
    body=Body(NewAddress, form=NewAddress),
)
def correct_address_of_member(request: Request, token: str, registration_id: str) -> Variants:
    """Correct the mistyped address of a member of the party, until they have used their own link.

    The place, or the rank in the waitlist, stays theirs; the mail about it goes to the corrected address.
    """
    access, now = registration_links.read_token(token), clock.now()
    event = programme_store.read_cached(access.event_id)
    posted = validate(NewAddress, requests.parse_body(request))
    limit = rate_limits.registration_limit(
        event.id, requests.client_network(request), event.registration.most_per_source
    )
    return _respond(flows.correct_address(event, access, registration_id, posted.email, now, limit))


def _respond(poster: Registration) -> Variants:
    return Variants(
        json=lambda: respond_with_party(poster),
        form=lambda: responses.see_other(registration_links.build_used_link(poster), headers=PRIVATE_HEADERS),
    )
