"""The updates of registrations and waitlist entries that transactions are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib import facts
from chalicelib.aws import key_grammar, keys, waitlist_keys
from chalicelib.aws.items import Delete, Item, Put, Update
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import RegistrationFact
from chalicelib.histories import model as histories
from chalicelib.histories.model import read_history
from chalicelib.histories.writes import build_fold, build_guarded_update
from chalicelib.registration import store
from chalicelib.registration.access import build_closing_attributes, build_way_condition
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.model import Registration, WaitlistEntry
from chalicelib.registration.rules import BlockedLines

#: The requests that made one registration, again and again, of which a repetition is known.
MAX_REQUESTS = 500
#: More fields of a history entry, beyond its fact: read by people, and never sent on.
Extras = Mapping[str, Any]
NO_EXTRAS: Extras = {}

#: The fields that updates change and that are stored under another name.
_FIELDS = {
    store.ENTRY_KEYS: "entry_keys",
    store.LINK_GENERATION: "link_generation",
    store.CODE_GENERATION: "code_generation",
    store.ANSWER_CLOSED: "answer_closed",
    store.MAILBOX_PROVEN: "mailbox_proven",
    store.RECENT_CHANGES: "recent_changes",
    store.COMPANION_IDS: "companion_ids",
}
#: What is of the registration that was cancelled, and not of the one that is made anew.
_ENDED_ATTRIBUTES = (
    "expires_at",
    store.CODE_GENERATION,
    store.ANSWER_CLOSED,
    store.MAILBOX_PROVEN,
    store.RECENT_CHANGES,
    store.POSTED_BY_OTHER,
    store.MOVED_TO,
)
OFFER_ATTRIBUTES = ("offer_expires_at", "due_shard", "due_at")


def build_new_registration(registration: Registration) -> Update:
    """Build the write of a new registration, or of a cancelled one taken up again with its history.

    The condition fails where one stands, where its mailbox has disowned one, where room is to be made first
    (`build_room`), and for a late repetition of a request that made it.
    """
    values = {
        "status": registration.status,
        "needs": list(registration.needs),
        store.ENTRY_KEYS: list(registration.entry_keys),
        "registered_at": format_timestamp(registration.registered_at),
        "rank": registration.rank,
        store.LEADER_ID: registration.leader_id,
        store.COMPANION_IDS: list(registration.companion_ids),
        store.MADE_BY: registration.made_by,
        store.LINK_GENERATION: registration.link_generation,
        **_build_optional_attributes(registration),
        **build_attendee_attributes(registration),
    }
    removed = [name for name in (*_ENDED_ATTRIBUTES, store.SEALED_HEALTH) if name not in values]
    sets = ", ".join(f"#{name} = :{name}" for name in values)
    return Update(
        key=keys.registration_key(registration.event_id, registration.id),
        expression=f"SET {sets}, history = list_append(if_not_exists(history, :nothing), :happened)"
        f" REMOVE {', '.join(removed)} ADD {store.IDEMPOTENCY_KEYS} :requests",
        condition="attribute_not_exists(PK) OR (#status = :cancelled AND size(history) < :most"
        f" AND attribute_not_exists({store.NOT_ME}) AND NOT contains({store.IDEMPOTENCY_KEYS}, :request)"
        f" AND (attribute_not_exists({store.IDEMPOTENCY_KEYS})"
        f" OR size({store.IDEMPOTENCY_KEYS}) < :most_requests))",
        names={f"#{name}": name for name in values},
        values={
            **{f":{name}": value for name, value in values.items()},
            ":requests": {*registration.idempotency_keys, registration.idempotency_key},
            ":request": registration.idempotency_key,
            ":nothing": [],
            ":happened": _attach_entry_keys(registration.history, values),
            ":cancelled": "cancelled",
            ":most": histories.MAX_HISTORY_LENGTH,
            ":most_requests": MAX_REQUESTS,
        },
    )


def _build_optional_attributes(registration: Registration) -> dict[str, Any]:
    """Build the attributes that few new registrations have: those of a party's poster, or of an address moved."""
    attributes: dict[str, Any] = {}
    if registration.is_posted_by_other:
        attributes[store.POSTED_BY_OTHER] = True
    if registration.recent_changes:
        attributes[store.RECENT_CHANGES] = dict(registration.recent_changes)
    if registration.offer_expires_at:
        attributes |= build_offer_attributes(registration.id, registration.offer_expires_at)
    return attributes


def build_offer_attributes(registration_id: str, expires_at: datetime) -> dict[str, Any]:
    """Build the attributes of an offer until that moment, at which it is due."""
    until = format_timestamp(expires_at)
    return {"offer_expires_at": until, **keys.due_attributes(registration_id, until)}


def build_room(item: Item) -> Update:
    """Build the update that folds the history of a cancelled or erased registration, so that it can be taken up.

    Of too many requests that made it none is known any more: the last of them is long answered.
    """
    remove = (store.IDEMPOTENCY_KEYS,) if len(item.get(store.IDEMPOTENCY_KEYS, ())) >= MAX_REQUESTS else ()
    return build_fold(key_grammar.key_of(item), read_history(item), remove)


def build_attendee_attributes(registration: Registration) -> dict[str, Any]:
    """Build the attendee's attributes; health data is sealed. Raises ValueError where it is not."""
    if registration.attendee.has_health_data:
        raise ValueError("What the attendee says about health is written under seal alone: seal it first.")
    written: dict[str, Any] = {"attendee": serialize_attendee(registration.attendee)}
    return written | ({store.SEALED_HEALTH: registration.sealed_health} if registration.sealed_health else {})


