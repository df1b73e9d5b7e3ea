"""Use the registration's flows in short form, and check its counters against its registrations."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib import clock
from chalicelib.aws import table
from chalicelib.aws.items import Update
from chalicelib.aws.keys import event_key, places_key, registration_key
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import flows, moving_up, parties, registering, store
from chalicelib.registration.access import Access
from chalicelib.registration.history import build_timeline
from chalicelib.registration.model import Registration, derive_registration_id
from chalicelib.registration.parties import Party
from chalicelib.registration.registering import Applicant
from chalicelib.settings import settings
from testing import builders
from testing.registration_links import participant

#: Allotments of the waitlist's worlds: name, capacity, choice.
UNITS = (("place", 4, None), ("room", 1, "room"), ("bed", 2, "room"), ("bus", 2, None))


def publish(event: Event) -> Event:
    """Create the event, and return it."""
    assert programme_flows.create_if_absent(event, clock.now())
    return event


def publish_with_places(places: int, *more: dict[str, Any], mode: str = "automatic") -> Event:
    """Create an event with so many places; `mode` says whether the waitlist confirms the next or offers."""
    allotments = [builders.allotment("place", places), *more]
    return publish(builders.event(allotments=allotments, waitlist={"mode": mode}))


def build_registration_id(event_id: str, email: str) -> str:
    """Build the id under which an email address is registered for an event."""
    return derive_registration_id(settings().identity_key, event_id, email)


def register(
    event: Event,
    name: str,
    needs: tuple[str, ...] = (),
    key: str = "",
    now: datetime | None = None,
    **changes: Any,
) -> Registration:
    """Register a participant of that name; the email address is made from it."""
    attendee = builders.attendee(
        name, **{"family_name": "Hansen", "email": f"{name.lower()}@example.org"} | changes
    )
    current = programme_store.read_cached(event.id)
    applicant = Applicant(build_registration_id(event.id, attendee.email), attendee, needs)
    return registering.register(current, applicant, key or f"key-{name}-{clock.now()}", now or clock.now())


NO_NEEDS: Mapping[str, tuple[str, ...]] = {}


def register_party(
    event: Event,
    *names: str,
    needs: Mapping[str, tuple[str, ...]] = NO_NEEDS,
    key: str = "",
    accept_fewer: bool = False,
) -> list[Registration]:
    """Register people of these names together; their email addresses are made from them.

    `needs` has needs by name.
    """
    attendees = [builders.attendee(name, "Hansen", email=f"{name.lower()}@example.org") for name in names]
    applicants = [
        Applicant(
            build_registration_id(event.id, attendee.email),
            attendee,
            needs.get(attendee.given_name, ()),
            f"party.{index}.",
        )
        for index, attendee in enumerate(attendees)
    ]
    party = Party(tuple(applicants), accept_fewer)
    return parties.register(event, party, key or f"key-{names}-{clock.now()}", clock.now())


def break_seal(registration: Registration) -> None:
    """Replace the sealed details of a registration by bytes that no key opens."""
    put_seal(registration, b"of an unknown key")


def put_seal(registration: Registration, sealed: bytes) -> None:
    """Write sealed details into the registration's item."""
    update = Update(
        key=registration_key(registration.event_id, registration.id),
        expression="SET sealed = :sealed",
        condition="attribute_exists(PK)",
        names={},
        values={":sealed": sealed},
    )
    table.write(update)


def overwrite_counters(event: Event, expression: str, **values: Any) -> None:
    """Corrupt the counters with an update expression, past the flows that keep them right."""
    placeholders = {f":{name}": value for name, value in values.items()}
    names = {f"#{name}": name for name in ("taken", "held", "capacity", "lines") if f"#{name}" in expression}
    table.write(Update(places_key(event.id), expression, "attribute_exists(PK)", names, placeholders))


def settle(event: Event) -> None:
    """Settle the waitlist of the event, as the waitlist worker does once its messages have come."""
    moving_up.settle(event.id, clock.now())


def cancel_and_settle(event: Event, *registrations: Registration) -> None:
    """Cancel registrations as their participants, and settle the waitlist."""
    for registration in registrations:
        flows.cancel(participant(event.id, registration.id), clock.now())
    settle(event)


def reload(registration: Registration) -> Registration:
    """Return the registration as it is now."""
    return flows.load_registration(Access(registration.event_id, registration.id))


def read_statuses(*registrations: Registration) -> list[str]:
    """Check the counters, and return the registrations' statuses."""
    check_counters(registrations[0].event_id)
    return [reload(registration).status for registration in registrations]


def list_fact_kinds(registration: Registration) -> list[str]:
    """Return the kinds of the facts in the registration's timeline, skips included."""
    return [entry["fact"] for entry in build_timeline(reload(registration))]


def count_from_registrations(event_id: str) -> tuple[dict[str, int], dict[str, int]]:
    """Count `taken` and the lengths of the lines from the registrations, not from the counters."""
    taken: Counter[str] = Counter()
    entries: set[str] = set()
    for registration in store.list_registrations(event_id):
        if registration.status in ("confirmed", "offered"):
            taken.update(registration.needs)
        entries.update(registration.entry_keys)
    return dict(taken), dict(Counter(entry.partition("#")[0] for entry in entries))


def check_counters(event_id: str, *, overbooked: bool = False) -> None:
    """Check that the counters agree with the registrations, and the lines with the waiting registrations.

    Fails also where more is taken than there is, unless `overbooked` allows it.
    """
    places = store.read_places(event_id)
    taken, entries = count_from_registrations(event_id)
    assert {name: units for name, units in places.taken.items() if units} == taken
    assert {name: units for name, units in places.lines.items() if units} == entries
    assert places.line_length == sum(entries.values())
    members = {(member, entry.key) for entry in store.read_waitlist(event_id) for member in entry.members}
    assert members == {
        (registration.id, key)
        for registration in store.list_registrations(event_id)
        for key in registration.entry_keys
    }
    assert overbooked or all(places.taken[name] <= places.capacity[name] for name in places.capacity)


def break_document(event_id: str, text: str | None = None, **changes: Any) -> None:
    """Store a document that cannot be read: `text`, or the event's document with these fields replaced.

    Without either its end lies before its beginning, as an earlier version stored an hour that does not exist.
    """
    document = programme_store.read_document(event_id).document
    changes = changes or {"starts_at": "2020-03-29T02:30:00+01:00", "ends_at": "2020-03-29T03:15:00+02:00"}
    broken = json.dumps(document | changes) if text is None else text
    table.write(Update.set(event_key(event_id), {"document": broken}))
    programme_store.clear_cache()
