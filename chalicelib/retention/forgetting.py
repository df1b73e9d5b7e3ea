"""Forgetting people when the time is over for which they are held: in part, or for good.

It is not news: no history grows. The event's counters stay as they are; what they say of people who are forgotten
is known from the places themselves.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete, Item, Update, Write
from chalicelib.aws.table import Refused
from chalicelib.problems import TooBusy
from chalicelib.registration import store, updates
from chalicelib.registration.counters import Counters
from chalicelib.registration.model import Registration

_ATTEMPTS = 10


def strip(item: Item, kept_of: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
    """Keep of the registration's person what `kept_of` says of what is stored, and of what is sealed nothing.
    Raises TooBusy."""
    current: Item | None = item
    for _ in range(_ATTEMPTS):
        if not current or store.is_erased(current):
            return
        known = current["attendee"]
        if (kept := kept_of(known)) == known and updates.SEALED not in current:
            return
        with suppress(Refused):
            table.write(_stripped(current, known, kept))
            return
        current = table.get({"PK": item["PK"], "SK": item["SK"]})
    raise TooBusy


def _stripped(item: Item, known: dict[str, Any], kept: dict[str, Any]) -> Update:
    return Update(
        key={"PK": item["PK"], "SK": item["SK"]},
        expression=f"SET attendee = :kept REMOVE {updates.SEALED}",
        condition="attendee = :known",
        names={},
        values={":kept": kept, ":known": known},
    )


def forget(event_id: str, registration_id: str) -> None:
    """Delete the registration; what it had is counted on for nobody, and where it stood in line, nobody stands.
    Forgotten already, nothing happens. Raises TooBusy."""
    for _ in range(_ATTEMPTS):
        registration = store.find(event_id, registration_id)
        with suppress(Refused):
            if registration is None:
                table.transact(Delete(keys.registration_key(event_id, registration_id)))
            elif registration.in_line:
                _leave(registration, registration.in_line[0])
                continue
            else:
                _delete(registration)
            return
        if table.get(keys.registration_key(event_id, registration_id)) is None:
            return
    raise TooBusy


def _leave(registration: Registration, key: str) -> None:
    """The entry goes, for all who stand there together: nobody moves up any more."""
    event_id, entry = registration.event_id, store.entry(registration, key)
    counters = Counters(event_id)
    counters.leave(entry)
    if registration.status == "waiting":
        left = [updates.of_member(event_id, entry, member, {"in_line": []}) for member in entry.members]
    else:
        left = [updates.of_registration(registration, {"in_line": list(registration.in_line[1:])})]
    table.transact(counters.update(), updates.no_entry(event_id, entry), *left)


def _delete(registration: Registration) -> None:
    gone = Delete(
        keys.registration_key(registration.event_id, registration.id),
        condition="size(history) = :revision",
        values={":revision": registration.revision},
    )
    writes: list[Write] = [gone]
    if registration.status in ("confirmed", "offered"):
        table.write(_counted(registration.event_id))
        counters = Counters(registration.event_id)
        counters.forget(registration.needs)
        writes.append(counters.update())
    table.transact(*writes)


def _counted(event_id: str) -> Update:
    """Where those are counted who are forgotten, made where it is not there yet."""
    return Update(
        key=keys.places_key(event_id),
        expression="SET forgotten = if_not_exists(forgotten, :nobody)",
        condition="attribute_exists(PK)",
        names={},
        values={":nobody": {}},
    )
