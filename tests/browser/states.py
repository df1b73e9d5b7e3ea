"""Answer every page that the public and participants meet, in each of its states."""

from datetime import timedelta
from typing import Any

import yaml
from chalice.test import HTTPResponse

from chalicelib import clock
from chalicelib.attendance import check_in
from chalicelib.auth.link_tokens import build_token
from chalicelib.language import Language
from chalicelib.programme.model import Event
from chalicelib.registration import changing, flows, offer_responses
from chalicelib.registration.access import Access
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.model import Registration
from testing import builders, registration_links
from testing.account import ROOT
from testing.registration_links import participant
from testing.world import cancel_and_settle, publish, register
from tests.web.browser import PAGE, get, post_form

Pages = dict[str, HTTPResponse]

LONG = "Mette-Marie Charlotte Anastasia Konstantinopolitanskajaforeningen"
PERSON = {"given_name": "Anna", "family_name": "Holm", "privacy_accepted": "true"}


def all_pages(language: Language) -> Pages:
    """Return the responses by the states' names, in one language."""
    bornholm, evening = shipped("doegnmoede-bornholm"), shipped("leverandoerernes-oenskeseddel")
    pages = (
        form_pages(bornholm, evening, language)
        | programme_pages(evening, language)
        | waiting_pages(bornholm, language)
        | offer_pages(language)
        | other_pages(bornholm, language)
    )
    return pages | closing_pages(bornholm, language)


def shipped(event_id: str) -> Event:
    """Publish an event of the shipped programme."""
    return publish(Event.model_validate(document(event_id)))


def document(event_id: str, **changes: Any) -> dict[str, Any]:
    """Read an event of the shipped programme; `changes` replace fields of it, its id among them."""
    event_document: dict[str, Any] = yaml.safe_load(
        (ROOT / "infra" / "programme" / f"{event_id}.yaml").read_text()
    )
    return event_document | changes


def page(path: str, language: Language) -> HTTPResponse:
    """Return the page at the path in the language."""
    return get(f"{path}?lang={language}", **PAGE)


def posted(path: str, fields: dict[str, str], language: Language) -> HTTPResponse:
    """Return the response to a form."""
    return post_form(path, fields, Accept=PAGE["Accept"], Accept_Language=language)


def theirs(registration: Registration, more: str = "") -> str:
    """Return the participant's own link, with `more` behind it."""
    return registration_links.build_link(registration.event_id, registration.id) + more


def their_page(registration: Registration, more: str = "") -> HTTPResponse:
    """Return the participant's own page, or the one of `more`."""
    return get(theirs(registration, more), **PAGE)


def programme_pages(evening: Event, language: Language) -> Pages:
    """Return the programme, and the event's page: open, full, not yet open, closed."""
    short = {"opens_at": "2019-10-01T08:00", "closes_at": "2019-10-31T12:00"}
    later = {"opens_at": "2019-12-01T08:00", "closes_at": "2020-05-04T12:00"}
    one = [builders.allotment("place", 1)]
    full = publish(builders.event("full", allotments=one))
    closed = publish(builders.event("closed", registration=short))
    not_yet = publish(builders.event("not-yet", registration=later))
    for name in ("Anna", "Bo"):
        register(full, name)
    events = {"event": evening, "event-full": full, "event-closed": closed, "event-not-yet": not_yet}
    return {name: page(f"/events/{event.id}", language) for name, event in events.items()} | {
        "programme": page("/", language),
        "embed": page(f"/events/{evening.id}/embed", language),
    }


def form_pages(bornholm: Event, evening: Event, language: Language) -> Pages:
    """Return the form with everything on it, and with every kind of error."""
    here, simple = (f"/events/{event.id}/registrations" for event in (bornholm, evening))
    register(evening, "Anna")
    fields: dict[str, str] = {"language": language}
    wrong = {
        "family_name": "evil.dk",
        "email": "anna@nowhere",
        "phone": "7",
        "sector": "church",
        "travel.name_on_id.given": "Anna",
        "travel.title": "KING",
        "travel.emergency_contact.phone": "7",
        "dietary.note": "x" * 501,
        "party.0.given_name": "Bo",
        "party.0.family_name": "evil.dk",
        "party.0.email": "bo@nowhere",
    }
    return {
        "form": page(f"/events/{bornholm.id}", language),
        "form-wrong": posted(here, fields | wrong, language),
        "form-empty": posted(simple, fields, language),
        "form-taken": posted(simple, PERSON | fields | {"email": "anna@example.org"}, language),
        "form-quick": posted(
            simple, PERSON | fields | {"email": "a@example.org", "shown_at": clock.now().isoformat()}, language
        ),
        "form-robot": posted(simple, PERSON | fields | {"email": "a@example.org", "homepage": "x"}, language),
        "form-need": posted(here, PERSON | fields | {"email": "a@example.org", "needs": "yacht"}, language),
        "form-consent": posted(
            here, PERSON | fields | {"email": "a@example.org", "dietary.meals": "vegan"}, language
        ),
    }


