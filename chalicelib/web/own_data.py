"""What is held about somebody, given to them or deleted: by whoever has the link, or an organiser for them."""

from typing import Any

from chalice import Blueprint
from chalice.app import Request, Response

from chalicelib import clock
from chalicelib.journal import Word
from chalicelib.programme import store as programme_store
from chalicelib.registration import erasing, links, personal_data
from chalicelib.registration.model import By
from chalicelib.travel import held as for_the_journey
from chalicelib.web import answers, participant_pages, person_page, reading
from chalicelib.web.answers import PRIVATE
from chalicelib.web.participant import registered_by
from chalicelib.web.routing import OPEN_TO_ALL_SITES, route
from chalicelib.web.sign_in import for_organisers, organiser

blueprint = Blueprint(__name__)

_ONE = "/organiser/events/{event_id}/registrations/{registration_id}"


@route(blueprint, "/registrations/{token}/personal-data", cors=OPEN_TO_ALL_SITES)
def own_data(_request: Request, token: str) -> Response:
    """Everything held about this person, as JSON to keep."""
    return _all_of(*links.read(token))


@route(blueprint, _ONE + "/personal-data")
@for_organisers
def data_for(_request: Request, event_id: str, registration_id: str) -> Response:
    """Everything held about somebody, to answer a request for access with."""
    return _all_of(event_id, person_page.found(event_id, registration_id).id)


def _all_of(event_id: str, registration_id: str) -> Response:
    own = personal_data.of(event_id, registration_id)
    held: dict[str, Any] = {"event": event_id, **own, **for_the_journey.of(event_id, registration_id)}
    disposition = {"Content-Disposition": f'attachment; filename="{event_id}-personal-data.json"'}
    return answers.document(held, headers=PRIVATE | disposition)


@route(blueprint, "/registrations/{token}", "DELETE", cors=OPEN_TO_ALL_SITES)
def erase(_request: Request, token: str) -> Response:
    """Cancel, and delete everything about this person: 204."""
    return _erased(*links.read(token), "participant")


@route(blueprint, _ONE, "DELETE")
@for_organisers
def erase_for(request: Request, event_id: str, registration_id: str) -> Response:
    """Cancel, and delete everything about somebody who asked for it: 204."""
    registered, word = person_page.found(event_id, registration_id), Word(organiser(request))
    return _erased(event_id, registered.id, "organiser", word)


def _erased(event_id: str, registration_id: str, by: By, word: Word | None = None) -> Response:
    erasing.erase(event_id, registration_id, by, clock.now(), word)
    return answers.done()


@route(blueprint, "/registrations/{token}/erase")
def erase_page(_request: Request, token: str) -> Response:
    """What deleting means, asked before it is done."""
    registered = registered_by(token)
    described = programme_store.read(registered.event_id)
    return participant_pages.erasure(described, registered, registered.attendee.language)


@route(blueprint, "/registrations/{token}/erasure", "POST")
def erase_by_form(request: Request, token: str) -> Response:
    """As DELETE, for a form: what is shown then knows nobody any more."""
    reading.optional_body(request)
    registered = registered_by(token)
    described, language = programme_store.read(registered.event_id), registered.attendee.language
    _erased(registered.event_id, registered.id, "participant")
    return participant_pages.erased(described, language) if reading.wants_page(request) else answers.done()
