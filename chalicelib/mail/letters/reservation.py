"""The registration as mail programs read it: a schema.org EventReservation."""

from typing import Any

from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration


def build_reservation(
    event: Event, registration: Registration, link: str, *, is_confirmed: bool
) -> dict[str, Any]:
    """The JSON-LD of a confirmed or a cancelled registration."""
    language = registration.attendee.language
    return {
        "@context": "http://schema.org",
        "@type": "EventReservation",
        "reservationNumber": registration.id,
        "reservationStatus": f"http://schema.org/Reservation{'Confirmed' if is_confirmed else 'Cancelled'}",
        "modifyReservationUrl": link,
        "underName": {"@type": "Person", "name": registration.attendee.name},
        "reservationFor": {
            "@type": "Event",
            "name": event.title.in_(language),
            "startDate": event.starts_at.isoformat(),
            "endDate": event.ends_at.isoformat(),
            "location": {"@type": "Place", "name": event.venue.name, "address": event.venue.address},
        },
    }
