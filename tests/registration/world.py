"""What the registration tests do and ask: register people, recount the counters, read the line."""

from collections import Counter
from datetime import datetime
from typing import Any

from chalicelib import clock
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import flows, store
from chalicelib.registration.model import Registration, registration_id
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
    return flows.register(
        current, rid(event.id, who.email), who, needs, key or f"key-{name}-{clock.now()}", now or clock.now()
    )


def recounted(event_id: str) -> tuple[dict[str, int], dict[str, int]]:
    """`taken` and `waiting` counted from the registrations, not from the counters."""
    taken: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    for registered in store.registrations(event_id):
        if registered.status in ("confirmed", "offered"):
            taken.update(registered.needs)
        if registered.status == "waiting":
            waiting.update(registered.waiting_for)
    return dict(taken), dict(waiting)


def check_counters(event_id: str) -> None:
    """The counters agree with the registrations, and the line with those who wait."""
    places = store.places(event_id)
    taken, waiting = recounted(event_id)
    assert {k: v for k, v in places.taken.items() if v} == taken
    assert {k: v for k, v in places.waiting.items() if v} == waiting
    line = {entry.registration_id: entry.waiting_for for entry in store.waitlist(event_id)}
    assert line == {r.id: r.waiting_for for r in store.registrations(event_id, "waiting")}
    assert all(places.taken[name] <= places.capacity[name] for name in places.capacity)
