"""One person's registration as its organiser sees it: how it stands, what happened, and what can be done."""

from chalicelib.language import N_, Language, get_translator
from chalicelib.problems import NotFound
from chalicelib.programme import store as programme_store
from chalicelib.programme.lines import DEFAULT_PRIORITY
from chalicelib.registration import flows, parties, store
from chalicelib.registration.attendee import format_international
from chalicelib.registration.model import Places, Registration
from chalicelib.web.forms import registration_form
from chalicelib.web.http import requests, responses, serializers
from chalicelib.web.http.framework import Request, Response
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.organiser import pages
from chalicelib.web.organiser.history import build_history
from chalicelib.web.organiser.pages import RejectedForm


def load_registration(event_id: str, registration_id: str) -> Registration:
    """The registration as it is now; raises NotFound."""
    registered = store.find(event_id, registration_id)
    if registered is None:
        raise NotFound
    return registered


def respond_with_registration(registration: Registration, status: int = 200) -> Response:
    """The registration as it stands, as the organisers' calls answer it."""
    shown = serializers.serialize_registration_for_organiser(flows.load_standing(registration))
    return responses.json_response({"registration": shown}, status=status, headers=PRIVATE_HEADERS)


def render_page(request: Request, registration: Registration, rejected: RejectedForm | None = None) -> Response:
    """The page; with a refused form, what was wrong with it."""
    event, language = programme_store.read_cached(registration.event_id), requests.negotiate_language(request)
    stands = flows.load_standing(registration)
    registration, places = stands.registration, store.read_places(event.id)
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
        phone=format_international(registration.attendee.phone) if registration.attendee.phone else "",
        choice_labels=registration_form.translate_choices(language),
        needs=event.join_titles(registration.needs, language),
        position=stands.position,
        awaited=event.join_titles(stands.waiting_for, language),
        wishes=[(wish, event.join_titles((wish,), language)) for wish in registration.wishes],
        holds=_list_hold_options(places, language),
        priority=_read_priority(registration),
        companions=[leader] if leader else parties.find_companions(registration),
        history=build_history(registration, event, language),
    )


def _read_priority(registration: Registration) -> int:
    """The priority that it stands in line with; of several wishes, that of the first."""
    return int(registration.entry_keys[0].split("#")[1]) if registration.entry_keys else DEFAULT_PRIORITY


def _list_hold_options(places: Places, language: Language) -> list[tuple[str, str]]:
    """What may be chosen to give from: what is free, or a hold; empty where nothing is set aside."""
    names = sorted(name for name, units in places.holds.items() if any(units.values()))
    free = get_translator(language)(N_("no, out of what is free"))
    return [("", free), *((name, name) for name in names)] if names else []
