"""What a change writes into registrations and waitlist entries: the parts that transactions are made of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib import facts
from chalicelib.aws import keys
from chalicelib.aws.items import Delete, Put, Update
from chalicelib.aws.keys import timestamp
from chalicelib.facts import RegistrationFact
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.model import MOST_CHANGES, SITS_NOT_OUT, Registration, WaitlistEntry
from chalicelib.registration.rules import HeldUp

#: What else a history entry says, beyond its fact: read by people, and never sent on.
Said = Mapping[str, Any]
NOTHING_ELSE: Said = {}

SEALED = "sealed"  #: the attribute
_OFFER = "offer_expires_at, due_shard, due_at"


def new_registration(registration: Registration) -> Update:
    """A registration where there is none, or a cancelled one taken up again, with its history kept, unless that
    is too long. A late repetition of a request that it was ever made by does not bring it back."""
    values = {
        "status": registration.status,
        "needs": list(registration.needs),
        "in_line": list(registration.in_line),
        "registered_at": timestamp(registration.registered_at),
        "rank": registration.rank,
        "party": registration.party,
        "brought": list(registration.brought),
        **stored_attendee(registration),
    }
    removed = "expires_at" if registration.sealed else f"expires_at, {SEALED}"
    sets = ", ".join(f"#{name} = :{name}" for name in values)
    return Update(
        key=keys.registration_key(registration.event_id, registration.id),
        expression=f"SET {sets}, history = list_append(if_not_exists(history, :nothing), :happened)"
        f" REMOVE {removed} ADD requests :requests",
        condition="attribute_not_exists(PK) OR"
        " (#status = :cancelled AND NOT contains(requests, :request) AND size(history) < :most)",
        names={f"#{name}": name for name in values},
        values={
            **{f":{name}": value for name, value in values.items()},
            ":requests": {registration.request},
            ":request": registration.request,
            ":nothing": [],
            ":happened": _with_entries(registration.history, registration.in_line),
            ":cancelled": "cancelled",
            ":most": MOST_CHANGES,
        },
    )


def stored_attendee(registration: Registration) -> dict[str, Any]:
    """Who comes, as attributes of the item; what is about health stands under its seal or not at all."""
    if registration.attendee.tells_of_health:
        raise ValueError("What the attendee says about health is written under seal alone: seal it first.")
    written: dict[str, Any] = {"attendee": attendee_document(registration.attendee)}
    return written | ({SEALED: registration.sealed} if registration.sealed else {})


def attendee_document(attendee: Attendee) -> dict[str, Any]:
    """The attendee without what they left out."""
    return attendee.model_dump(mode="json", exclude_defaults=True)


def of_member(
    event_id: str,
    entry: WaitlistEntry,
    member: str,
    written: Mapping[str, Any],
    *happened: dict[str, Any],
) -> Update:
    """What becomes of a registration that was not read, and waits as its entry says."""
    return _update(
        keys.registration_key(event_id, member),
        written,
        happened,
        condition="#status = :waiting AND in_line = :entry",
        names={"#status": "status"},
        values={":waiting": "waiting", ":entry": [entry.key]},
    )


def of_registration(
    registration: Registration, written: Mapping[str, Any], *happened: dict[str, Any], removed: str = ""
) -> Update:
    """What becomes of a registration as it was read."""
    return _update(
        keys.registration_key(registration.event_id, registration.id),
        written,
        happened,
        condition="#status = :was AND in_line = :entries AND size(history) = :revision",
        names={"#status": "status"},
        values={
            ":was": registration.status,
            ":entries": list(registration.in_line),
            ":revision": registration.revision,
        },
        removed=removed,
    )


def without_offer(registration: Registration, written: Mapping[str, Any], *happened: dict[str, Any]) -> Update:
    """As `of_registration`; an offer ends with it."""
    return of_registration(registration, written, *happened, removed=_OFFER)


def _update(
    key: keys.Key,
    written: Mapping[str, Any],
    happened: tuple[dict[str, Any], ...],
    *,
    condition: str,
    names: Mapping[str, str],
    values: Mapping[str, Any],
    removed: str = "",
) -> Update:
    sets = [f"#{name} = :{name}" for name in written]
    if happened:
        sets.append("history = list_append(history, :happened)")
    return Update(
        key=key,
        expression="SET " + ", ".join(sets) + (f" REMOVE {removed}" if removed else ""),
        condition=condition,
        names={**names, **{f"#{name}": name for name in written}},
        values={
            **values,
            **{f":{name}": value for name, value in written.items()},
            **({":happened": _with_entries(happened, written.get("in_line"))} if happened else {}),
        },
    )


def _with_entries(happened: Sequence[dict[str, Any]], in_line: Sequence[str] | None) -> list[dict[str, Any]]:
    """A change of where somebody stands in line is told with the last of what happened."""
    if in_line is None or (not in_line and happened[-1]["fact"] == facts.Confirmed.kind):
        return list(happened)
    return [*happened[:-1], {**happened[-1], "entries": list(in_line)}]


def new_entry(event_id: str, entry: WaitlistEntry) -> Put:
    """The entry's item. Whose it is, and what each needs, stands in it only where the key does not say so."""
    item: dict[str, Any] = {**keys.waiting_key(event_id, entry.key)}
    if len(entry.members) > 1:
        item["members"] = [{"id": member, "needs": list(needs)} for member, needs in entry.members.items()]
    if entry.sat_out != SITS_NOT_OUT:
        item["sat_out"] = entry.sat_out
    return Put(item)


def no_entry(event_id: str, entry: WaitlistEntry) -> Delete:
    return Delete(keys.waiting_key(event_id, entry.key))


def skips(event_id: str, passed: HeldUp, at: str, by: str, rank: str = "") -> list[Put]:
    """The record that somebody got in ahead of others: which lines were passed, and what each is short of.

    `by` is the registration that got in, `rank` its rank in the line; a newcomer has none.
    """
    if not passed:
        return []
    short = {line: list(names) for line, names in passed.items()}
    return [Put({**keys.skip_key(event_id, at, by), "lines": short, "rank": rank})]


def entry_fact(
    event_id: str,
    member: str,
    kind: type[RegistrationFact],
    now: datetime,
    said: Said = NOTHING_ELSE,
    **facts_: Any,
) -> dict[str, Any]:
    """The history entry of a registration that was not read; its place there is its revision."""
    fact = kind(event_id=event_id, registration_id=member, revision=0, at=timestamp(now), **facts_)
    return {**facts.entry(fact), **said}


def happened(
    registration: Registration,
    kind: type[RegistrationFact],
    now: datetime,
    said: Said = NOTHING_ELSE,
    **facts_: Any,
) -> dict[str, Any]:
    """The history entry of a registration that was read."""
    return entry_fact(registration.event_id, registration.id, kind, now, said, **facts_)
