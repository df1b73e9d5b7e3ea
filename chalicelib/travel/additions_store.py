"""Store what organisers added to an event's lists.

One item counts the changes and holds the shared rooms; each flight has an item with its bookings.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from chalicelib.aws import keys, table
from chalicelib.aws.items import UNCONDITIONAL, Item, Put, Update
from chalicelib.aws.keys import BookingsKey
from chalicelib.travel.lists.additions import Additions, Booking, Bookings, RoomSharing


def read(event_id: str) -> Additions:
    """Return the additions as they are now."""
    item = table.get(keys.additions_key(event_id)) or {}
    return Additions(
        revision=item.get("changes", 0),
        sharing=tuple(_parse_sharing(each) for each in item.get("sharing", ())),
        bookings={
            BookingsKey.parse(booking_item).leg: _parse_bookings(booking_item)
            for booking_item in table.query(event_id, BookingsKey.prefix())
        },
    )


def write_sharing(event_id: str, sharing: Sequence[RoomSharing], additions: Additions, *extra_writes: Put) -> None:
    """Write the shared rooms, and the extra writes with them, in one transaction.

    Raises ConditionFailed, with nothing written, where the additions changed since they were read (optimistic
    locking).
    """
    serialized = [asdict(each) | {"guests": list(each.guests)} for each in sharing]
    table.transact(_build_revision_update(event_id, additions, sharing=serialized), *extra_writes)


def write_bookings(event_id: str, leg: str, bookings: Bookings, additions: Additions, *extra_writes: Put) -> None:
    """Write all bookings of a flight, and the extra writes with them, in one transaction.

    Raises ConditionFailed, with nothing written, where the additions changed since they were read.
    """
    item = {**keys.bookings_key(event_id, leg), "bookings": {id: asdict(each) for id, each in bookings.items()}}
    put = Put(item, condition=UNCONDITIONAL)
    table.transact(_build_revision_update(event_id, additions), put, *extra_writes)


def _build_revision_update(event_id: str, additions: Additions, **attributes: Any) -> Update:
    """Build the update that counts the change, on the condition that no other change came since the last read."""
    return Update.set(
        keys.additions_key(event_id),
        {"changes": additions.revision + 1, **attributes},
        when="#changes = :read" if additions.revision else "attribute_not_exists(#changes)",
        values={":read": additions.revision} if additions.revision else {},
    )


def _parse_sharing(attributes: Item) -> RoomSharing:
    first, second = attributes["guests"]
    return RoomSharing((first, second), attributes["by"], attributes["at"], attributes["reason"])


def _parse_bookings(item: Item) -> Bookings:
    return {id: Booking(**attributes) for id, attributes in item["bookings"].items()}
