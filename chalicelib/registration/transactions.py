"""The transactions that keep registrations, waitlist and counters in agreement.

Each change writes the registrations, the event's PLACES and, where it touches the waitlist, the waitlist's
entries: all or nothing. Whatever a decision rests on stands in the conditions (optimistic locking); where one no
longer holds, `table.ConditionFailed` is raised, nothing is written, and the caller decides anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from chalicelib import facts
from chalicelib.aws import keys, table
from chalicelib.aws.items import Put, Write
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.table import ConditionFailed
from chalicelib.programme import lines
from chalicelib.registration import rules, store, updates
from chalicelib.registration.counters import Counters
from chalicelib.registration.model import Places, Registration, WaitlistEntry, build_waiting_entry
from chalicelib.registration.updates import NO_EXTRAS, Extras

#: The facts that end a registration.
EndingFact = facts.Cancelled | facts.Declined | facts.Expired
PLACES_INDEX = 0  #: their index in `ConditionFailed.current_items`; registrations follow, in the order given
_LINK_REQUEST_TTL = 86_400  # seconds


def confirm(registration: Registration, *limit_writes: Write) -> None:
    """Write a new, confirmed registration, on condition that it overtakes no one without a record of it.

    `limit_writes` count it against a rate limit, here and below.
    """
    counters = Counters(registration.event_id)
    counters.take(lines.sum_demand([registration.needs]))
    counters.require_none_overtaken()
    table.transact(counters.build_update(), updates.build_new_registration(registration), *limit_writes)


def confirm_and_record_skips(
    registration: Registration, places: Places, now: datetime, *limit_writes: Write
) -> None:
    """Write a new, confirmed registration, and the record that it passes those who wait.

    The places were read settled, with entries that have no such record yet.
    """
    counters = Counters(registration.event_id)
    counters.take(lines.sum_demand([registration.needs]))
    counters.mark_skips_recorded(places)
    at = rules.compute_joining_time(places, now)
    skips = updates.build_skips(registration.event_id, rules.find_blocked_lines(places), at, registration.id)
    table.transact(counters.build_update(), updates.build_new_registration(registration), *skips, *limit_writes)


def join(
    registration: Registration, entry: WaitlistEntry, joined_at: str, places: Places, *limit_writes: Write
) -> None:
    """Write a new, waiting registration and its entry at the end of the waitlist.

    What it is short of in the places, as they were read, must still be full. With nothing full, what it waits for
    is free but on its way to an entry ahead: the lines are checked again. The first to wait leaves the lines
    settled: no other entry could have used what is left.
    """
    full = lines.find_shortage(places.free, entry.demand)
    counters = Counters(registration.event_id)
    counters.add_entry(entry)
    counters.require_full(full)
    counters.advance_last_joined(joined_at)
    counters.require_free(entry.demand.keys() - set(full))
    if not full:
        counters.invalidate_settled()
    elif not places.line_length:
        counters.mark_settled_if_empty(places.free_revision)
    table.transact(
        counters.build_update(),
        updates.build_new_registration(registration),
        updates.build_entry_put(registration.event_id, entry),
        *limit_writes,
    )


def register_party(
    registrations: Sequence[Registration],
    entries: Sequence[WaitlistEntry],
    places: Places,
    now: datetime,
    *limit_writes: Write,
) -> None:
    """Write the registrations of a party with their waitlist entries, if the places are as they were read."""
    event_id = registrations[0].event_id
    confirmed = [person for person in registrations if person.status == "confirmed"]
    counters = Counters(event_id)
    counters.require_unchanged(places)
    counters.take(lines.sum_demand(person.needs for person in confirmed), places.capacity)
    for entry in entries:
        counters.add_entry(entry)
    if entries:
        counters.advance_last_joined(max(entry.joined_at for entry in entries))
        if not rules.is_settled(places):  # a check that runs at this moment has not seen the entries
            counters.invalidate_settled()
    at = rules.compute_joining_time(places, now)
    skips = (
        updates.build_skips(event_id, rules.find_blocked_lines(places), at, confirmed[0].id) if confirmed else []
    )
    table.transact(
        counters.build_update(),
        *(updates.build_new_registration(person) for person in registrations),
        *(updates.build_entry_put(event_id, entry) for entry in entries),
        *skips,
        *limit_writes,
    )


def end_registration(
    registration: Registration,
    entries: Sequence[WaitlistEntry],
    kind: type[EndingFact],
    now: datetime,
    extras: Extras = NO_EXTRAS,
    **fact_fields: Any,
) -> Registration:
    """End the registration as it was read, and return it as it is then.

    Its units are given back, and it leaves `entries`.
    """
    counters = Counters(registration.event_id)
    if registration.status != "waiting":
        counters.give_back(lines.sum_demand([registration.needs]))
        counters.reset_passed_offers()
    entry_writes = [write for entry in entries for write in _remove_from_entry(registration, entry, counters, now)]
    happened = updates.build_history_entry(
        registration, kind, now, extras, needs=registration.needs, **fact_fields
    )
    attributes = {"status": "cancelled", store.ENTRY_KEYS: []}
    ending = updates.build_offer_end(registration, attributes, happened)
    table.transact(counters.build_update(), ending, *entry_writes)
    return updates.apply_update(registration, attributes, happened)


def _remove_from_entry(
    registration: Registration, entry: WaitlistEntry, counters: Counters, now: datetime
) -> list[Write]:
    """Remove the registration from the entry, which goes on with the rest of the party, if any.

    The rest may fit now, so the lines are checked again.
    """
    others = {member: needs for member, needs in entry.members.items() if member != registration.id}
    if not others:
        counters.remove_entry(entry)
        return [updates.build_entry_delete(registration.event_id, entry)]
    counters.invalidate_settled()
    event_id, new = registration.event_id, build_waiting_entry(entry.rank, others, entry.passed_at_release)
    happened = updates.build_member_history_entry(event_id, "", facts.PartyChanged, now, people=len(others))
    return [
        *replace_entry(event_id, entry, new, counters),
        *member_updates(event_id, entry, new, others, happened),
    ]


def replace_entry(
    event_id: str, entry: WaitlistEntry, replacement: WaitlistEntry, counters: Counters
) -> list[Write]:
    """Replace one entry by another."""
    counters.remove_entry(entry)
    counters.add_entry(replacement)
    return [updates.build_entry_delete(event_id, entry), updates.build_entry_put(event_id, replacement)]


def member_updates(
    event_id: str,
    entry: WaitlistEntry,
    replacement: WaitlistEntry,
    members: Iterable[str],
    history_entry: dict[str, Any],
    further_attributes: Mapping[str, Any] = MappingProxyType({}),
) -> list[Write]:
    """Build the updates that point the members of the entry at its replacement."""
    attributes = {store.ENTRY_KEYS: [replacement.key], "rank": replacement.rank, **further_attributes}
    return [updates.build_member_update(event_id, entry, member, attributes, history_entry) for member in members]


def accept(registration: Registration, now: datetime, extras: Extras = NO_EXTRAS) -> Registration:
    """Confirm the registration as it was read, which is offered its units, and return it as it is then."""
    happened = updates.build_history_entry(registration, facts.Accepted, now, extras, needs=registration.needs)
    attributes = {"status": "confirmed"}
    accepted = updates.build_offer_end(registration, attributes, happened)
    table.transact(Counters(registration.event_id).build_update(), accepted)
    return updates.apply_update(registration, attributes, happened)


def keep_place(registration: Registration, places: Places, now: datetime) -> Registration:
    """Pass the offer on, as it and the places were read, and return the registration, waiting with its old rank.

    It is offered nothing until another gives something back or more is to be had.
    """
    entry = build_waiting_entry(registration.rank, {registration.id: registration.needs}, places.release_revision)
    counters = Counters(registration.event_id)
    counters.give_back(entry.demand)
    counters.add_entry(entry)
    counters.require_free_revision(places.free_revision)
    happened = updates.build_history_entry(
        registration,
        facts.PlaceKept,
        now,
        needs=registration.needs,
        waiting_for=_find_scarce_needs(places, registration.needs),
    )
    attributes = {"status": "waiting", store.ENTRY_KEYS: [entry.key]}
    waiting = updates.build_offer_end(registration, attributes, happened)
    table.transact(counters.build_update(), waiting, updates.build_entry_put(registration.event_id, entry))
    return updates.apply_update(registration, attributes, happened)


def _find_scarce_needs(places: Places, needs: tuple[str, ...]) -> tuple[str, ...]:
    """Find what a registration waits for that gives all of it back: what would be full if it had it still."""
    return tuple(name for name in needs if places.count_free(name) == 0) or needs


def hold(
    places: Places,
    event_id: str,
    name: str,
    units: Mapping[str, int],
    unit_changes: Mapping[str, int],
    *extra_writes: Write,
) -> None:
    """Set the hold to `units`, by `unit_changes` more of each than before, if the places are as they were read."""
    counters = Counters(event_id)
    counters.require_unchanged(places)
    counters.hold(name, units, unit_changes)
    table.transact(counters.build_update(), *extra_writes)


def request_link(event_id: str, registration_id: str, now: datetime) -> None:
    """Request a mail with the link to the registered address; a repetition within the hour changes nothing."""
    _put_link_request(event_id, registration_id, now.strftime("%Y%m%d%H"), now)


def request_wish(draft: Registration, now: datetime) -> None:
    """Request the mail that asks a mailbox if it wants to come after all, once a day.

    It has disowned a registration, and nothing else holds its address; the mail worker takes it out again.
    """
    contact = {"email": draft.attendee.email, "language": draft.attendee.language}
    _put_link_request(draft.event_id, draft.id, now.strftime("%Y%m%d"), now, contact)


def _put_link_request(
    event_id: str, registration_id: str, request_id: str, now: datetime, contact: Mapping[str, str] = NO_EXTRAS
) -> None:
    request = {
        **keys.link_request_key(event_id, registration_id, request_id),
        "requested_at": format_timestamp(now),
        "expires_at": int(now.timestamp()) + _LINK_REQUEST_TTL,
        **contact,
    }
    try:
        table.write(Put(request))
    except ConditionFailed:
        return
