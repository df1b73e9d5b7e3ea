"""Changing a registration: details, needs, and what is wished for."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.aws.table import Refused
from chalicelib.language import N_
from chalicelib.problems import (
    AnswerFirst,
    ChangedTooOften,
    FieldError,
    ListsAreOut,
    NotFree,
    RegistrationClosed,
    RegistrationIsCancelled,
    TooBusy,
    WaitsAlready,
)
from chalicelib.programme import lines
from chalicelib.programme.model import Event
from chalicelib.registration import rules, sealing, store
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.change_plan import Plan
from chalicelib.registration.flows import ATTEMPTS, look
from chalicelib.registration.model import (
    MOST_CHANGES,
    Places,
    Registration,
    WaitlistEntry,
    waiting_entry,
    wish_entry,
)
from chalicelib.registration.registering import checked
from chalicelib.registration.rules import late_fields


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
    WaitsAlready (only who has a place can wish), RegistrationClosed (the event has begun, and more is wanted; or
    it is so long over that details of food and journey are deleted),
    ChangedTooOften, LinkNotValid and TooBusy.
    """
    for _ in range(ATTEMPTS):
        registration = sealing.opened(look(event.id, registration_id, now))
        _refuse_out_of_place(registration, wanted)
        plan = _plan(event, registration, wanted, checked(event, store.places(event.id)), now, organiser)
        if not plan.fields:
            return registration
        _refuse_too_late(event, plan)
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


def _refuse_too_late(event: Event, plan: Plan) -> None:
    if event.has_begun(plan.now) and (plan.take or plan.joins):
        raise RegistrationClosed
    if _is_purged(event, plan):
        raise RegistrationClosed
    if plan.before.revision >= MOST_CHANGES:
        raise ChangedTooOften
    late = () if plan.organiser else late_fields(event, plan.before, plan.after, plan.now)
    if late:
        message = N_("Only the organiser can change this now.")
        errors = tuple(FieldError(field, "lists_are_out", message) for field in late)
        raise ListsAreOut(errors=errors, name=event.contact.name, email=event.contact.email)


def _is_purged(event: Event, plan: Plan) -> bool:
    """Whether the change would bring back what has been deleted since the event, or is to be."""
    return plan.now >= event.purged_at["health"] and bool({"dietary", "travel"} & {*plan.fields})


def _plan(
    event: Event, before: Registration, wanted: Change, places: Places, now: datetime, organiser: str
) -> Plan:
    after = replace(before, attendee=before.attendee.model_copy(update=wanted.details))
    if wanted.needs is not None:
        after = replace(after, needs=rules.all_needs(event, wanted.needs))
    leaves: tuple[WaitlistEntry, ...] = ()
    joins: tuple[WaitlistEntry, ...] = ()
    if before.status == "waiting":
        after, leaves, joins = _in_line(before, after)
    elif before.status == "confirmed":
        after, leaves, joins = _with_wishes(event, before, after, wanted, places, now)
    plan = Plan(before, after, places, _changed_fields(before, after), leaves, joins, now, organiser)
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
    """Somebody who waits and needs something else stands in another line, with the same rank; an offer of what
    they needed before counts no more."""
    if set(before.needs) == set(after.needs):
        return after, (), ()
    entry = store.entry(before, before.in_line[0])
    new = waiting_entry(entry.rank, {**entry.members, before.id: after.needs})
    return replace(after, in_line=(new.key,)), (entry,), (new,)


def _with_wishes(
    event: Event, before: Registration, after: Registration, wanted: Change, places: Places, now: datetime
) -> _Placed:
    """What is wished for and free is had at once; for the rest there is an entry for each. Whoever wishes for what
    they have keeps it: the same said again, also when the wish has come true since, is no change."""
    wishes = before.wishes if wanted.wait_for is None else wanted.wait_for
    moment, kept, joins = rules.joining_moment(places, now), [], []
    for name in dict.fromkeys(wishes):
        if name in after.needs:
            continue
        if name in before.wishes:
            kept.append(before.in_line[before.wishes.index(name)])
        elif name in before.needs or not not_free(places, (name,)):
            after = replace(after, needs=rules.swapped(event, after.needs, name))
        else:
            joins.append(wish_entry(lines.rank(moment), before.id, name))
            moment = rules.just_after(moment)
    leaves = tuple(store.entry(before, key) for key in before.in_line if key not in kept)
    in_line = (*(key for key in before.in_line if key in kept), *(entry.key for entry in joins))
    return replace(after, in_line=in_line), leaves, tuple(joins)


def _changed_fields(before: Registration, after: Registration) -> tuple[str, ...]:
    details = tuple(
        name for name in Attendee.model_fields if getattr(before.attendee, name) != getattr(after.attendee, name)
    )
    needs = ("needs",) if before.needs != after.needs else ()
    waits = ("wait_for",) if before.status == "confirmed" and before.in_line != after.in_line else ()
    return (*details, *needs, *waits)
