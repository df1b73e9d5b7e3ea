"""What the holder of a registration's link may do."""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from chalicelib import clock
from chalicelib.links import mail_requests, registration_links
from chalicelib.programme import store as programme_store
from chalicelib.registration import changing, flows, offer_responses, parties
from chalicelib.registration.model import Registration
from chalicelib.web.forms import registration_change
from chalicelib.web.http import requests, responses, serializers
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.problems import NothingInCalendar
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import PUBLIC_CORS, route
from chalicelib.web.http.validation import validate
from chalicelib.web.participant import pages

blueprint = Blueprint(__name__)


class Acceptance(BaseModel):
    """`offer`: the `expires_at` of the offer that is answered, so that a late answer never meets another one."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    offer: AwareDatetime | None = None


class Refusal(Acceptance):
    """`keep_place`: pass this offer on, but go on waiting."""

    keep_place: bool = False


def load_current_registration(token: str) -> Registration:
    """The registration that the token is the key to, as it stands; raises LinkNotValid."""
    return flows.load_and_expire(*registration_links.read_token(token), clock.now())


@route(blueprint, "/registrations/{token}", cors=PUBLIC_CORS)
def get_registration(request: Request, token: str) -> Response:
    """The registration as it stands, or the participant's page."""
    registered = load_current_registration(token)
    if requests.prefers_html(request):
        described = programme_store.read_cached(registered.event_id)
        language = registered.attendee.language
        others = [serializers.serialize_party_member(other) for other in parties.find_companions(registered)]
        shown = serializers.serialize_registration(registered)
        mailed = mail_requests.compute_remaining_wait(registered, "participant", clock.now()) is not None
        return pages.render_registration(
            request, described, registered, shown, others, language, has_recent_mail=mailed
        )
    return responses.json_response(
        {"registration": serializers.serialize_registration(registered)}, headers=PRIVATE_HEADERS
    )


@route(blueprint, "/registrations/{token}", "PATCH", cors=PUBLIC_CORS)
def change(request: Request, token: str) -> Response:
    """Change details, needs, or what is waited for: all that is sent, or nothing."""
    registered = load_current_registration(token)
    described = programme_store.read_cached(registered.event_id)
    wanted = registration_change.parse_patch(requests.parse_body(request), registered, described)
    return respond_with_registration(request, changing.change(described, registered.id, wanted, clock.now()))


@route(blueprint, "/registrations/{token}/cancellation", "POST", cors=PUBLIC_CORS)
def cancel(request: Request, token: str) -> Response:
    """Cancel; a registration that is cancelled already stays so."""
    requests.parse_optional_body(request)
    return respond_with_registration(
        request, flows.cancel(*registration_links.read_token(token), "participant", clock.now())
    )


@route(blueprint, "/registrations/{token}/acceptance", "POST", cors=PUBLIC_CORS)
def accept(request: Request, token: str) -> Response:
    """Accept the offer."""
    wanted = validate(Acceptance, requests.parse_optional_body(request))
    return respond_with_registration(
        request, offer_responses.accept(*registration_links.read_token(token), clock.now(), wanted.offer)
    )


@route(blueprint, "/registrations/{token}/refusal", "POST", cors=PUBLIC_CORS)
def refuse(request: Request, token: str) -> Response:
    """Decline the offer, or with `keep_place` go on waiting."""
    wanted = validate(Refusal, requests.parse_optional_body(request))
    answer = offer_responses.keep_place if wanted.keep_place else offer_responses.decline
    return respond_with_registration(
        request, answer(*registration_links.read_token(token), clock.now(), wanted.offer)
    )


@route(blueprint, "/registrations/{token}/mail", "POST", cors=PUBLIC_CORS)
def mail_me(request: Request, token: str) -> Response:
    """Have the mail about how the registration stands sent once more, at most once an hour: 202."""
    requests.parse_optional_body(request)
    registered = mail_requests.request_mail(*registration_links.read_token(token), "participant", clock.now())
    return respond_with_registration(request, registered, status=202)


def respond_with_registration(request: Request, registration: Registration, status: int = 200) -> Response:
    """The registration as it is now; for a form, the way to its page."""
    if requests.is_form(request):
        return responses.see_other(
            registration_links.build_link(registration.event_id, registration.id), headers=PRIVATE_HEADERS
        )
    return responses.json_response(
        {"registration": serializers.serialize_registration(registration)}, status=status, headers=PRIVATE_HEADERS
    )


@route(blueprint, "/registrations/{token}/calendar.ics")
def calendar_file(_request: Request, token: str) -> Response:
    """The calendar file as it stands now."""
    from chalicelib.mail.letters import calendar  # icalendar is slow to import: only who asks for the file waits

    registered = load_current_registration(token)
    described = programme_store.read_cached(registered.event_id)
    body = calendar.render_calendar(
        described, registered, registration_links.build_link(described.id, registered.id), clock.now()
    )
    if body is None:
        raise NothingInCalendar
    return responses.text_attachment(body.decode(), "text/calendar; charset=utf-8", f"{described.id}.ics")
