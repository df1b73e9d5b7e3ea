"""Build people, events and registrations: a test names what matters to it, and the rest is ordinary."""

from datetime import datetime
from typing import Any

from chalicelib.programme.model import ZONE, Event
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.model import Registration, derive_registration_id
from chalicelib.text import STORED_CONTEXT

REGISTERED_AT = datetime(2019, 11, 1, 8, 0, tzinfo=ZONE)


def all_details(
    *,
    name_on_id: tuple[str, str] = ("Søren", "Ågård-Özil"),
    assistance: str = "WCHR",
    share_with: str = "Anne-Marie van der Ærø",
    emergency_contact: tuple[str, str] = ("Anne-Marie van der Ærø", "20 12 34 57"),
    meals: tuple[str, ...] = ("vegetarian", "gluten_free"),
    allergens: tuple[str, ...] = ("gluten", "nuts", "celery"),
    note: str = "Tåler spor af nødder, men ikke hele nødder",
    **changes: Any,
) -> dict[str, Any]:
    """Build every detail that a traveller can fill in, beside name and address."""
    return {
        "phone": "20 12 34 56",
        "organisation": "Ballerup Kommune",
        "sector": "municipality",
        "travel": {
            "name_on_id": dict(zip(("given", "family"), name_on_id, strict=True)),
            "title": "MR",
            "special_assistance": [assistance],
            "share_with": share_with,
            "emergency_contact": dict(zip(("name", "phone"), emergency_contact, strict=True)),
        },
        "dietary": {"meals": list(meals), "allergens": list(allergens), "note": note, "consent": True},
        **changes,
    }


ALL_DETAILS = all_details(
    language="en", needs=["flight_out", "transfer_out", "single_room", "transfer_home", "flight_home"]
)


def event_document(event_id: str = "leverandoerernes-oenskeseddel", **changes: Any) -> dict[str, Any]:
    """Build the document of an afternoon event with 30 places, as an organiser would write it."""
    return {
        "id": event_id,
        "title": {"da": "Leverandørernes ønskeseddel", "en": "The suppliers' wish list"},
        "summary": {"da": "Hvad leverandører ønsker sig.", "en": "What suppliers wish for."},
        "description": {"da": "Et møde.\n\nMed en pause.", "en": "A meeting.\n\nWith a break."},
        "starts_at": "2020-05-05T15:00",
        "ends_at": "2020-05-05T18:00",
        "venue": {"name": "Ubbes Vinbar", "address": "Ny Vestergade 1, 1471 København K"},
        "contact": {"name": "Netværket", "email": "netvaerk@network.example"},
        "speakers": [{"name": "Helle Øbo", "organisation": "Askovfonden"}],
        "registration": {"opens_at": "2019-10-01T08:00", "closes_at": "2020-05-04T12:00"},
        "allotments": [{"name": "place", "title": {"da": "Plads", "en": "Place"}, "capacity": 30}],
        **changes,
    }


def event(event_id: str = "leverandoerernes-oenskeseddel", **changes: Any) -> Event:
    """Build an afternoon event with 30 places; `changes` replace fields of its document."""
    return Event.model_validate(event_document(event_id, **changes))


def allotment(name: str, capacity: int, choice: str | None = None) -> dict[str, Any]:
    """Build an allotment of an event's document, with its name as its title."""
    return {"name": name, "title": {"da": name, "en": name}, "capacity": capacity, "choice": choice}


def person(given_name: str = "Søren", family_name: str = "Ågård-Özil", **changes: Any) -> dict[str, Any]:
    """Build what a participant fills into the form.

    The email address is made from the name, unless one is given.
    """
    address = f"{given_name}.{family_name}@example.org".lower().replace(" ", "-").replace("’", "")
    ascii_address = address.encode("ascii", "ignore").decode()
    return {
        "given_name": given_name,
        "family_name": family_name,
        "email": ascii_address,
        "language": "da",
        "privacy_accepted": True,
        **changes,
    }


def attendee(
    given_name: str = "Søren", family_name: str = "Ågård-Özil", *, stored: bool = False, **changes: Any
) -> Attendee:
    """Build an attendee, with the details of `person`; `stored` ones may hold what earlier rules allowed."""
    details = person(given_name, family_name, **changes)
    del details["privacy_accepted"]
    return Attendee.model_validate(details, context=STORED_CONTEXT if stored else None)


def registration(
    who: Attendee | None = None, event_id: str = "leverandoerernes-oenskeseddel", **changes: Any
) -> Registration:
    """Build a confirmed registration of one place; `changes` replace its fields."""
    who = who or attendee()
    return Registration(
        **{
            "event_id": event_id,
            "id": derive_registration_id("test-identity-key", event_id, who.email),
            "status": "confirmed",
            "needs": ("place",),
            "registered_at": REGISTERED_AT,
            "attendee": who,
            "history": ({"fact": "confirmed", "at": "2019-11-01T07:00:00.000000Z", "needs": ["place"]},),
            **changes,
        }
    )


def request_key(name: str) -> str:
    """Build an idempotency key, another for each name; it is as long as one must be."""
    return f"{name}-0123456789abcdef"
