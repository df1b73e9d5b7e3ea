"""The store of broadcasts: the payload of each, and its progress."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice

from chalicelib.aws import keys, table
from chalicelib.aws.items import Item, Put, Update, Write
from chalicelib.aws.keys import BroadcastKey, RegistrationKey, format_timestamp
from chalicelib.aws.table import ConditionFailed
from chalicelib.broadcasts.model import Broadcast


def find(event_id: str, broadcast_id: str) -> Broadcast | None:
    """Return the broadcast by a consistent read, or None."""
    item = table.get(keys.broadcast_key(event_id, broadcast_id))
    return _deserialize(item) if item else None


def begin(broadcast: Broadcast, now: datetime, *extra_writes: Write) -> bool:
    """Write a new broadcast and the extra writes in one transaction; the stream then brings its first page.

    Returns False where it was begun before.
    """
    item = {
        **keys.broadcast_key(broadcast.event_id, broadcast.id),
        "says": dict(broadcast.payload),
        "after": broadcast.after,
        "state": "going",
        "begun_at": format_timestamp(now),
    }
    try:
        table.transact(Put(item), *extra_writes)
    except ConditionFailed:
        return False
    return True


def read_page(broadcast: Broadcast, size: int) -> Sequence[Item]:
    """Return the registrations that come next, as items."""
    after = keys.registration_key(broadcast.event_id, broadcast.after) if broadcast.after else None
    return list(
        islice(table.query(broadcast.event_id, RegistrationKey.prefix(), after=after, page_size=size), size)
    )


def advance(broadcast: Broadcast, after: str) -> None:
    """Record that all up to the registration `after` are done; one that has gone on since is left alone."""
    _update_progress(broadcast, {"after": after, "state": "going"})


def resume_all(event_id: str) -> None:
    """Let the stream bring the next page of each broadcast that is not done once more; duplicates do nothing."""
    for item in table.query(event_id, BroadcastKey.prefix()):
        broadcast = _deserialize(item)
        if not broadcast.is_done:
            _update_progress(broadcast, {}, add={"resumed": 1})


def finish(broadcast: Broadcast) -> None:
    """Record that all are done, and forget who was the last; a broadcast that has gone on since is left alone."""
    _update_progress(broadcast, {"after": "", "state": "done"})


def _update_progress(
    broadcast: Broadcast, attributes: Mapping[str, str], add: Mapping[str, int] | None = None
) -> None:
    progress = Update.set(
        keys.broadcast_key(broadcast.event_id, broadcast.id),
        attributes,
        add=add,
        when="#after = :before AND #state = :going",
        values={":before": broadcast.after, ":going": "going"},
    )
    with suppress(ConditionFailed):
        table.write(progress)


def _deserialize(item: Item) -> Broadcast:
    return Broadcast(
        event_id=keys.parse_event_id(item),
        id=BroadcastKey.parse(item).broadcast_id,
        payload=item["says"],
        after=item["after"],
        is_done=item["state"] == "done",
    )
