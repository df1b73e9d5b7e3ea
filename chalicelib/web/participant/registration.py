"""The endpoints of one registration, for the holder of its link."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, StrictBool

from chalicelib import clock
from chalicelib.links import mail_requests, registration_links
from chalicelib.party import flows as party_flows
from chalicelib.party import members
from chalicelib.problems import LinkNotValid, PostedForOthers
from chalicelib.programme import store as programme_store
from chalicelib.registration import changing, flows, offer_responses
from chalicelib.registration.model import Registration
from chalicelib.validation import validate
from chalicelib.web.forms import registration_change
from chalicelib.web.forms.registration_change import ChangedRegistration
from chalicelib.web.http import form_decoding, models, requests, responses, serializers
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.models import LinkedRegistration, OneRegistration, OneRegistrationStatus
from chalicelib.web.http.operations import CONFLICTS, HTML, OPTIONAL_BODY, Answers, Body
from chalicelib.web.http.problems import NothingInCalendar
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import PUBLIC_CORS, route
from chalicelib.web.http.variants import Variants
from chalicelib.web.participant import pages
from chalicelib.web.participant.not_me import render_disowned

blueprint = Blueprint(__name__, tag="registration")

_PATH = "/registrations/{token}"
#: The answers of a change: the registration, or the way to its page for a form.
CHANGED: Answers = {200: (OneRegistration,), 303: ()}
#: The answers of a change of details, which may drop some.
DETAILS_CHANGED: Answers = {200: (models.RegistrationAfterChange,), 303: ()}


class Acceptance(BaseModel):
    """The answer to an offer; `offer` is its `expires_at`, so that a late answer never meets another offer."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    offer: AwareDatetime | None = None


class Refusal(Acceptance):
    """The refusal of an offer; `keep_place` passes it on and stays on the waitlist."""

    keep_place: StrictBool = False


class MailRequest(BaseModel):
    """The request for the mail once more; `renew` makes the links before it void."""

    model_config = ConfigDict(defer_build=True, extra="ignore")
    renew: StrictBool = False


def load_current_registration(token: str, *, to_status: bool = False) -> Registration:
    """Return the token's registration as it stands now, without writing: a GET of a link changes nothing.

    `to_status` as for `Access.admit`. Raises LinkNotValid and OpenTheMailedLink.
    """
    return flows.load_as_of(registration_links.read_token(token), clock.now(), to_status=to_status)


@route(blueprint, _PATH, cors=PUBLIC_CORS, answers={200: (LinkedRegistration, HTML)})
def get_registration(request: Request, token: str) -> Variants:
    """Show the registration, and the party that was posted with it; a browser gets the participant's page."""
    try:
        registration = load_current_registration(token, to_status=True)
    except LinkNotValid as problem:
        return Variants(problem, page=lambda: render_disowned(request, token))
    return Variants(
        json=lambda: respond_with_party(registration), page=lambda: _render_page(request, registration)
    )


def respond_with_party(registration: Registration) -> Response:
    """Answer with what the link opens: the registration, and the party for which it acts."""
    companions = _list_companions(registration)
    people = companions if registration.is_posters else [registration, *companions]
    document = {
        "registration": serializers.serialize_for_link(flows.load_standing(registration)),
        **({"party": serializers.serialize_party(registration, people)} if companions else {}),
    }
    return responses.json_response(document, headers=PRIVATE_HEADERS)


def _list_companions(registration: Registration) -> list[Registration]:
    """List those for whom the link acts; none where it shows no more than the status of one person."""
    if registration.shows_status_alone and not registration.is_posters:
        return []
    return members.list_members(registration)


def _render_page(request: Request, registration: Registration) -> Response:
    event, language = programme_store.read_cached(registration.event_id), registration.attendee.language
    companions = pages.build_party(registration, _list_companions(registration))
    if registration.is_posters:
        return pages.render_posted(request, event, registration, companions, language)
    standing = flows.load_standing(registration)
    if standing.registration.shows_status_alone:
        return pages.render_status(request, event, standing, language)
    document = serializers.serialize_registration(standing)
    is_mailed = mail_requests.compute_remaining_wait(registration, "participant", clock.now()) is not None
    return pages.render_registration(
        request, event, registration, document, companions, language, has_recent_mail=is_mailed
    )


@route(
    blueprint,
    _PATH,
    "PATCH",
    cors=PUBLIC_CORS,
    answers=DETAILS_CHANGED,
    problems=CONFLICTS,
    body=Body(ChangedRegistration, form=form_decoding.FIELDS),
)
def change_registration(request: Request, token: str) -> Variants:
    """Change details, needs, or what is waited for: everything that is sent, or nothing."""
    registration = load_current_registration(token)
    event = programme_store.read_cached(registration.event_id)
    change = registration_change.parse_patch(requests.parse_body(request), registration, event)
    changed = changing.change(event, registration_links.read_token(token), change, clock.now())
    return respond_with_registration(changed, dropped=change.dropped)


