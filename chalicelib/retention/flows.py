"""The purge: delete an event's data about participants when its time is over, page by page.

A step goes through the next items of the event, and then records its progress. The action on each item is
idempotent, so a step may be stopped anywhere and be done again. No history grows by it, and what counts for the
event's counters goes together with them.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from chalicelib.audit import audit_log
from chalicelib.aws import key_grammar, keys, metrics
from chalicelib.aws.items import Delete, Item
from chalicelib.aws.table import ConditionFailed
from chalicelib.programme import purge_schedule
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import RetentionStage
from chalicelib.programme.purge_schedule import Moments, PurgeSchedule
from chalicelib.retention import forgetting, numbers, rules, store
from chalicelib.retention.rules import Action
from chalicelib.retention.store import Purge, PurgeSuperseded

PAGE_SIZE = 250  #: items of one step: seconds of the clock's minute


def purge_page(event_id: str, now: datetime) -> None:
    """Purge the next page of what is due at the event; nothing happens where nothing is. Raises TooBusy.

    A purge that is undone meanwhile stops at once: each write rests on it.
    """
    purge = store.find(event_id)
    if purge is None or purge.due_at > now:
        return
    due = _read_schedule(purge).due
    latest = rules.find_last_due(due, now)
    if not purge.after and latest and latest > purge.due_at:  # it includes those before it
        store.finish(purge, latest)
        purge = replace(purge, due_at=latest)
    with suppress(PurgeSuperseded):
        _purge_page(purge, due, now)


def _purge_page(purge: Purge, due: Moments, now: datetime) -> None:
    if stage := rules.find_due_stage(due, purge.due_at):
        if not purge.after:
            _begin_stage(purge, stage, now)
        page = store.read_page(purge, PAGE_SIZE)
        _apply_actions(purge, page, stage)
        if len(page) == PAGE_SIZE:
            store.advance(purge, page[-1]["SK"])
            return
        _apply_actions(purge, store.items_before_registrations(purge.event_id), stage)
    store.finish(purge, rules.find_next_due(due, purge.due_at))


def _read_schedule(purge: Purge) -> PurgeSchedule:
    """Return the schedule, which needs the event's document only where an earlier version wrote the PURGE item."""
    if purge.schedule:
        return purge.schedule
    return purge_schedule.build_first_schedule(programme_store.read_current(purge.event_id).event)


def _begin_stage(purge: Purge, stage: RetentionStage, now: datetime) -> None:
    """Freeze the event's numbers while all are counted, and report that the people of an event are deleted."""
    counted = numbers.freeze(purge, stage, now)
    if stage == "people" and counted:
        metrics.count("DeletionOfEveryone")


def _apply_actions(purge: Purge, items: Iterable[Item], stage: RetentionStage) -> None:
    for item in items:
        _HANDLERS[rules.choose_action(item, stage)](purge, item, stage)


def _keep_item(_purge: Purge, _item: Item, _stage: RetentionStage) -> None:
    """Keep the item: it is not about participants, or its time has not come."""


def _delete_item(purge: Purge, item: Item, _stage: RetentionStage) -> None:
    with suppress(ConditionFailed):  # it is gone already
        store.transact(purge, Delete(key_grammar.key_of(item)))


def _delete_and_count(purge: Purge, item: Item, _stage: RetentionStage) -> None:
    forgetting.delete_and_count(purge, keys.parse_registration_id(item))


def _redact_item(purge: Purge, item: Item, stage: RetentionStage) -> None:
    forgetting.redact(purge, item, lambda attendee: rules.redact_attendee(attendee, stage))


def _withdraw_manifest(purge: Purge, item: Item, _stage: RetentionStage) -> None:
    # S3 is slow to import, and hardly ever is there something to delete.
    from chalicelib.travel import files
    from chalicelib.travel import store as manifests

    store.transact(purge)  # files that are deleted do not come back
    event_id, version = keys.parse_event_id(item), item["version"]
    manifests.mark_withdrawn(event_id, version)
    files.delete(event_id, version)


def _delete_manifest(purge: Purge, item: Item, stage: RetentionStage) -> None:
    _withdraw_manifest(purge, item, stage)
    _delete_item(purge, item, stage)


def _anonymise_item(purge: Purge, item: Item, _stage: RetentionStage) -> None:
    with suppress(ConditionFailed):  # it is gone already
        store.transact(purge, audit_log.build_anonymous_put(item))


def _replace_hold_names(purge: Purge, item: Item, _stage: RetentionStage) -> None:
    forgetting.replace_hold_names(purge, item)


_HANDLERS: dict[Action, Callable[[Purge, Item, RetentionStage], None]] = {
    "stays": _keep_item,
    "goes": _delete_item,
    "goes-with-files": _delete_manifest,
    "is-forgotten": _delete_and_count,
    "is-stripped": _redact_item,
    "is-withdrawn": _withdraw_manifest,
    "is-anonymised": _anonymise_item,
    "is-unnamed": _replace_hold_names,
}
