"""Reads registrations, waitlist and allotments out of the table."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

from chalicelib.aws import key_grammar, keys, table, waitlist_keys
from chalicelib.aws.items import Item
from chalicelib.aws.keys import RegistrationKey, format_timestamp
from chalicelib.aws.waitlist_keys import SkipKey, WaitlistKey
from chalicelib.facts import PlaceKept
from chalicelib.histories.model import read_history
from chalicelib.problems import EventNotFound
from chalicelib.programme import lines
from chalicelib.programme.model import to_local
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.model import Places, Registration, Skip, Status, WaitlistEntry
from chalicelib.text import STORED_CONTEXT

#: The names of stored attributes, where an item has another word for them than the code: items written by every
#: earlier release carry them.
ENTRY_KEYS = "in_line"
LEADER_ID = "party"
COMPANION_IDS = "brought"
IDEMPOTENCY_KEYS = "requests"
SEALED_HEALTH = "sealed"
PASSED_AT_RELEASE = "sat_out"
#: The stored names of what stands for its links, which an export leaves out: good for nothing but to sign them.
LINK_GENERATION, CODE_GENERATION = "links", "codes"
#: Whether its poster is not of the party; and the id of the registration that goes on for an erased one.
POSTED_BY_OTHER, MOVED_TO = "by_other", "moved_to"
ANSWER_CLOSED, MAILBOX_PROVEN, MADE_BY, RECENT_CHANGES = "closed", "proven", "made_by", "recent"
#: The mark of a registration that its mailbox has disowned: what is left of it keeps the address from registering,
#: and the generation of its links, so that the mailed one can take that back.
NOT_ME = "not_me"

FREE_REVISION = "freed"
RELEASE_REVISION = "released"
SETTLED_AT = "rested"
SKIPS_RECORDED_UNTIL = "noted"

#: The stored names of the fields of `Places`; a field that is not here is stored under its own name.
PLACES_ATTRIBUTES = {
    "free_revision": FREE_REVISION,
    "release_revision": RELEASE_REVISION,
    "settled_at": SETTLED_AT,
    "skips_recorded_until": SKIPS_RECORDED_UNTIL,
}

_LINE_PAGE_SIZE = 20  #: entries of a line read in one call: most looks need only its head


def read_places(event_id: str) -> Places:
    """Read the event's places as they are now; raises EventNotFound."""
    item = table.get(keys.places_key(event_id))
    if item is None:
        raise EventNotFound(event_id=event_id)
    return deserialize_places(item)


def read_places_of_events(event_ids: list[str]) -> dict[str, Places]:
    """Read the places of several events, by event id, in one call for each hundred."""
    items = table.get_many([keys.places_key(event_id) for event_id in event_ids])
    return {keys.parse_event_id(item): deserialize_places(item) for item in items}


def find(event_id: str, registration_id: str) -> Registration | None:
    """Find the registration as it is now; None where there is none, or it is erased."""
    item = table.get(keys.registration_key(event_id, registration_id))
    return deserialize_registration(item) if item and not is_erased(item) else None


def find_item_made_by(event_id: str, registration_id: str, idempotency_key: str) -> Item | None:
    """Find the item of the registration, or of the one that goes on for it since its address was corrected.

    Only the request that made it is led on. None where there is none, or it is erased.
    """
    item = table.get(keys.registration_key(event_id, registration_id))
    while item and MOVED_TO in item and idempotency_key in item[IDEMPOTENCY_KEYS]:
        item = table.get(keys.registration_key(event_id, item[MOVED_TO]))
    return None if item is None or is_erased(item) else item


def find_with_places(event_id: str, registration_id: str) -> tuple[Registration | None, Places]:
    """Find the registration, as `find` does, and read its event's places in the same call.

    They need not be of the same moment: a write that rests on both has a condition on each. Raises EventNotFound.
    """
    registration_key, places_key = keys.registration_key(event_id, registration_id), keys.places_key(event_id)
    items = {item["SK"]: item for item in table.get_many([registration_key, places_key])}
    if places_key["SK"] not in items:
        raise EventNotFound(event_id=event_id)
    item = items.get(registration_key["SK"])
    registration = deserialize_registration(item) if item and not is_erased(item) else None
    return registration, deserialize_places(items[places_key["SK"]])