def waiting_pages(bornholm: Event, language: Language) -> Pages:
    """Return the participants' pages: confirmed, waiting, with wishes; changing, cancelling, deleting."""
    small = document("doegnmoede-bornholm", id="small")
    for each in small["allotments"]:
        each["capacity"] = {"place": 2, "single_room": 1}.get(each["name"], each["capacity"])
    event = publish(Event.model_validate(small))
    needs = ("flight_out", "transfer_out", "single_room", "transfer_home", "flight_home")
    anna = register(event, "Anna", needs, language=language)
    wishes = register(event, "Bo", ("shared_bed",), language=language)
    changing.change(event, participant(event.id, wishes.id), ChangeRequest(wait_for=("single_room",)), clock.now())
    waits = register(event, "Carl", needs, language=language)
    long = register(bornholm, LONG, needs, language=language, email=f"{'x' * 60}@{'y' * 60}.example.org")
    cancelled = register(bornholm, "Dorte", language=language)
    flows.cancel(participant(bornholm.id, cancelled.id), clock.now())
    came = register(bornholm, "Erik", language=language)
    check_in.check_in(Access(bornholm.id, came.id), clock.now(), clock.now())
    erased = register(bornholm, "Frida", language=language)
    names = {"given_name": "Bo", "family_name": "Hansen"}
    full = {"seen.needs": "shared_bed", "seen.wait_for": "single_room", "needs": "single_room"}
    bad = {
        "given_name": "",
        "family_name": "evil.dk",
        "phone": "7",
        "email": "anna@example.org",
        "seen.needs": "place",
    }
    return {
        "confirmed": their_page(anna),
        "confirmed-long": their_page(long),
        "confirmed-wishes": their_page(wishes),
        "confirmed-came": their_page(came),
        "waiting": their_page(waits),
        "cancelled": their_page(cancelled),
        "change": their_page(wishes, "/change"),
        "change-waiting": their_page(waits, "/change"),
        "change-wrong": posted(theirs(anna, "/change"), bad, language),
        "change-full": posted(theirs(wishes, "/change"), names | full, language),
        "cancel": their_page(anna, "/cancel"),
        "cancel-waiting": their_page(waits, "/cancel"),
        "erase": their_page(anna, "/erase"),
        "personal-data": their_page(anna, "/personal-data"),
        "erased": posted(theirs(erased, "/erasure"), {}, language),
        "mailed": _mailed(anna, language),
        "party": _party(bornholm, language),
    }


def _mailed(registration: Registration, language: Language) -> HTTPResponse:
    clock.advance(timedelta(hours=2))
    posted(theirs(registration, "/mail"), {}, language)
    return their_page(registration)


def _party(event: Event, language: Language) -> HTTPResponse:
    """Return the page of a participant with two colleagues in the party."""
    fields = PERSON | {"email": "leader@example.org", "language": language}
    for index, name in enumerate(("Bo", "Cleo")):
        member = {"given_name": name, "family_name": "Holm", "email": f"{name.lower()}2@example.org"}
        fields |= {f"party.{index}.{field}": value for field, value in member.items()}
    answer = posted(f"/events/{event.id}/registrations", fields, language)
    return get(answer.headers["Location"], **PAGE)


def offer_pages(language: Language) -> Pages:
    """Return an offer that stands, and others: accepted, declined, kept, ended, answered too late."""
    one = [builders.allotment("place", 4)]
    event = publish(builders.event("offering", allotments=one, waitlist={"mode": "offer"}))
    first = [register(event, f"First{n}", language=language) for n in range(4)]
    registrations = [register(event, name, language=language) for name in ("Accepts", "Declines", "Keeps", "Ends")]
    cancel_and_settle(event, *first)
    accepts, declines, keeps, ends = registrations
    offered = their_page(ends)
    change = their_page(ends, "/change")
    offer_responses.accept(participant(event.id, accepts.id), clock.now())
    offer_responses.decline(participant(event.id, declines.id), clock.now())
    offer_responses.keep_place(participant(event.id, keeps.id), clock.now())
    clock.advance(timedelta(hours=30))
    return {
        "offered": offered,
        "change-offered": change,
        "offer-accepted": their_page(accepts),
        "offer-declined": their_page(declines),
        "offer-kept": their_page(keeps),
        "offer-late": posted(theirs(ends, "/acceptance"), {}, language),
        "offer-ended": their_page(ends),
    }


def other_pages(bornholm: Event, language: Language) -> Pages:
    """Return the pages of links that lead nowhere, and the organiser's sign-in."""
    waits = "/registrations/" + build_token("mailed", bornholm.id, "a" * 26, "")
    return {
        "no-link": page("/registrations/forged", language),
        "no-registration": page(waits, language),
        "no-event": page("/events/moon", language),
        "sign-in": page("/organiser", language),
        "link-sent": posted("/organiser/sessions", {"email": "organiser@network.example"}, language),
        "press": get(f"/organiser/sign-in?token=any&lang={language}", **PAGE),
        "link-used": posted("/organiser/sign-in", {"token": "used"}, language),
    }


def closing_pages(bornholm: Event, language: Language) -> Pages:
    """Return the pages once the lists are out, and once the event is over."""
    registration = register(bornholm, "Gerda", ("flight_out",), language=language, travel={"title": "MS"})
    clock.advance(bornholm.starts_at - clock.now() - timedelta(days=7))
    late = posted(theirs(registration, "/change"), {"given_name": "Gudrun", "family_name": "Holm"}, language)
    fields = PERSON | {"email": "h@example.org", "language": language}
    closed = posted(f"/events/{bornholm.id}/registrations", fields, language)
    clock.advance(timedelta(days=9))
    return {
        "change-late": late,
        "form-closed": closed,
        "programme-past": page("/", language),
        "event-past": page(f"/events/{bornholm.id}", language),
        "confirmed-past": their_page(registration),
    }
