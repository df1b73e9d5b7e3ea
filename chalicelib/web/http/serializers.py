"""The shapes that callers rely on: events and registrations as JSON."""

from datetime import datetime
from typing import Any

from chalicelib.language import Language
from chalicelib.links import registration_links
from chalicelib.programme.model import Event
from chalicelib.registration import details
from chalicelib.registration.flows import Standing
from chalicelib.registration.model import Places


def serialize_event(event: Event, places: Places, language: Language, now: datetime) -> dict[str, Any]:
    """An event with its counts, in one language."""
    window = event.registration
    return {
        "id": event.id,
        "title": event.title.in_(language),
        "summary": event.summary.in_(language),
        "description": event.description.in_(language),
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "venue": {
            "name": event.venue.name,
            "address": event.venue.address,
            "note": event.venue.note.in_(language) if event.venue.note else None,
        },
        "speakers": [
            {
                "name": speaker.name,
                "role": speaker.role.in_(language) if speaker.role else None,
                "organisation": speaker.organisation,
            }
            for speaker in event.speakers
        ],
        "registration": {
            "opens_at": window.opens_at.isoformat(),
            "closes_at": window.closes_at.isoformat(),
            "is_open": event.is_registration_open(now),
        },
        "allotments": [
            {"title": allotment.title.in_(language)} | serialize_counts(allotment.name, places)
            for allotment in event.allotments
        ],
    }


def compute_registration_phase(document: dict[str, Any], now: datetime) -> str:
    """Whether one can register for the event that is shown: `open`, `not yet`, `closed`, or it is `over`."""
    if document["registration"]["is_open"]:
        return "open"
    if now >= datetime.fromisoformat(document["ends_at"]):
        return "over"
    return "not yet" if now < datetime.fromisoformat(document["registration"]["opens_at"]) else "closed"


def serialize_counts_for_organiser(name: str, places: Places) -> dict[str, Any]:
    return serialize_counts(name, places) | {"held": places.held.get(name, 0)}


def serialize_counts(name: str, places: Places) -> dict[str, Any]:
    return {
        "name": name,
        "capacity": places.capacity.get(name, 0) + places.held.get(name, 0),
        "taken": places.taken.get(name, 0),
        "waiting": places.waiting_people.get(name, 0),
        "left": places.count_free(name),
    }


def serialize_registration(standing: Standing) -> dict[str, Any]:
    """A registration as its person sees it; `links.self` is the key to it."""
    registration = standing.registration
    link = registration_links.build_link(registration.event_id, registration.id)
    return {
        **_serialize_standing(standing),
        "registered_at": registration.registered_at.isoformat(),
        "links": {"self": link, "calendar": f"{link}/calendar.ics"},
    }


def _serialize_standing(standing: Standing) -> dict[str, Any]:
    registered, until = standing.registration, standing.registration.offer_expires_at
    waiting = {"position": standing.position, "for": list(standing.waiting_for)} if standing.position else None
    return {
        "id": registered.id,
        "event_id": registered.event_id,
        "status": registered.status,
        "needs": list(registered.needs),
        "waiting": waiting,
        "offer": {"expires_at": until.isoformat()} if until else None,
    }


def serialize_party_member(standing: Standing) -> dict[str, Any]:
    """A registration as the participant who registered it with their own sees it: who, and how it stands."""
    registration = standing.registration
    return {"name": registration.attendee.name, "status": registration.status, "position": standing.position}


def serialize_registration_for_organiser(standing: Standing) -> dict[str, Any]:
    """A registration in an organiser's list: who, and in which state; nothing about health."""
    registered = standing.registration
    return {
        **_serialize_standing(standing),
        "registered_at": registered.registered_at.isoformat(),
        "checked_in_at": registered.checked_in_at.isoformat() if registered.checked_in_at else None,
        "party": registered.leader_id or None,
        **{detail.name: details.read(registered.attendee, detail.name) for detail in details.EXPORTED},
    }