@route(
    blueprint,
    f"{_PATH}/cancellation",
    "POST",
    cors=PUBLIC_CORS,
    answers=CHANGED,
    problems=(409, 503),
    body=OPTIONAL_BODY,
)
def cancel_registration(request: Request, token: str) -> Variants:
    """Cancel the registration; one that is cancelled already stays so.

    After the end of the event, and once checked in, it cannot be cancelled any more, only erased.
    """
    requests.parse_optional_body(request)
    access, now = registration_links.read_token(token), clock.now()
    try:
        return respond_with_registration(flows.cancel(access, now))
    except PostedForOthers:
        party_flows.cancel(access, access.registration_id, now)
        return respond_with_registration(members.load_poster(access))


@route(
    blueprint,
    f"{_PATH}/acceptance",
    "POST",
    cors=PUBLIC_CORS,
    answers=CHANGED,
    problems=CONFLICTS,
    body=Body(Acceptance, form=Acceptance),
)
def accept_offer(request: Request, token: str) -> Variants:
    """Accept the offer."""
    acceptance = validate(Acceptance, requests.parse_optional_body(request))
    return respond_with_registration(
        offer_responses.accept(registration_links.read_token(token), clock.now(), acceptance.offer)
    )


@route(
    blueprint,
    f"{_PATH}/refusal",
    "POST",
    cors=PUBLIC_CORS,
    answers=CHANGED,
    problems=CONFLICTS,
    body=Body(Refusal, form=Refusal),
)
def decline_offer(request: Request, token: str) -> Variants:
    """Decline the offer, or pass it on with `keep_place` and go on waiting."""
    refusal = validate(Refusal, requests.parse_optional_body(request))
    respond = offer_responses.keep_place if refusal.keep_place else offer_responses.decline
    return respond_with_registration(respond(registration_links.read_token(token), clock.now(), refusal.offer))


@route(
    blueprint,
    f"{_PATH}/mail",
    "POST",
    cors=PUBLIC_CORS,
    answers={202: (OneRegistration | OneRegistrationStatus, HTML), 303: ()},
    problems=(422, 429, 503),
    body=Body(MailRequest, form=MailRequest, is_required=False),
)
def resend_mail(request: Request, token: str) -> Variants:
    """Have the latest mail about the registration sent once more, at most once an hour.

    With `renew`, which only the mailed link may, all links before are void, and the mail brings the new one. The
    answer has the link that was used.
    """
    asked = validate(MailRequest, requests.parse_optional_body(request))
    access = registration_links.read_token(token)
    if not asked.renew:
        return respond_with_registration(mail_requests.request_mail(access, clock.now()), status=202)
    registration = mail_requests.renew_links(access, clock.now())
    event = programme_store.read_cached(registration.event_id)
    return Variants(
        json=lambda: respond_with_document(registration, 202),
        page=lambda: pages.render_renewed(event, registration),
    )


def respond_with_registration(
    registration: Registration, status: int = 200, dropped: tuple[str, ...] = ()
) -> Variants:
    """Answer with the registration as it is now, and what a change dropped; redirect a form to its page."""
    return Variants(
        json=lambda: respond_with_document(registration, status, dropped),
        form=lambda: responses.see_other(
            registration_links.build_used_link(registration), headers=PRIVATE_HEADERS
        ),
    )


def respond_with_document(
    registration: Registration, status: int = 200, dropped: tuple[str, ...] = ()
) -> Response:
    """Answer with what the link that was used opens: the registration, or how it stands."""
    document = {
        "registration": serializers.serialize_for_link(flows.load_standing(registration)),
        **({"dropped": list(dropped)} if dropped else {}),
    }
    return responses.json_response(document, status=status, headers=PRIVATE_HEADERS)


@route(blueprint, f"{_PATH}/calendar.ics", answers={200: ("text/calendar",)})
def get_calendar_file(_request: Request, token: str) -> Response:
    """Return the calendar file of the registration as it is now."""
    return respond_with_calendar_file(load_current_registration(token))


def respond_with_calendar_file(registration: Registration) -> Response:
    """Answer with the calendar file, which holds the view link alone; raises NothingInCalendar."""
    from chalicelib.mail.delivery.writing import build_links
    from chalicelib.mail.letters import calendar  # icalendar is slow to import, and only this route needs it

    event = programme_store.read_cached(registration.event_id)
    body = calendar.render_calendar(event, registration, build_links(registration), clock.now())
    if body is None:
        raise NothingInCalendar
    return responses.text_attachment(body.decode(), "text/calendar; charset=utf-8", f"{event.id}.ics")
