"""The progress of an event's purge, and the items that it goes through."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from chalicelib.aws import key_grammar, keys, table
from chalicelib.aws.items import ConditionCheck, Item, Update, Write
from chalicelib.aws.keys import RegistrationKey, format_timestamp
from chalicelib.aws.retry import LostRace, retried
from chalicelib.aws.table import ConditionFailed
from chalicelib.programme import purge_schedule
from chalicelib.programme.purge_schedule import PurgeSchedule

MAX_ATTEMPTS = 10


@dataclass(frozen=True)
class Purge:
    """The purge of what is due at an event at `due_at`.

    All items up to the sort key `after` are done; it is empty at the beginning. `schedule` is what is due when;
    None where an earlier version wrote the item, which goes by the event's document.
    """

    event_id: str
    due_at: datetime
    after: str
    schedule: PurgeSchedule | None = None


#: Of a purge that has neither advanced nor begun anew. Another version of the event has another schedule, though
#: its next moment may be the same; an item of an earlier release has no version.
_UNCHANGED = (
    "#after = :known_after AND #due_at = :known_due"
    " AND (#version = :known_version OR attribute_not_exists(#version))"
)


def _build_known_values(purge: Purge) -> dict[str, Any]:
    version = purge.schedule.version if purge.schedule else 0
    return {
        ":known_after": purge.after,
        ":known_due": format_timestamp(purge.due_at),
        ":known_version": version,
    }


class PurgeSuperseded(Exception):
    """The purge has advanced or begun anew since it was read, for instance because it was undone."""


def transact(purge: Purge, *writes: Write) -> None:
    """Write all or nothing, while the purge is as it was read; raises as `table.transact`, and PurgeSuperseded."""
    names = {f"#{name}": name for name in ("after", "due_at", "version")}
    guard = ConditionCheck(keys.purge_key(purge.event_id), _UNCHANGED, names, _build_known_values(purge))
    try:
        table.transact(*writes, guard)
    except ConditionFailed as failure:
        if len(writes) in failure.current_items:
            raise PurgeSuperseded from failure
        raise


def find_due(now: datetime) -> list[str]:
    """Find the ids of the events at which something is to be purged by now."""
    due = table.query_due(format_timestamp(now))
    return [keys.parse_event_id(item) for item in due if key_grammar.parse_kind(item) == keys.PURGE_KIND]


def find(event_id: str) -> Purge | None:
    """Find the event's purge as it stands; None where there is nothing left to delete."""
    item = table.get(keys.purge_key(event_id))
    if item is None or "due_at" not in item:
        return None
    due_at = datetime.fromisoformat(item["due_at"])
    return Purge(event_id, due_at, item["after"], purge_schedule.deserialize_schedule(item))


def read_page(purge: Purge, size: int) -> Sequence[Item]:
    """Read the items of the event that come next, in the order of their sort keys."""
    after = key_grammar.item_key(purge.event_id, purge.after) if purge.after else None
    items = table.query(
        purge.event_id, key_grammar.FIRST_SORT_KEY, up_to=key_grammar.LAST_SORT_KEY, after=after, page_size=size
    )
    return list(islice(items, size))


def items_before_registrations(event_id: str) -> Iterator[Item]:
    """Read the items whose sort keys come before the registrations'.

    Until the registrations are gone through, some of these may have been written, as lists are, with data that is
    deleted since.
    """
    return table.query(event_id, key_grammar.FIRST_SORT_KEY, up_to=RegistrationKey.prefix())


def apply_to_current(item: Item, write: Callable[[Item], None]) -> None:
    """Call `write` with the item as it was read and, after a lost race, with the item as it is then.

    Nothing happens once the item is gone. Raises TooBusy.
    """
    try:
        write(item)
    except LostRace:
        _apply_to_reloaded(key_grammar.key_of(item), write)


@retried(MAX_ATTEMPTS - 1)
def _apply_to_reloaded(key: key_grammar.Key, write: Callable[[Item], None]) -> None:
    if item := table.get(key):
        write(item)


def advance(purge: Purge, after: str) -> None:
    """Record that all items up to that one are done, unless the purge has advanced or begun anew since."""
    _update_progress(purge, {"after": after})


def finish(purge: Purge, next_at: datetime | None) -> None:
    """Record that all is done until that moment, or for good; otherwise as `advance`."""
    if next_at:
        _update_progress(purge, {"after": "", "due_at": format_timestamp(next_at)})
    else:
        _update_progress(purge, {"after": ""}, remove=("due_shard", "due_at"))


def _update_progress(purge: Purge, attributes: dict[str, Any], remove: Sequence[str] = ()) -> None:
    update = Update.set(
        keys.purge_key(purge.event_id),
        attributes,
        when=_UNCHANGED,
        values=_build_known_values(purge),
        remove=remove,
    )
    with suppress(ConditionFailed):
        table.write(update)
