"""What the registration tests do and ask: register people, recount the counters, read the line."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib import clock
from chalicelib.aws import table
from chalicelib.aws.items import Update
from chalicelib.aws.keys import places_key, registration_key
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import flows, moving_up, parties, registering, store
from chalicelib.registration.history import build_timeline
from chalicelib.registration.model import Registration, derive_registration_id
from chalicelib.registration.parties import Party
from chalicelib.registration.registering import Applicant
from chalicelib.settings import settings
from testing import builders

#: Allotments of the waitlist's worlds: name, capacity, choice.
UNITS = (("place", 4, None), ("room", 1, "room"), ("bed", 2, "room"), ("bus", 2, None))


def publish(event: Event) -> Event:
    assert programme_flows.create_if_absent(event, clock.now())
    return event


def publish_with_places(places: int, *more: dict[str, Any], mode: str = "automatic") -> Event:
    """An event with so many places, that confirms the next in line, or offers."""
    allotments = [builders.allotment("place", places), *more]
    return publish(builders.event(allotments=allotments, waitlist={"mode": mode}))


def build_registration_id(event_id: str, email: str) -> str:
    return derive_registration_id(settings().identity_key, event_id, email)


def register(
    event: Event,
    name: str,
    needs: tuple[str, ...] = (),
    key: str = "",
    now: datetime | None = None,
    **changes: Any,
) -> Registration:
    """Register somebody of that name, with an address made from it."""
    who = builders.attendee(name, **{"family_name": "Hansen", "email": f"{name.lower()}@example.org"} | changes)
    current = programme_store.read_cached(event.id)
    applicant = Applicant(build_registration_id(event.id, who.email), who, needs)
    return registering.register(current, applicant, key or f"key-{name}-{clock.now()}", now or clock.now())


NO_NEEDS: Mapping[str, tuple[str, ...]] = {}


def register_party(
    event: Event,
    *names: str,
    needs: Mapping[str, tuple[str, ...]] = NO_NEEDS,
    key: str = "",
    accept_fewer: bool = False,
) -> list[Registration]:
    """Register people of these names together, with addresses made from them; `needs` by name."""
    people = [builders.attendee(name, "Hansen", email=f"{name.lower()}@example.org") for name in names]
    applicants = [
        Applicant(
            build_registration_id(event.id, who.email), who, needs.get(who.given_name, ()), f"party.{place}."
        )
        for place, who in enumerate(people)
    ]
    party = Party(tuple(applicants), accept_fewer)
    return parties.register(event, party, key or f"key-{names}-{clock.now()}", clock.now())


def break_seal(registration: Registration) -> None:
    """What they told about health opens for nobody any more."""
    put_seal(registration, b"of no key that anybody has")


def put_seal(registration: Registration, sealed: bytes) -> None:
    """Write it into their item."""
    written = Update(
        key=registration_key(registration.event_id, registration.id),
        expression="SET sealed = :sealed",
        condition="attribute_exists(PK)",
        names={},
        values={":sealed": sealed},
    )
    table.write(written)


def overwrite_counters(event: Event, expression: str, **values: Any) -> None:
    """Write something wrong into the counters, behind everybody's back."""
    given = {f":{name}": value for name, value in values.items()}
    names = {f"#{name}": name for name in ("taken", "held", "capacity", "lines") if f"#{name}" in expression}
    table.write(Update(places_key(event.id), expression, "attribute_exists(PK)", names, given))


def settle(event: Event) -> None:
    """What the waitlist's queue does once its messages have come."""
    moving_up.settle(event.id, clock.now())


def cancel_and_settle(event: Event, *people: Registration) -> None:
    """They cancel, and the waitlist moves."""
    for who in people:
        flows.cancel(event.id, who.id, "participant", clock.now())
    settle(event)


def reload(registration: Registration) -> Registration:
    """The registration as it is now."""
    return flows.load_registration(registration.event_id, registration.id)


def read_statuses(*people: Registration) -> list[str]:
    """How they stand, once the counters are found right."""
    check_counters(people[0].event_id)
    return [reload(who).status for who in people]


def list_fact_kinds(registration: Registration) -> list[str]:
    """What happened to somebody, skips included."""
    return [entry["fact"] for entry in build_timeline(reload(registration))]


def count_from_registrations(event_id: str) -> tuple[dict[str, int], dict[str, int]]:
    """`taken` and the lines' lengths counted from the registrations, not from the counters."""
    taken: Counter[str] = Counter()
    entries: set[str] = set()
    for registered in store.list_registrations(event_id):
        if registered.status in ("confirmed", "offered"):
            taken.update(registered.needs)
        entries.update(registered.entry_keys)
    return dict(taken), dict(Counter(entry.partition("#")[0] for entry in entries))


def check_counters(event_id: str, *, overbooked: bool = False) -> None:
    """The counters agree with the registrations, and the line with those who wait."""
    places = store.read_places(event_id)
    taken, entries = count_from_registrations(event_id)
    assert {k: v for k, v in places.taken.items() if v} == taken
    assert {k: v for k, v in places.lines.items() if v} == entries
    assert places.line_length == sum(entries.values())
    stand = {(member, entry.key) for entry in store.read_waitlist(event_id) for member in entry.members}
    assert stand == {(r.id, key) for r in store.list_registrations(event_id) for key in r.entry_keys}
    assert overbooked or all(places.taken[name] <= places.capacity[name] for name in places.capacity)
