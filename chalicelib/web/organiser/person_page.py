"""The organiser's page of one registration: its status, its history, and the forms to act on it."""

from chalicelib import clock
from chalicelib.aws.waitlist_keys import WaitlistKey
from chalicelib.language import N_, Language, get_translator
from chalicelib.problems import NotFound
from chalicelib.programme import store as programme_store
from chalicelib.programme.lines import DEFAULT_PRIORITY
from chalicelib.registration import flows, parties, rules, store
from chalicelib.registration.model import Places, Registration
from chalicelib.web.forms import registration_form
from chalicelib.web.http import requests, responses, serializers
from chalicelib.web.http.framework import Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.organiser import pages
from chalicelib.web.organiser.pages import RejectedForm
from chalicelib.web.records.history import build_history


def load_registration(event_id: str, registration_id: str) -> Registration:
    """Load the registration; raises NotFound."""
    registration = store.find(event_id, registration_id)
    if registration is None:
        raise NotFound
    return registration


def respond_with_registration(
    registration: Registration, status: int = 200, dropped: tuple[str, ...] = ()
) -> Response:
    """Respond with the registration, serialized for organisers, and what a change dropped."""
    document = {
        "registration": serializers.serialize_registration_for_organiser(flows.load_standing(registration)),
        **({"dropped": list(dropped)} if dropped else {}),
    }
    return responses.json_response(document, status=status, headers=PRIVATE_HEADERS)


def render_page(request: Request, registration: Registration, rejected: RejectedForm | None = None) -> Response:
    """Render the page; with a rejected form, its problem and its values."""
    event, language = programme_store.read_cached(registration.event_id), requests.negotiate_language(request)
    standing = flows.load_standing(registration)
    registration, places = standing.registration, store.read_places(event.id)
    leader = (
        store.find(event.id, registration.leader_id)
        if registration.leader_id not in ("", registration.id)
        else None
    )
    return pages.render_page(
        request,
        "organiser/person.html",
        rejected,
        event=event,
        registration=registration,
        attendee=registration.attendee,
        choice_labels=registration_form.translate_choices(language),
        needs=event.join_titles(registration.needs, language),
        position=standing.position,
        awaited=event.join_titles(standing.waiting_for, language),
        cancellation_problem=rules.find_cancellation_problem(event, registration, clock.now()),
        wishes=[(wish, event.join_titles((wish,), language)) for wish in registration.wishes],
        holds=_list_hold_options(places, language),
        priority=_read_priority(registration),
        companions=[leader] if leader else parties.find_companions(registration),
        history=build_history(registration, event, language),
    )


def _read_priority(registration: Registration) -> int:
    """Read its priority on the waitlist; of several wishes, that of the first."""
    return (
        int(WaitlistKey.parse_entry(registration.entry_keys[0]).priority)
        if registration.entry_keys
        else DEFAULT_PRIORITY
    )


def _list_hold_options(places: Places, language: Language) -> list[tuple[str, str]]:
    """List what a unit may be given out of: what is free, or a hold; empty where there is no hold."""
    names = sorted(name for name, units in places.holds.items() if any(units.values()))
    free = get_translator(language)(N_("no, out of what is free"))
    return [("", free), *((name, name) for name in names)] if names else []
