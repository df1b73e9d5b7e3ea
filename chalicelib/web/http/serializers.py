"""Serialize events and registrations to the JSON that callers rely on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chalicelib.language import Language
from chalicelib.links import registration_links
from chalicelib.programme.model import Event
from chalicelib.registration import details, flows
from chalicelib.registration.flows import Standing
from chalicelib.registration.model import Places, Registration


def serialize_event(event: Event, places: Places, language: Language, now: datetime) -> dict[str, Any]:
    """Serialize an event with its counts, in one language."""
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
            "closes_at": event.registration_closes_at.isoformat(),
            "is_open": event.is_registration_open(now),
        },
        "allotments": [
            {"title": allotment.title.in_(language)} | serialize_counts(allotment.name, places)
            for allotment in event.allotments
        ],
    }


def compute_registration_phase(document: dict[str, Any], now: datetime) -> str:
    """Compute the phase of a serialized event: `open`, `not yet`, `closed`, or `over`."""
    window = document["registration"]
    if window["is_open"]:
        return "open"
    if now >= datetime.fromisoformat(document["ends_at"]):
        return "over"
    opens_at, closes_at = (datetime.fromisoformat(window[name]) for name in ("opens_at", "closes_at"))
    return "not yet" if now < opens_at < closes_at else "closed"


def serialize_counts_for_organiser(name: str, places: Places) -> dict[str, Any]:
    """Serialize an allotment's counts with the units that are held."""
    return serialize_counts(name, places) | {"held": places.held.get(name, 0)}


def serialize_counts(name: str, places: Places) -> dict[str, Any]:
    """Serialize an allotment's counts."""
    return {
        "name": name,
        "capacity": places.capacity.get(name, 0) + places.held.get(name, 0),
        "taken": places.taken.get(name, 0),
        "waiting": places.waiting_people.get(name, 0),
        "left": places.count_free(name),
    }


def serialize_registration(standing: Standing) -> dict[str, Any]:
    """Serialize a registration for its participant; `links.self` is the link that was used."""
    registration = standing.registration
    link = registration_links.build_used_link(registration)
    return {
        **serialize_standing(standing),
        "registered_at": registration.registered_at.isoformat(),
        "links": {"self": link, "calendar": f"{link}/calendar.ics"},
    }


def serialize_standing(standing: Standing) -> dict[str, Any]:
    """Serialize the status of a registration, without links and details."""
    registration, expires_at = standing.registration, standing.registration.offer_expires_at
    waiting = {"position": standing.position, "for": list(standing.waiting_for)} if standing.position else None
    return {
        "id": registration.id,
        "event_id": registration.event_id,
        "status": registration.status,
        "needs": list(registration.needs),
        "waiting": waiting,
        "offer": {"expires_at": expires_at.isoformat()} if expires_at else None,
    }


def serialize_for_link(standing: Standing) -> dict[str, Any]:
    """Serialize what the link that was used opens: the registration, or how it stands."""
    serialize = serialize_status if standing.registration.shows_status_alone else serialize_registration
    return serialize(standing)


def serialize_status(standing: Standing) -> dict[str, Any]:
    """Serialize what a link shows that opens no more: event, status and position."""
    registration = standing.registration
    return {
        "id": registration.id,
        "event_id": registration.event_id,
        "status": registration.status,
        "waiting": {"position": standing.position} if standing.position else None,
        "links": {"self": registration_links.build_used_link(registration)},
    }


def serialize_party(poster: Registration, members: Iterable[Registration]) -> list[dict[str, Any]]:
    """Serialize a party for the link that `poster` was reached by.

    A link reads nothing that was written by another: the name of a member who has used their own is left out.
    """
    return [
        _serialize_party_member(flows.load_standing(member), is_named=_is_named(member, poster))
        for member in members
    ]


def _is_named(member: Registration, poster: Registration) -> bool:
    return not member.is_in_own_hands or (member.id == poster.id and not poster.shows_status_alone)


def _serialize_party_member(standing: Standing, *, is_named: bool) -> dict[str, Any]:
    shown = serialize_standing(standing)
    name = standing.registration.attendee.name if is_named else None
    return {"id": shown["id"], "name": name, "status": shown["status"], "waiting": shown["waiting"]}


def serialize_registration_for_organiser(standing: Standing) -> dict[str, Any]:
    """Serialize a registration for organisers, without details about health."""
    registration = standing.registration
    return {
        **serialize_standing(standing),
        "registered_at": registration.registered_at.isoformat(),
        "checked_in_at": registration.checked_in_at.isoformat() if registration.checked_in_at else None,
        "party": registration.leader_id or None,
        **{detail.name: details.read(registration.attendee, detail.name) for detail in details.EXPORTED},
    }
