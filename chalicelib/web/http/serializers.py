"""The shapes that callers rely on: events and registrations as JSON."""

from datetime import datetime
from typing import Any

from chalicelib.language import Language
from chalicelib.links import registration_links
from chalicelib.programme.model import Event
from chalicelib.registration import flows
from chalicelib.registration.flows import Standing
from chalicelib.registration.model import Places, Registration


def event(described: Event, places: Places, language: Language, now: datetime) -> dict[str, Any]:
    """An event with its counts, in one language."""
    window = described.registration
    return {
        "id": described.id,
        "title": described.title.in_(language),
        "summary": described.summary.in_(language),
        "description": described.description.in_(language),
        "starts_at": described.starts_at.isoformat(),
        "ends_at": described.ends_at.isoformat(),
        "venue": {
            "name": described.venue.name,
            "address": described.venue.address,
            "note": described.venue.note.in_(language) if described.venue.note else None,
        },
        "speakers": [
            {
                "name": speaker.name,
                "role": speaker.role.in_(language) if speaker.role else None,
                "organisation": speaker.organisation,
            }
            for speaker in described.speakers
        ],
        "registration": {
            "opens_at": window.opens_at.isoformat(),
            "closes_at": window.closes_at.isoformat(),
            "is_open": described.is_open(now),
        },
        "allotments": [
            {"title": allotment.title.in_(language)} | counts(allotment.name, places)
            for allotment in described.allotments
        ],
    }


def window_of(shown: dict[str, Any], now: datetime) -> str:
    """Whether one can register for the event that is shown: `open`, `not yet`, `closed`, or it is `over`."""
    if shown["registration"]["is_open"]:
        return "open"
    if now >= datetime.fromisoformat(shown["ends_at"]):
        return "over"
    return "not yet" if now < datetime.fromisoformat(shown["registration"]["opens_at"]) else "closed"


def counts_for_organiser(name: str, places: Places) -> dict[str, Any]:
    return counts(name, places) | {"held": places.held.get(name, 0)}


def counts(name: str, places: Places) -> dict[str, Any]:
    return {
        "name": name,
        "capacity": places.capacity.get(name, 0) + places.held.get(name, 0),
        "taken": places.taken.get(name, 0),
        "waiting": places.waiting.get(name, 0),
        "left": places.left(name),
    }


def registration(registered: Registration) -> dict[str, Any]:
    """A registration as its person sees it; `links.self` is the key to it."""
    link = registration_links.link(registered.event_id, registered.id)
    stands = flows.standing(registered)
    return {
        **_state(stands),
        "registered_at": stands.registration.registered_at.isoformat(),
        "links": {"self": link, "calendar": f"{link}/calendar.ics"},
    }


def _state(stands: Standing) -> dict[str, Any]:
    registered, until = stands.registration, stands.registration.offer_expires_at
    waiting = {"position": stands.position, "for": list(stands.waiting_for)} if stands.position else None
    return {
        "id": registered.id,
        "event_id": registered.event_id,
        "status": registered.status,
        "needs": list(registered.needs),
        "waiting": waiting,
        "offer": {"expires_at": until.isoformat()} if until else None,
    }


def of_party(registered: Registration) -> dict[str, Any]:
    """A registration as whoever registered it with their own sees it: who, and how it stands."""
    stands = flows.standing(registered)
    return {"name": registered.attendee.name, "status": registered.status, "position": stands.position}


def registration_for_organiser(stands: Standing) -> dict[str, Any]:
    """A registration in an organiser's list: who, and in which state; nothing about health."""
    registered, who = stands.registration, stands.registration.attendee
    return {
        **_state(stands),
        "registered_at": registered.registered_at.isoformat(),
        "checked_in_at": registered.came_at.isoformat() if registered.came_at else None,
        "party": registered.party or None,
        "given_name": who.given_name,
        "family_name": who.family_name,
        "email": who.email,
        "phone": who.phone,
        "organisation": who.organisation,
        "sector": who.sector,
        "language": who.language,
    }
