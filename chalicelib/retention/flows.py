"""Deleting what is held about an event's people when its time is over, page by page.

A step goes through the next items of the event, and then writes down how far it has come. What is done to each
item is the same however often it is done, so a step may be stopped anywhere and be done again. Nothing of it is
news: no history grows, and what counts for the event's counters goes together with them.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete, Item
from chalicelib.aws.table import Refused
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Stage
from chalicelib.retention import forgetting, rules, store
from chalicelib.retention.rules import Fate

PAGE = 250  #: items gone through in one step: seconds, of the clock's minute


def step(event_id: str, now: datetime) -> None:
    """Go through the next page of what is due at the event; nothing happens where nothing is. Raises TooBusy."""
    event, purge = programme_store.read_stored(event_id).event, store.find(event_id)
    if purge is None or purge.due_at > now:
        return
    latest = rules.last_due(event, now)
    if not purge.after and latest and latest > purge.due_at:  # it has all that those before it have
        store.finish(purge, latest)
        purge = replace(purge, due_at=latest)
    if stage := rules.due(event, purge.due_at):
        page = store.page(purge, PAGE)
        _go_through(page, stage)
        if len(page) == PAGE:
            store.advance(purge, page[-1]["SK"])
            return
        _go_through(store.behind(event_id), stage)
    store.finish(purge, rules.next_due(event, purge.due_at))


def _go_through(items: Iterable[Item], stage: Stage) -> None:
    for item in items:
        _FATES[rules.fate(item["SK"], stage)](item, stage)


def _stays(_item: Item, _stage: Stage) -> None:
    """Nothing of it is about people, or its time has not come."""


def _goes(item: Item, _stage: Stage) -> None:
    with suppress(Refused):  # it is gone already
        table.transact(Delete({"PK": item["PK"], "SK": item["SK"]}))


def _is_forgotten(item: Item, _stage: Stage) -> None:
    forgetting.forget(keys.event_id(item), keys.registration_id(item))


def _is_stripped(item: Item, stage: Stage) -> None:
    forgetting.strip(item, lambda attendee: rules.kept_of(attendee, stage))


def _is_withdrawn(item: Item, _stage: Stage) -> None:
    # S3 is slow to import, and hardly ever is there something to delete.
    from chalicelib.travel import files
    from chalicelib.travel import store as manifests

    event_id, version = keys.event_id(item), item["version"]
    manifests.withdraw(event_id, version)
    files.delete(event_id, version)


def _goes_with_files(item: Item, stage: Stage) -> None:
    _is_withdrawn(item, stage)
    _goes(item, stage)


_FATES: dict[Fate, Callable[[Item, Stage], None]] = {
    "stays": _stays,
    "goes": _goes,
    "goes-with-files": _goes_with_files,
    "is-forgotten": _is_forgotten,
    "is-stripped": _is_stripped,
    "is-withdrawn": _is_withdrawn,
}
