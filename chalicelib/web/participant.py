"""What the holder of a registration's link may do."""

from chalice import Blueprint
from chalice.app import Request, Response

from chalicelib import clock
from chalicelib.problems import LinkNotValid, NothingInCalendar
from chalicelib.programme import store as programme_store
from chalicelib.registration import flows, links, store
from chalicelib.registration.model import Registration
from chalicelib.web import answers, documents, pages, reading
from chalicelib.web.answers import PRIVATE
from chalicelib.web.routing import OPEN_TO_ALL_SITES, route

blueprint = Blueprint(__name__)


def _registration(token: str) -> Registration:
    registration = store.find(*links.read(token))
    if registration is None:
        raise LinkNotValid
    return registration


@route(blueprint, "/registrations/{token}", cors=OPEN_TO_ALL_SITES)
def registration(request: Request, token: str) -> Response:
    """The registration as it stands, or the participant's page."""
    registered = _registration(token)
    if reading.wants_page(request):
        described = programme_store.read(registered.event_id)
        language = registered.attendee.language
        return pages.registration(described, registered, documents.registration(registered), language)
    return answers.document({"registration": documents.registration(registered)}, headers=PRIVATE)


@route(blueprint, "/registrations/{token}/cancellation", "POST", cors=OPEN_TO_ALL_SITES)
def cancel(request: Request, token: str) -> Response:
    """Cancel; a registration that is cancelled already stays so."""
    reading.optional_body(request)
    event_id, registration_id = links.read(token)
    cancelled = flows.cancel(event_id, registration_id, "participant", clock.now())
    if reading.is_form(request):
        return answers.see_other(links.link(event_id, registration_id), headers=PRIVATE)
    return answers.document({"registration": documents.registration(cancelled)}, headers=PRIVATE)


@route(blueprint, "/registrations/{token}/calendar.ics")
def calendar_file(_request: Request, token: str) -> Response:
    """The calendar file as it stands now."""
    from chalicelib.mail import calendar  # icalendar takes as long to import as pydantic: only who asks waits

    registered = _registration(token)
    described = programme_store.read(registered.event_id)
    body = calendar.current(described, registered, links.link(described.id, registered.id), clock.now())
    if body is None:
        raise NothingInCalendar
    return answers.file(body.decode(), "text/calendar; charset=utf-8", f"{described.id}.ics")
