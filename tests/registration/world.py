"""What the registration tests do and ask: register people, recount the counters, read the line."""

from collections import Counter
from datetime import datetime
from typing import Any

from chalicelib import clock
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import registering, store
from chalicelib.registration.model import Registration, registration_id
from chalicelib.registration.registering import Applicant
from chalicelib.settings import settings
from tests import builders


def publish(event: Event) -> Event:
    assert programme_flows.ensure(event, clock.now())
    return event


def rid(event_id: str, email: str) -> str:
    return registration_id(settings().identity_key, event_id, email)


def register(
    event: Event,
    name: str,
    needs: tuple[str, ...] = (),
    key: str = "",
    now: datetime | None = None,
    **changes: Any,
) -> Registration:
    """Register somebody of that name, with an address made from it."""
    who = builders.attendee(name, "Hansen", **{"email": f"{name.lower()}@example.org"} | changes)
    current = programme_store.read(event.id)
    applicant = Applicant(rid(event.id, who.email), who, needs)
    return registering.register(current, applicant, key or f"key-{name}-{clock.now()}", now or clock.now())


def recounted(event_id: str) -> tuple[dict[str, int], dict[str, int]]:
    """`taken` and the lines' lengths counted from the registrations, not from the counters."""
    taken: Counter[str] = Counter()
    entries: set[str] = set()
    for registered in store.registrations(event_id):
        if registered.status in ("confirmed", "offered"):
            taken.update(registered.needs)
        entries.update(registered.in_line)
    return dict(taken), dict(Counter(entry.partition("#")[0] for entry in entries))


def check_counters(event_id: str, *, overbooked: bool = False) -> None:
    """The counters agree with the registrations, and the line with those who wait."""
    places = store.places(event_id)
    taken, entries = recounted(event_id)
    assert {k: v for k, v in places.taken.items() if v} == taken
    assert {k: v for k, v in places.lines.items() if v} == entries
    assert places.line_length == sum(entries.values())
    stand = {(member, entry.key) for entry in store.waitlist(event_id) for member in entry.members}
    assert stand == {(r.id, key) for r in store.registrations(event_id) for key in r.in_line}
    assert overbooked or all(places.taken[name] <= places.capacity[name] for name in places.capacity)
