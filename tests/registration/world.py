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
from chalicelib.registration.history import account
from chalicelib.registration.model import Registration, registration_id
from chalicelib.registration.parties import Party
from chalicelib.registration.registering import Applicant
from chalicelib.settings import settings
from tests import builders


def publish(event: Event) -> Event:
    assert programme_flows.ensure(event, clock.now())
    return event


def with_places(places: int, *more: dict[str, Any], mode: str = "automatic") -> Event:
    """An event with so many places, that confirms the next in line, or offers."""
    allotments = [builders.allotment("place", places), *more]
    return publish(builders.event(allotments=allotments, waitlist={"mode": mode}))


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
    who = builders.attendee(name, **{"family_name": "Hansen", "email": f"{name.lower()}@example.org"} | changes)
    current = programme_store.read(event.id)
    applicant = Applicant(rid(event.id, who.email), who, needs)
    return registering.register(current, applicant, key or f"key-{name}-{clock.now()}", now or clock.now())


NEEDS_NOTHING: Mapping[str, tuple[str, ...]] = {}


def register_party(
    event: Event,
    *names: str,
    needs: Mapping[str, tuple[str, ...]] = NEEDS_NOTHING,
    key: str = "",
    accept_fewer: bool = False,
) -> list[Registration]:
    """Register people of these names together, with addresses made from them; `needs` by name."""
    people = [builders.attendee(name, "Hansen", email=f"{name.lower()}@example.org") for name in names]
    applicants = [
        Applicant(rid(event.id, who.email), who, needs.get(who.given_name, ()), f"party.{place}.")
        for place, who in enumerate(people)
    ]
    party = Party(tuple(applicants), accept_fewer)
    return parties.register(event, party, key or f"key-{names}-{clock.now()}", clock.now())


def break_seal(who: Registration) -> None:
    """What they told about health opens for nobody any more."""
    put_seal(who, b"of no key that anybody has")


def put_seal(who: Registration, sealed: bytes) -> None:
    """Write it into their item."""
    written = Update(
        key=registration_key(who.event_id, who.id),
        expression="SET sealed = :sealed",
        condition="attribute_exists(PK)",
        names={},
        values={":sealed": sealed},
    )
    table.write(written)


def plant(event: Event, expression: str, **values: Any) -> None:
    """Write something wrong into the counters, behind everybody's back."""
    given = {f":{name}": value for name, value in values.items()}
    names = {f"#{name}": name for name in ("taken", "held", "capacity", "lines") if f"#{name}" in expression}
    table.write(Update(places_key(event.id), expression, "attribute_exists(PK)", names, given))


def settle(event: Event) -> None:
    """What the waitlist's queue does once its messages have come."""
    moving_up.settle(event.id, clock.now())


def give_back(event: Event, *people: Registration) -> None:
    """They cancel, and the waitlist moves."""
    for who in people:
        flows.cancel(event.id, who.id, "participant", clock.now())
    settle(event)


def now(who: Registration) -> Registration:
    """The registration as it is now."""
    return flows.find(who.event_id, who.id)


def statuses(*people: Registration) -> list[str]:
    """How they stand, once the counters are found right."""
    check_counters(people[0].event_id)
    return [now(who).status for who in people]


def facts_of(who: Registration) -> list[str]:
    """What happened to somebody, skips included."""
    return [entry["fact"] for entry in account(now(who))]


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
