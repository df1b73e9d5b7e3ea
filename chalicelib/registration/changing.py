"""Changing a registration: details, needs, and wishes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib import facts
from chalicelib.aws.retry import retried
from chalicelib.language import N_
from chalicelib.problems import (
    AnswerFirst,
    ChangedMeanwhile,
    FieldError,
    ListsAreOut,
    NotFree,
    RegistrationClosed,
    RegistrationIsCancelled,
    WaitsAlready,
)
from chalicelib.programme import lines
from chalicelib.programme.model import Event
from chalicelib.registration import rules, sealing, store
from chalicelib.registration.access import Access
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.change_plan import ChangePlan
from chalicelib.registration.details import list_deleted_by, read
from chalicelib.registration.flows import load_with_places
from chalicelib.registration.model import (
    Places,
    Registration,
    WaitlistEntry,
    build_waiting_entry,
    build_wish_entry,
)
from chalicelib.registration.registering import require_matching_event
from chalicelib.registration.rules import find_locked_fields
from chalicelib.registration.updates import Extras


@dataclass(frozen=True)
class ChangeRequest:
    """The change that a participant or an organiser asks for: a field that is None or not named stays as it is.

    `wait_for` is the complete list of wishes. `based_on` is the revision that the form was filled in from, where
    the caller knows it (optimistic locking). `dropped` names what goes because the registration becomes another
    person's (`details.PERSONAL`). `told_by_the_person` says that an organiser passes on what they were told about
    health.
    """

    details: Mapping[str, Any] | None = None
    needs: tuple[str, ...] | None = None
    wait_for: tuple[str, ...] | None = None
    based_on: int | None = None
    dropped: tuple[str, ...] = ()
    told_by_the_person: bool = False


@retried()
def change(
    event: Event, access: Access, requested: ChangeRequest, now: datetime, organiser: str = ""
) -> Registration:
    """Change the registration completely or not at all; a request that changes nothing writes nothing.

    Additional needs must be free, and no one may wait for them: NotFree otherwise. A wish comes true at once where
    it is free, and joins the waitlist otherwise. Once airline or hotel have the lists, only an organiser, by name,
    changes what stands on them: ListsAreOut.

    Raises RegistrationIsCancelled, AnswerFirst (an offer stands: needs and wishes wait for its answer),
    WaitsAlready (only a confirmed registration can wish), RegistrationClosed (the event has begun, and more is
    asked for; or it is so long over that details of food and journey are deleted), ChangedMeanwhile,
    ChangedTooOften, LinkNotValid, OpenTheMailedLink and TooBusy.
    """
    registration, places = load_with_places(access, now)
    opened = sealing.unseal(registration)
    _check_status(opened, requested)
    plan = _build_plan(event, opened, requested, require_matching_event(event, places), now, organiser)
    if not plan.changed_fields:
        return registration
    if _has_changed_since(registration, requested.based_on):
        raise ChangedMeanwhile
    _check_allowed_now(event, plan)
    return plan.write()


def _check_status(registration: Registration, requested: ChangeRequest) -> None:
    if registration.status == "cancelled":
        raise RegistrationIsCancelled
    if registration.status == "offered" and (requested.needs is not None or requested.wait_for is not None):
        raise AnswerFirst
    if registration.status == "waiting" and requested.wait_for:
        raise WaitsAlready


def _has_changed_since(registration: Registration, revision: int | None) -> bool:
    """Return whether details, needs or wishes were changed after the revision; None is now."""
    if revision is None:
        return False
    later = registration.list_facts_since(revision)
    return any(entry["fact"] == facts.Changed.kind for entry in later) or revision > registration.revision


def _check_allowed_now(event: Event, plan: ChangePlan) -> None:
    if event.has_begun(plan.now) and (plan.added_needs or plan.added_entries):
        raise RegistrationClosed
    if _is_restoring_purged(event, plan):
        raise RegistrationClosed
    late = () if plan.organiser else find_locked_fields(event, plan.before, plan.after, plan.now)
    if late:
        message = N_("Only the organiser can change this now.")
        errors = tuple(FieldError(field, "lists_are_out", message) for field in late)
        raise ListsAreOut(errors=errors, name=event.contact.name, email=event.contact.email)


def _is_restoring_purged(event: Event, plan: ChangePlan) -> bool:
    """Return whether the change would bring back details that were deleted since the event, or are due to be."""
    deleted = {detail.attribute for detail in list_deleted_by("travel")}
    return plan.now >= event.purge_moments["health"] and bool(deleted & {*plan.changed_fields})


def _build_plan(
    event: Event, before: Registration, requested: ChangeRequest, places: Places, now: datetime, organiser: str
) -> ChangePlan:
    after = replace(before, attendee=before.attendee.model_copy(update=requested.details))
    if requested.needs is not None:
        after = replace(after, needs=rules.build_needs(event, requested.needs))
    leaves: tuple[WaitlistEntry, ...] = ()
    joins: tuple[WaitlistEntry, ...] = ()
    if before.status == "waiting":
        after, leaves, joins = _move_to_line(before, after)
    elif before.status == "confirmed":
        after, leaves, joins = _apply_wishes(event, before, after, requested, places, now)
    changed, extras = _find_changed_fields(before, after), _build_extras(before, after, requested, organiser)
    plan = ChangePlan(before, after, places, changed, leaves, joins, now, organiser, extras)
    if short := find_unavailable(places, plan.added_needs):
        raise NotFree(allotments=event.translate_titles(short), errors=(_build_advice(before),))
    return plan


def _build_extras(before: Registration, after: Registration, requested: ChangeRequest, organiser: str) -> Extras:
    """Build what the history says of the change besides its fact.

    It names who made it, what went with a former person, and that health data was passed on.
    """
    health = (detail.name for detail in list_deleted_by("health"))
    is_new = any(read(before.attendee, name) != read(after.attendee, name) for name in health)
    told = requested.told_by_the_person and is_new
    extras = {"organiser": organiser, "dropped": list(requested.dropped), "told_by_the_person": told}
    return {name: value for name, value in extras.items() if value}


def _build_advice(before: Registration) -> FieldError:
    """Build the advice for a participant who asked for what is not free."""
    if before.status == "waiting":
        return FieldError(
            "needs", "not_free", N_("Wait for what you have chosen already, or choose something else.")
        )
    message = N_("Leave it out of what you need, and wait for it: you keep what you have until it is your turn.")
    return FieldError("wait_for", "not_free", message)


def find_unavailable(places: Places, names: tuple[str, ...]) -> tuple[str, ...]:
    """Find the allotments that cannot be had at once.

    They are full, or may be on their way to a waiting registration.
    """
    waited_for = (
        set()
        if rules.is_settled(places)
        else {n for line in places.occupied_lines for n in lines.parse_demand(line)}
    )
    return tuple(name for name in names if places.count_free(name) == 0 or name in waited_for)


_EntryChanges = tuple[Registration, tuple[WaitlistEntry, ...], tuple[WaitlistEntry, ...]]


def _move_to_line(before: Registration, after: Registration) -> _EntryChanges:
    """Move a waiting registration that needs something else to another line, with the same rank.

    An offer that it passed on counts no more: that was of what it needed before.
    """
    if set(before.needs) == set(after.needs):
        return after, (), ()
    entry = store.read_entry(before, before.entry_keys[0])
    new = build_waiting_entry(entry.rank, {**entry.members, before.id: after.needs})
    return replace(after, entry_keys=(new.key,)), (entry,), (new,)


def _apply_wishes(
    event: Event,
    before: Registration,
    after: Registration,
    requested: ChangeRequest,
    places: Places,
    now: datetime,
) -> _EntryChanges:
    """Grant each wish that is free, and build a waitlist entry for each other one.

    A wish for what the participant has changes nothing, so that the same request again, after the wish came true,
    is no change.
    """
    wishes = before.wishes if requested.wait_for is None else requested.wait_for
    moment, kept, joins = rules.compute_joining_time(places, now), [], []
    for name in dict.fromkeys(wishes):
        if name in after.needs:
            continue
        if name in before.wishes:
            kept.append(before.entry_keys[before.wishes.index(name)])
        elif name in before.needs or not find_unavailable(places, (name,)):
            after = replace(after, needs=rules.swap_needs(event, after.needs, name))
        else:
            joins.append(build_wish_entry(lines.build_rank(moment), before.id, name))
            moment = rules.add_microsecond(moment)
    leaves = tuple(store.read_entry(before, key) for key in before.entry_keys if key not in kept)
    in_line = (*(key for key in before.entry_keys if key in kept), *(entry.key for entry in joins))
    return replace(after, entry_keys=in_line), leaves, tuple(joins)


def _find_changed_fields(before: Registration, after: Registration) -> tuple[str, ...]:
    details = tuple(
        name for name in Attendee.model_fields if getattr(before.attendee, name) != getattr(after.attendee, name)
    )
    needs = ("needs",) if before.needs != after.needs else ()
    waits = ("wait_for",) if before.status == "confirmed" and before.entry_keys != after.entry_keys else ()
    return (*details, *needs, *waits)
