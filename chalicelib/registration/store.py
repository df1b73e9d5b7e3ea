"""Reading registrations, waitlist and allotments out of the table."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

from chalicelib.aws import keys, table
from chalicelib.aws.items import Item
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import PlaceKept
from chalicelib.problems import EventNotFound
from chalicelib.programme import lines
from chalicelib.programme.model import ZONE
from chalicelib.registration.attendee import STORED_CONTEXT, Attendee
from chalicelib.registration.model import NEVER_PASSED, Places, Registration, Skip, Status, WaitlistEntry

_LINE_PAGE_SIZE = 20  #: entries of a line read in one call: most looks need only its head


def read_places(event_id: str) -> Places:
    """The event's allotments as they stand now; raises EventNotFound."""
    item = table.get(keys.places_key(event_id))
    if item is None:
        raise EventNotFound(event_id=event_id)
    return deserialize_places(item)


def read_places_of_events(event_ids: list[str]) -> dict[str, Places]:
    """The allotments of several events, by event id, in one round trip for each hundred."""
    items = table.get_many([keys.places_key(event_id) for event_id in event_ids])
    return {keys.parse_event_id(item): deserialize_places(item) for item in items}


def find(event_id: str, registration_id: str) -> Registration | None:
    """The registration as it is now; None where there is none, or it is erased."""
    item = table.get(keys.registration_key(event_id, registration_id))
    return deserialize_registration(item) if item and not is_erased(item) else None


def list_registrations(
    event_id: str, status: Status | None = None, after: str = "", as_of: datetime | None = None
) -> Iterator[Registration]:
    """The event's registrations in the order of their ids, all or those of one status, from behind `after`;
    erased ones are none.

    With `as_of`, none whose row has expired by then, whenever DynamoDB gets round to deleting it.
    """
    conditions = ["attribute_exists(attendee)"]
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    if status:
        conditions.append("#status = :status")
        names["#status"], values[":status"] = "status", status
    if as_of:
        conditions.append("(attribute_not_exists(#expires) OR #expires > :as_of)")
        names["#expires"], values[":as_of"] = "expires_at", int(as_of.timestamp())
    narrowed: dict[str, Any] = {"FilterExpression": " AND ".join(conditions), "values": values}
    if names:
        narrowed["ExpressionAttributeNames"] = names
    if after:
        narrowed["after"] = keys.registration_key(event_id, after)
    return map(deserialize_registration, table.query(event_id, "REG#", **narrowed))


def read_waitlist(event_id: str) -> list[WaitlistEntry]:
    """Everybody who waits at the event, in the order of their rank; of one rank, as in a line."""
    return sorted(
        map(_deserialize_entry, table.query(event_id, "WAIT#")), key=lambda entry: entry.key.partition("#")[2]
    )


def read_line(event_id: str, name: str) -> Iterator[WaitlistEntry]:
    """The entries of one line from its head, read page by page."""
    return map(_deserialize_entry, table.query(event_id, f"WAIT#{name}#", page_size=_LINE_PAGE_SIZE))


def read_entry(registration: Registration, key: str) -> WaitlistEntry:
    """The registration's entry in the waitlist, read only where its key may not say all: a party may stand there,
    or somebody who sits out."""
    where = keys.waitlist_entry_key(registration.event_id, key)
    sits_out = any(each["fact"] == PlaceKept.kind for each in registration.history)
    return _deserialize_entry((table.get(where) if registration.leader_id or sits_out else None) or where)


def read_skips(event_id: str, since: str, until: str) -> list[Skip]:
    """Who got in ahead of others between the two moments (ISO 8601 in UTC), the earliest first."""
    if until <= since:
        return []
    first, last = (keys.skip_key(event_id, moment, "")["SK"] for moment in (since, until))
    return [
        Skip(item["SK"].split("#")[1], item["rank"], item["lines"])
        for item in table.query(event_id, first, up_to=last + "~")
    ]


def find_due(now: datetime) -> Iterator[tuple[str, str]]:
    """The event and registration ids of the registrations that are due by now, and of nothing else."""
    for item in table.query_due(format_timestamp(now)):
        if item["SK"].startswith("REG#"):
            yield keys.parse_event_id(item), keys.parse_registration_id(item)


#: What is stored under another name than it has in the code.
_STORED_NAMES = {
    "free_revision": "freed",
    "release_revision": "released",
    "settled_at": "rested",
    "skips_recorded_until": "noted",
}


def deserialize_places(item: Item) -> Places:
    stored = {part.name: _STORED_NAMES.get(part.name, part.name) for part in fields(Places)}
    return Places(**{name: item[attribute] for name, attribute in stored.items() if attribute in item})


def is_erased(item: Item) -> bool:
    return "attendee" not in item


def deserialize_registration(item: Item) -> Registration:
    until = item.get("offer_expires_at")
    return Registration(
        event_id=keys.parse_event_id(item),
        id=keys.parse_registration_id(item),
        status=item["status"],
        needs=tuple(item["needs"]),
        registered_at=datetime.fromisoformat(item["registered_at"]).astimezone(ZONE),
        attendee=Attendee.model_validate(item["attendee"], context=STORED_CONTEXT),
        history=tuple(item["history"]),
        entry_keys=tuple(item["in_line"]),
        rank=item["rank"],
        leader_id=item["party"],
        companion_ids=tuple(item.get("brought", ())),
        offer_expires_at=datetime.fromisoformat(until).astimezone(ZONE) if until else None,
        sealed_health=item.get("sealed", b""),
        idempotency_keys=frozenset(item["requests"]),
    )


def _deserialize_entry(item: Item) -> WaitlistEntry:
    line, priority, joined_at, whose = item["SK"].removeprefix("WAIT#").split("#")
    members = {member["id"]: tuple(member["needs"]) for member in item.get("members", ())}
    return WaitlistEntry(
        line=line,
        rank=f"{priority}#{joined_at}",
        members=members or {whose: tuple(lines.parse_demand(line))},
        passed_at_release=item.get("sat_out", NEVER_PASSED),
    )
