"""What the holder of a registration's link may do."""

from chalice import Blueprint
from chalice.app import Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict

from chalicelib import clock
from chalicelib.links import mail_requests, registration_links
from chalicelib.programme import store as programme_store
from chalicelib.registration import changing, flows, offer_responses, parties
from chalicelib.registration.model import Registration
from chalicelib.web.forms import registration_change
from chalicelib.web.http import requests, responses, serializers
from chalicelib.web.http.problems import NothingInCalendar
from chalicelib.web.http.responses import PRIVATE
from chalicelib.web.http.routing import OPEN_TO_ALL_SITES, route
from chalicelib.web.http.validation import validated
from chalicelib.web.participant import pages

blueprint = Blueprint(__name__)


class Acceptance(BaseModel):
    """`offer`: the `expires_at` of the offer that is answered, so that a late answer never meets another one."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    offer: AwareDatetime | None = None


class Refusal(Acceptance):
    """`keep_place`: pass this offer on, but go on waiting."""

    keep_place: bool = False


def registered_by(token: str) -> Registration:
    """The registration that the token is the key to, as it stands; raises LinkNotValid."""
    return flows.look(*registration_links.read(token), clock.now())


@route(blueprint, "/registrations/{token}", cors=OPEN_TO_ALL_SITES)
def registration(request: Request, token: str) -> Response:
    """The registration as it stands, or the participant's page."""
    registered = registered_by(token)
    if requests.wants_page(request):
        described = programme_store.read(registered.event_id)
        language = registered.attendee.language
        others = [serializers.of_party(other) for other in parties.brought_by(registered)]
        shown = serializers.registration(registered)
        mailed = mail_requests.wait(registered, "participant", clock.now()) is not None
        return pages.registration(request, described, registered, shown, others, language, mailed=mailed)
    return responses.document({"registration": serializers.registration(registered)}, headers=PRIVATE)


@route(blueprint, "/registrations/{token}", "PATCH", cors=OPEN_TO_ALL_SITES)
def change(request: Request, token: str) -> Response:
    """Change details, needs, or what is waited for: all that is sent, or nothing."""
    registered = registered_by(token)
    described = programme_store.read(registered.event_id)
    wanted = registration_change.read(requests.body(request), registered, described)
    return answered(request, changing.change(described, registered.id, wanted, clock.now()))


@route(blueprint, "/registrations/{token}/cancellation", "POST", cors=OPEN_TO_ALL_SITES)
def cancel(request: Request, token: str) -> Response:
    """Cancel; a registration that is cancelled already stays so."""
    requests.optional_body(request)
    return answered(request, flows.cancel(*registration_links.read(token), "participant", clock.now()))


@route(blueprint, "/registrations/{token}/acceptance", "POST", cors=OPEN_TO_ALL_SITES)
def accept(request: Request, token: str) -> Response:
    """Accept the offer."""
    wanted = validated(Acceptance, requests.optional_body(request))
    return answered(request, offer_responses.accept(*registration_links.read(token), clock.now(), wanted.offer))


@route(blueprint, "/registrations/{token}/refusal", "POST", cors=OPEN_TO_ALL_SITES)
def refuse(request: Request, token: str) -> Response:
    """Decline the offer, or with `keep_place` go on waiting."""
    wanted = validated(Refusal, requests.optional_body(request))
    answer = offer_responses.keep_place if wanted.keep_place else offer_responses.decline
    return answered(request, answer(*registration_links.read(token), clock.now(), wanted.offer))


@route(blueprint, "/registrations/{token}/mail", "POST", cors=OPEN_TO_ALL_SITES)
def mail_me(request: Request, token: str) -> Response:
    """Have the mail about how the registration stands sent once more, at most once an hour: 202."""
    requests.optional_body(request)
    registered = mail_requests.ask(*registration_links.read(token), "participant", clock.now())
    return answered(request, registered, status=202)


def answered(request: Request, registered: Registration, status: int = 200) -> Response:
    """The registration as it is now; for a form, the way to its page."""
    if requests.is_form(request):
        return responses.see_other(registration_links.link(registered.event_id, registered.id), headers=PRIVATE)
    return responses.document(
        {"registration": serializers.registration(registered)}, status=status, headers=PRIVATE
    )


@route(blueprint, "/registrations/{token}/calendar.ics")
def calendar_file(_request: Request, token: str) -> Response:
    """The calendar file as it stands now."""
    from chalicelib.mail.letters import calendar  # icalendar is slow to import: only who asks for the file waits

    registered = registered_by(token)
    described = programme_store.read(registered.event_id)
    body = calendar.current(
        described, registered, registration_links.link(described.id, registered.id), clock.now()
    )
    if body is None:
        raise NothingInCalendar
    return responses.file(body.decode(), "text/calendar; charset=utf-8", f"{described.id}.ics")
