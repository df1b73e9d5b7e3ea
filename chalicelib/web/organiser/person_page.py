"""One person's registration as its organiser sees it: how it stands, what happened, and what can be done."""

from chalice.app import Request, Response

from chalicelib.language import N_, Language, translator
from chalicelib.problems import NotFound
from chalicelib.programme import store as programme_store
from chalicelib.programme.lines import ORDINARY
from chalicelib.registration import flows, parties, store
from chalicelib.registration.model import Places, Registration
from chalicelib.travel.lists.wording import spaced
from chalicelib.web.forms import registration_form
from chalicelib.web.http import requests, responses, serializers
from chalicelib.web.http.responses import PRIVATE
from chalicelib.web.organiser import pages
from chalicelib.web.organiser.history import history
from chalicelib.web.organiser.pages import Refused


def found(event_id: str, registration_id: str) -> Registration:
    """The registration as it is now; raises NotFound."""
    registered = store.find(event_id, registration_id)
    if registered is None:
        raise NotFound
    return registered


def answered(registered: Registration, status: int = 200) -> Response:
    """The registration as it stands, as the organisers' calls answer it."""
    shown = serializers.registration_for_organiser(flows.standing(registered))
    return responses.document({"registration": shown}, status=status, headers=PRIVATE)


def page(request: Request, registered: Registration, refused: Refused | None = None) -> Response:
    """The page; with a refused form, what was wrong with it."""
    event, language = programme_store.read(registered.event_id), requests.language(request)
    stands = flows.standing(registered)
    registered, places = stands.registration, store.places(event.id)
    leader = store.find(event.id, registered.party) if registered.party not in ("", registered.id) else None
    return pages.page(
        request,
        "organiser/person.html",
        refused,
        event=event,
        registered=registered,
        who=registered.attendee,
        phone=spaced(registered.attendee.phone) if registered.attendee.phone else "",
        said_of=registration_form.said(language),
        needs=event.titles(registered.needs, language),
        position=stands.position,
        waits_for=event.titles(stands.waiting_for, language),
        wishes=[(wish, event.titles((wish,), language)) for wish in registered.wishes],
        holds=_holds(places, language),
        priority=_priority(registered),
        together=[leader] if leader else parties.brought_by(registered),
        told=history(registered, event, language),
    )


def _priority(registered: Registration) -> int:
    """The priority that it stands in line with; of several wishes, that of the first."""
    return int(registered.in_line[0].split("#")[1]) if registered.in_line else ORDINARY


def _holds(places: Places, language: Language) -> list[tuple[str, str]]:
    """What may be chosen to give from: what is free, or a hold; empty where nothing is set aside."""
    names = sorted(name for name, units in places.holds.items() if any(units.values()))
    free = translator(language)(N_("no, out of what is free"))
    return [("", free), *((name, name) for name in names)] if names else []