def list_registrations(
    event_id: str, status: Status | None = None, after: str = "", as_of: datetime | None = None
) -> Iterator[Registration]:
    """List the event's registrations by id, all or those of one status, from behind `after`, without erased ones.

    With `as_of`, those whose item has expired by then are left out, though DynamoDB may not have deleted it yet.
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
    return map(deserialize_registration, table.query(event_id, RegistrationKey.prefix(), **narrowed))


def read_waitlist(event_id: str) -> list[WaitlistEntry]:
    """Read all waitlist entries of the event, by rank; those of one rank by registration id."""
    entries = map(_deserialize_entry, table.query(event_id, WaitlistKey.prefix()))
    return sorted(entries, key=lambda entry: (entry.rank, WaitlistKey.parse_entry(entry.key).registration_id))


def read_line(event_id: str, name: str) -> Iterator[WaitlistEntry]:
    """Read the entries of one line from its head, page by page."""
    return map(_deserialize_entry, table.query(event_id, WaitlistKey.prefix(name), page_size=_LINE_PAGE_SIZE))


def read_entry(registration: Registration, key: str) -> WaitlistEntry:
    """Read the registration's waitlist entry.

    The table is asked only where the key may not say all: a party may stand there, or an entry that passed an
    offer on.
    """
    where = waitlist_keys.waitlist_entry_key(registration.event_id, key)
    sits_out = any(each["fact"] == PlaceKept.kind for each in registration.known_facts)
    return _deserialize_entry((table.get(where) if registration.leader_id or sits_out else None) or where)


def read_skips(event_id: str, since: str, until: str) -> list[Skip]:
    """Read the skips between the two moments (ISO 8601 in UTC), the earliest first."""
    if until <= since:
        return []
    first, last = SkipKey.prefix(since), SkipKey.last(until)
    return [
        Skip(SkipKey.parse(item).at, item["rank"], item["lines"])
        for item in table.query(event_id, first, up_to=last)
    ]


def find_due(now: datetime) -> Iterator[tuple[str, str]]:
    """Find the event and registration ids of the registrations that are due by now."""
    for item in table.query_due(format_timestamp(now)):
        if key_grammar.parse_kind(item) == RegistrationKey.KIND:
            yield keys.parse_event_id(item), keys.parse_registration_id(item)


def deserialize_places(item: Item) -> Places:
    """Deserialize a PLACES item."""
    stored_names = {part.name: PLACES_ATTRIBUTES.get(part.name, part.name) for part in fields(Places)}
    return Places(**{name: item[stored] for name, stored in stored_names.items() if stored in item})


def is_erased(item: Item) -> bool:
    """Return whether the registration's item is what an erasure leaves."""
    return "attendee" not in item


def is_disowned(item: Item) -> bool:
    """Return whether the registration's item says that its mailbox wants nothing of the event."""
    return is_erased(item) and NOT_ME in item


def is_being_disowned(item: Item) -> bool:
    """Return whether the registration was cancelled to be erased as disowned: nothing is told of it any more."""
    return NOT_ME in item["history"][-1]


def deserialize_registration(item: Item) -> Registration:
    """Deserialize a registration's item."""
    until = item.get("offer_expires_at")
    return Registration(
        event_id=keys.parse_event_id(item),
        id=keys.parse_registration_id(item),
        status=item["status"],
        needs=tuple(item["needs"]),
        registered_at=to_local(datetime.fromisoformat(item["registered_at"])),
        attendee=Attendee.model_validate(item["attendee"], context=STORED_CONTEXT),
        **vars(read_history(item)),
        entry_keys=tuple(item[ENTRY_KEYS]),
        rank=item["rank"],
        leader_id=item[LEADER_ID],
        companion_ids=tuple(item.get(COMPANION_IDS, ())),
        is_posted_by_other=item.get(POSTED_BY_OTHER, False),
        offer_expires_at=to_local(datetime.fromisoformat(until)) if until else None,
        sealed_health=item.get(SEALED_HEALTH, b""),
        idempotency_keys=frozenset(item.get(IDEMPOTENCY_KEYS, ())),
        made_by=item.get(MADE_BY, ""),
        link_generation=item.get(LINK_GENERATION, ""),
        code_generation=item.get(CODE_GENERATION) or item.get(LINK_GENERATION, ""),
        answer_closed=item.get(ANSWER_CLOSED, LINK_GENERATION not in item),
        mailbox_proven=item.get(MAILBOX_PROVEN, False),
        recent_changes=item.get(RECENT_CHANGES, {}),
    )


def _deserialize_entry(item: Item) -> WaitlistEntry:
    key = WaitlistKey.parse(item)
    members = {member["id"]: tuple(member["needs"]) for member in item.get("members", ())}
    return WaitlistEntry(
        line=key.line,
        rank=key.rank,
        members=members or {key.registration_id: tuple(lines.parse_demand(key.line))},
        passed_at_release=item.get(PASSED_AT_RELEASE),
    )
