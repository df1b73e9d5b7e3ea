"""Where rounds live: what each says, and how far it has come."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice

from chalicelib.aws import keys, table
from chalicelib.aws.items import Item, Put, Update, Write
from chalicelib.aws.keys import timestamp
from chalicelib.aws.table import Refused
from chalicelib.broadcasts.model import Round


def find(event_id: str, round_id: str) -> Round | None:
    """The round as it is now, or None."""
    item = table.get(keys.round_key(event_id, round_id))
    return _read(item) if item else None


def begin(new: Round, now: datetime, *also: Write) -> bool:
    """Write a new round, whose first page the stream then brings up, and whatever belongs to that; False where it
    was begun before."""
    item = {
        **keys.round_key(new.event_id, new.id),
        "says": dict(new.says),
        "after": new.after,
        "state": "going",
        "begun_at": timestamp(now),
    }
    try:
        table.transact(Put(item), *also)
    except Refused:
        return False
    return True


def page(current: Round, size: int) -> Sequence[Item]:
    """The registrations that come next, as items."""
    after = keys.registration_key(current.event_id, current.after) if current.after else None
    return list(islice(table.query(current.event_id, "REG#", after=after, limit=size), size))


def advance(current: Round, after: str) -> None:
    """All up to the registration `after` have been told; nothing happens where the round has gone on since."""
    _write(current, after=after, state="going")


def finish(current: Round) -> None:
    """Everybody has been told, and who was the last is forgotten; nothing happens where the round has gone on
    since."""
    _write(current, after="", state="done")


def _write(current: Round, *, after: str, state: str) -> None:
    going_on = Update(
        key=keys.round_key(current.event_id, current.id),
        expression="SET #after = :after, #state = :state",
        condition="#after = :before AND #state = :going",
        names={"#after": "after", "#state": "state"},
        values={":after": after, ":state": state, ":before": current.after, ":going": "going"},
    )
    with suppress(Refused):
        table.write(going_on)


def _read(item: Item) -> Round:
    return Round(
        event_id=keys.event_id(item),
        id=item["SK"].removeprefix("ROUND#"),
        says=item["says"],
        after=item["after"],
        is_done=item["state"] == "done",
    )