def serialize_attendee(attendee: Attendee) -> dict[str, Any]:
    """Serialize the attendee without fields that were left out."""
    return attendee.model_dump(mode="json", exclude_defaults=True)


def build_member_update(
    event_id: str,
    entry: WaitlistEntry,
    member_id: str,
    attributes: Mapping[str, Any],
    *history_entries: dict[str, Any],
    when: str = "",
    values: Mapping[str, Any] | None = None,
) -> Update:
    """Build the update of a registration that was not read, on condition that it waits with the entry.

    `when` is a condition besides, with its `values`.
    """
    waits = f"#status = :waiting AND #{store.ENTRY_KEYS} = :entry"
    return Update.set(
        keys.registration_key(event_id, member_id),
        attributes,
        when=f"{waits} AND {when}" if when else waits,
        values={":waiting": "waiting", ":entry": [entry.key], **(values or {})},
        append={"history": _attach_entry_keys(history_entries, attributes)} if history_entries else {},
    )


def build_registration_update(
    registration: Registration,
    attributes: Mapping[str, Any],
    *history_entries: dict[str, Any],
    remove: Sequence[str] = (),
) -> Update:
    """Build the update of a registration, on condition that it is as it was read.

    Written by its mailed link or an organiser, it closes the answer's link; a poster's write needs it open.
    """
    conditions = [f"#status = :was AND #{store.ENTRY_KEYS} = :entries", build_way_condition(registration)]
    return build_guarded_update(
        keys.registration_key(registration.event_id, registration.id),
        registration,
        {**attributes, **build_closing_attributes(registration)},
        *_attach_entry_keys(history_entries, attributes),
        when=" AND ".join(filter(None, conditions)),
        values={":was": registration.status, ":entries": list(registration.entry_keys)},
        remove=remove,
    )


def apply_update(
    registration: Registration, attributes: Mapping[str, Any], *history_entries: dict[str, Any]
) -> Registration:
    """Return the registration as the update of these attributes leaves it, so that no flow reads it again."""
    changed: dict[str, Any] = {
        _FIELDS.get(name, name): tuple(value) if isinstance(value, list) else value
        for name, value in {**attributes, **build_closing_attributes(registration)}.items()
    }
    after = replace(registration, **changed).with_facts(*_attach_entry_keys(history_entries, attributes))
    return replace(after, offer_expires_at=after.offer_expires_at if after.status == "offered" else None)


def build_offer_end(
    registration: Registration, attributes: Mapping[str, Any], *history_entries: dict[str, Any]
) -> Update:
    """Build the update of a registration as it was read, which also ends its offer."""
    return build_registration_update(registration, attributes, *history_entries, remove=OFFER_ATTRIBUTES)


def _attach_entry_keys(
    history_entries: Sequence[dict[str, Any]], attributes: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Attach the entry keys to the last history entry, where the update changes them."""
    entry_keys = attributes.get(store.ENTRY_KEYS)
    if not history_entries or entry_keys is None:
        return list(history_entries)
    if not entry_keys and history_entries[-1]["fact"] == facts.Confirmed.kind:
        return list(history_entries)
    return [*history_entries[:-1], {**history_entries[-1], "entries": list(entry_keys)}]


def build_entry_put(event_id: str, entry: WaitlistEntry) -> Put:
    """Build the put of a waitlist entry; members and needs stand in it only where the key does not say them."""
    item: dict[str, Any] = {**waitlist_keys.waitlist_entry_key(event_id, entry.key)}
    if len(entry.members) > 1:
        item["members"] = [{"id": member, "needs": list(needs)} for member, needs in entry.members.items()]
    if entry.passed_at_release is not None:
        item[store.PASSED_AT_RELEASE] = entry.passed_at_release
    return Put(item)


def build_entry_delete(event_id: str, entry: WaitlistEntry) -> Delete:
    """Build the delete of a waitlist entry."""
    return Delete(waitlist_keys.waitlist_entry_key(event_id, entry.key))


def build_skips(event_id: str, passed_lines: BlockedLines, at: str, overtaker: str, rank: str = "") -> list[Put]:
    """Build the record that a registration got in ahead of others.

    `passed_lines` are the lines passed, each with what it is short of. `overtaker` is the registration or the
    entry that got in, `rank` its rank in the line; a newcomer has none.
    """
    if not passed_lines:
        return []
    short = {line: list(names) for line, names in passed_lines.items()}
    return [Put({**waitlist_keys.skip_key(event_id, at, overtaker), "lines": short, "rank": rank})]


def build_member_history_entry(
    event_id: str,
    member_id: str,
    kind: type[RegistrationFact],
    now: datetime,
    extras: Extras = NO_EXTRAS,
    **fact_fields: Any,
) -> dict[str, Any]:
    """Build the history entry of a registration that was not read; its index there is its revision."""
    fact = kind(event_id=event_id, registration_id=member_id, revision=0, at=format_timestamp(now), **fact_fields)
    return {**facts.to_history_entry(fact), **extras}


def build_history_entry(
    registration: Registration,
    kind: type[RegistrationFact],
    now: datetime,
    extras: Extras = NO_EXTRAS,
    **fact_fields: Any,
) -> dict[str, Any]:
    """Build the history entry of a registration that was read."""
    return build_member_history_entry(registration.event_id, registration.id, kind, now, extras, **fact_fields)
