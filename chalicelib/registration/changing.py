"""Changing a registration: details, needs, and what is wished for."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib import facts, lines, table
from chalicelib.items import Write
from chalicelib.language import N_
from chalicelib.problems import (
    AnswerFirst,
    FieldError,
    ListsAreOut,
    NotFree,
    RegistrationIsCancelled,
    TooBusy,
    WaitsAlready,
)
from chalicelib.programme.model import Event
from chalicelib.registration import rules, store, transactions, updates
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.counters import Counters
from chalicelib.registration.flows import ATTEMPTS, look
from chalicelib.registration.late import late_fields
from chalicelib.registration.model import Places, Registration, WaitlistEntry, waiting_entry, wish_entry
from chalicelib.registration.registering import checked
from chalicelib.table import Refused


@dataclass(frozen=True)
class Change:
    """What somebody wants changed: what is None or not named stays. `wait_for` is all that is wished for then."""

    details: Mapping[str, Any] | None = None
    needs: tuple[str, ...] | None = None
    wait_for: tuple[str, ...] | None = None


def change(event: Event, registration_id: str, wanted: Change, now: datetime, organiser: str = "") -> Registration:
    """Change the registration, all of it or nothing; what changes nothing is no change.

    What is needed in addition must be free, and nobody may wait for it: NotFree otherwise. What is wished for is
    had at once where it is free, and waited for otherwise. When airline or hotel have the lists, only an
    organiser, by name, changes what stands on them: ListsAreOut.

    Raises RegistrationIsCancelled, AnswerFirst (an offer stands: needs and wishes wait for its answer),
    WaitsAlready (only who has a place can wish), LinkNotValid and TooBusy.
    """
    for _ in range(ATTEMPTS):
        registration = look(event.id, registration_id, now)
        _refuse_out_of_place(registration, wanted)
        plan = _plan(event, registration, wanted, checked(event, store.places(event.id)), now, organiser)
        if not plan.fields:
            return registration
        if not organiser:
            _refuse_late(event, plan, now)
        with suppress(Refused):
            plan.write()
            return look(event.id, registration_id, now)
    raise TooBusy


def _refuse_out_of_place(registration: Registration, wanted: Change) -> None:
    if registration.status == "cancelled":
        raise RegistrationIsCancelled
    if registration.status == "offered" and (wanted.needs is not None or wanted.wait_for is not None):
        raise AnswerFirst
    if registration.status == "waiting" and wanted.wait_for:
        raise WaitsAlready


def _refuse_late(event: Event, plan: "_Plan", now: datetime) -> None:
    fields = late_fields(event, plan.before, plan.after, now)
    if fields:
        message = N_("Only the organiser can change this now.")
        errors = tuple(FieldError(field, "lists_are_out", message) for field in fields)
        raise ListsAreOut(errors=errors, name=event.contact.name, email=event.contact.email)


@dataclass(frozen=True)
class _Plan:
    """The registration as it is, as it is to be, and what that takes."""

    before: Registration
    after: Registration
    places: Places
    fields: tuple[str, ...]
    leaves: tuple[WaitlistEntry, ...]
    joins: tuple[WaitlistEntry, ...]
    now: datetime
    organiser: str

    @property
    def take(self) -> tuple[str, ...]:
        return tuple(name for name in self.after.needs if name not in self.before.needs)

    @property
    def gave(self) -> tuple[str, ...]:
        return tuple(name for name in self.before.needs if name not in self.after.needs)

    def write(self) -> None:
        """One transaction, on condition that the places are as they were read."""
        event_id, counters = self.before.event_id, Counters(self.before.event_id)
        writes = self._moved(counters)
        if self.joins or self.leaves or self.take or self.gave:
            counters.require_unchanged(self.places)
        if self.before.status == "confirmed":
            writes += self._taken(counters)
        if self.joins and not rules.settled(self.places):  # whoever looks at the lines has not seen them there
            counters.let_look_again()
        table.transact(counters.update(), self._written(), *writes, *self._told(event_id))

    def _taken(self, counters: Counters) -> list[Write]:
        counters.take(lines.demand_of_all([self.take]))
        counters.give_back(lines.demand_of_all([self.gave]))
        if self.gave:
            counters.wake_who_sits_out()
        passed = rules.held_up(self.places, wanting=self.take)
        return [*updates.skips(self.before.event_id, passed, self.now, self.before.id)]

    def _moved(self, counters: Counters) -> list[Write]:
        """Entries that go, and that come; a new wish stands at the end of its line."""
        event_id = self.before.event_id
        for entry in self.leaves:
            counters.leave(entry)
        for entry in self.joins:
            counters.stand(entry)
        if self.joins and self.before.status == "confirmed":
            counters.joined(max(entry.rank for entry in self.joins).partition("#")[2])
        gone: list[Write] = [updates.no_entry(event_id, entry) for entry in self.leaves]
        return [*gone, *(updates.new_entry(event_id, entry) for entry in self.joins)]

    def _written(self) -> Write:
        happened = updates.happened(
            self.before,
            facts.Changed,
            self.now,
            {"organiser": self.organiser} if self.organiser else updates.NOTHING_ELSE,
            fields=self.fields,
            status=self.after.status,
            needs=self.after.needs,
            gave=self.gave,
            waiting_for=self.after.wishes if self.after.status == "confirmed" else (),
        )
        written = {
            "needs": list(self.after.needs),
            "in_line": list(self.after.in_line),
            "attendee": updates.stored_attendee(self.after.attendee),
        }
        return updates.of_registration(self.before, written, happened)

    def _told(self, event_id: str) -> list[Write]:
        """The others of a party that waits, told where they stand now."""
        if self.before.status != "waiting" or not self.joins:
            return []
        [entry], [new] = self.leaves, self.joins
        happened = updates.entry_fact(event_id, "", facts.PartyChanged, self.now, people=len(new.members))
        others = [member for member in new.members if member != self.before.id]
        return transactions.told(event_id, entry, new, others, happened)


def _plan(
    event: Event, before: Registration, wanted: Change, places: Places, now: datetime, organiser: str
) -> _Plan:
    after = replace(before, attendee=before.attendee.model_copy(update=wanted.details))
    if wanted.needs is not None:
        after = replace(after, needs=rules.all_needs(event, wanted.needs))
    leaves: tuple[WaitlistEntry, ...] = ()
    joins: tuple[WaitlistEntry, ...] = ()
    if before.status == "waiting":
        after, leaves, joins = _in_line(before, after)
    elif before.status == "confirmed":
        after, leaves, joins = _with_wishes(event, before, after, wanted, places, now)
    plan = _Plan(before, after, places, _changed_fields(before, after), leaves, joins, now, organiser)
    if short := not_free(places, plan.take):
        titles = event.titles(short, after.attendee.language)
        raise NotFree(allotments=titles, errors=(_advice(before),))
    return plan


def _advice(before: Registration) -> FieldError:
    """What somebody may do instead who asked for what is not free."""
    if before.status == "waiting":
        return FieldError(
            "needs", "not_free", N_("Wait for what you have chosen already, or choose something else.")
        )
    message = N_("Leave it out of what you need, and wait for it: you keep what you have until it is your turn.")
    return FieldError("wait_for", "not_free", message)


def not_free(places: Places, names: tuple[str, ...]) -> tuple[str, ...]:
    """What of it cannot be had just so: because it is full, or may be on its way to somebody who waits for it."""
    waited_for = set() if rules.settled(places) else {n for line in places.standing for n in lines.demand_in(line)}
    return tuple(name for name in names if places.left(name) == 0 or name in waited_for)


_Placed = tuple[Registration, tuple[WaitlistEntry, ...], tuple[WaitlistEntry, ...]]


def _in_line(before: Registration, after: Registration) -> _Placed:
    """Somebody who waits and needs something else stands in another line, with the same rank."""
    if set(before.needs) == set(after.needs):
        return after, (), ()
    entry = store.entry(before, before.in_line[0])
    new = waiting_entry(entry.rank, {**entry.members, before.id: after.needs}, entry.sat_out)
    return replace(after, in_line=(new.key,)), (entry,), (new,)


def _with_wishes(
    event: Event, before: Registration, after: Registration, wanted: Change, places: Places, now: datetime
) -> _Placed:
    """What is wished for and free is had at once; for the rest there is an entry for each."""
    wishes = before.wishes if wanted.wait_for is None else wanted.wait_for
    moment, kept, joins = rules.joining_moment(places, now), [], []
    for name in dict.fromkeys(wishes):
        if name in after.needs:
            continue
        if name in before.wishes:
            kept.append(before.in_line[before.wishes.index(name)])
        elif not not_free(places, (name,)):
            after = replace(after, needs=rules.swapped(event, after.needs, name))
        else:
            joins.append(wish_entry(lines.rank(moment), before.id, name))
            moment = rules.just_after(moment)
    leaves = tuple(store.entry(before, key) for key in before.in_line if key not in kept)
    in_line = (*kept, *(entry.key for entry in joins))
    return replace(after, in_line=in_line), leaves, tuple(joins)


def _changed_fields(before: Registration, after: Registration) -> tuple[str, ...]:
    details = tuple(
        name for name in Attendee.model_fields if getattr(before.attendee, name) != getattr(after.attendee, name)
    )
    needs = ("needs",) if before.needs != after.needs else ()
    waits = ("wait_for",) if before.status == "confirmed" and before.in_line != after.in_line else ()
    return (*details, *needs, *waits)
