"""Reading registrations, waitlist and allotments out of the table."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from chalicelib import keys, table
from chalicelib.items import Item
from chalicelib.keys import timestamp
from chalicelib.problems import EventNotFound
from chalicelib.programme.model import ZONE
from chalicelib.registration.attendee import STORED, Attendee
from chalicelib.registration.model import Places, Registration, Status, WaitlistEntry

_AT_ONCE = 40  #: entries of the waitlist read in one call: most looks need only its head


def places(event_id: str) -> Places:
    """The event's allotments as they stand now; raises EventNotFound."""
    item = table.get(keys.places_key(event_id))
    if item is None:
        raise EventNotFound(event_id=event_id)
    return as_places(item)


def places_of(event_ids: list[str]) -> dict[str, Places]:
    """The allotments of several events, by event id, in one round trip for each hundred."""
    items = table.get_many([keys.places_key(event_id) for event_id in event_ids])
    return {keys.event_id(item): as_places(item) for item in items}


def find(event_id: str, registration_id: str) -> Registration | None:
    """The registration as it is now, or None."""
    item = table.get(keys.registration_key(event_id, registration_id))
    return as_registration(item) if item else None


def registrations(event_id: str, status: Status | None = None, after: str = "") -> Iterator[Registration]:
    """The event's registrations in the order of their ids, all or those of one status, from behind `after`."""
    narrowed: dict[str, Any] = {}
    if after:
        narrowed["after"] = keys.registration_key(event_id, after)
    if status:
        narrowed |= {
            "FilterExpression": "#status = :status",
            "ExpressionAttributeNames": {"#status": "status"},
            "values": {":status": status},
        }
    return map(as_registration, table.query(event_id, "REG#", **narrowed))


def waitlist(event_id: str) -> Iterator[WaitlistEntry]:
    """The event's waitlist from its head, read page by page."""
    return map(_as_entry, table.query(event_id, "WAIT#", limit=_AT_ONCE))


def position(registration: Registration) -> int:
    """The place in the line: how many, counted to this one, wait for something that it waits for."""
    wanted = {f":n{place}": name for place, name in enumerate(registration.waiting_for)}
    return table.count(
        registration.event_id,
        "WAIT#",
        up_to=keys.waiting_key(registration.event_id, registration.rank)["SK"],
        filter_expression=" OR ".join(f"contains(waiting_for, {mark})" for mark in wanted),
        values=wanted,
    )


def due(now: datetime) -> Iterator[tuple[str, str]]:
    """The event and registration ids of what is due by now, and of nothing else."""
    for item in table.due(timestamp(now)):
        yield keys.event_id(item), keys.registration_id(item)


def positions(entries: Iterable[WaitlistEntry]) -> dict[str, int]:
    """The places in the line of all who wait, by registration id: what `position` counts for each alone."""
    ahead: Counter[tuple[str, ...]] = Counter()
    places_in_line = {}
    for entry in entries:
        ahead[entry.waiting_for] += 1
        wanted = set(entry.waiting_for)
        places_in_line[entry.registration_id] = sum(n for names, n in ahead.items() if wanted.intersection(names))
    return places_in_line


def as_places(item: Item) -> Places:
    names = ("capacity", "floor", "taken", "waiting", "last_joined", "changes", "freed", "released", "rested")
    return Places(**{name: item[name] for name in names})


def as_registration(item: Item) -> Registration:
    until = item.get("offer_expires_at")
    return Registration(
        event_id=keys.event_id(item),
        id=keys.registration_id(item),
        status=item["status"],
        needs=tuple(item["needs"]),
        waiting_for=tuple(item["waiting_for"]),
        registered_at=datetime.fromisoformat(item["registered_at"]).astimezone(ZONE),
        rank=item["rank"],
        attendee=Attendee.model_validate(item["attendee"], context=STORED),
        history=tuple(item["history"]),
        offer_expires_at=datetime.fromisoformat(until).astimezone(ZONE) if until else None,
        waited_for=tuple(item.get("waited_for", ())),
        requests=frozenset(item["requests"]),
    )


def _as_entry(item: Item) -> WaitlistEntry:
    rank = item["SK"].removeprefix("WAIT#")
    return WaitlistEntry(
        registration_id=rank.rpartition("#")[2],
        rank=rank,
        needs=tuple(item["needs"]),
        waiting_for=tuple(item["waiting_for"]),
        passed_for=tuple(item["passed_for"]),
        sat_out=item["sat_out"],
    )
