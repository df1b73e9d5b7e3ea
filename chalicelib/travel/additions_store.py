"""Where it stands what organisers added to an event's lists: one item that counts the changes and holds the
shared rooms, and one for each flight's bookings."""

from collections.abc import Sequence
from dataclasses import asdict

from chalicelib.aws import keys, table
from chalicelib.aws.items import Item, Put, Update
from chalicelib.aws.table import ConditionFailed
from chalicelib.travel.lists.additions import Additions, Booking, Bookings, RoomSharing

_UNCONDITIONAL = "attribute_not_exists(PK) OR attribute_exists(PK)"


def read(event_id: str) -> Additions:
    """What was added, as it is now."""
    lists = table.get(keys.additions_key(event_id)) or {}
    return Additions(
        revision=lists.get("changes", 0),
        sharing=tuple(_parse_sharing(each) for each in lists.get("sharing", ())),
        bookings={_parse_leg(item): _parse_bookings(item) for item in table.query(event_id, "BOOKED#")},
    )


def write_sharing(event_id: str, sharing: Sequence[RoomSharing], additions: Additions, *extra_writes: Put) -> bool:
    """Write who shares, and whatever belongs to that; False, with nothing written, where something was added
    since it was read."""
    written = [asdict(each) | {"guests": list(each.guests)} for each in sharing]
    return _try_write(
        _build_revision_update(event_id, additions, ", sharing = :sharing", {":sharing": written}), *extra_writes
    )


def write_bookings(event_id: str, leg: str, bookings: Bookings, additions: Additions, *extra_writes: Put) -> bool:
    """Write all bookings of a flight, and whatever belongs to that; False, with nothing written, where something
    was added since."""
    item = {**keys.bookings_key(event_id, leg), "bookings": {id: asdict(each) for id, each in bookings.items()}}
    return _try_write(
        _build_revision_update(event_id, additions), Put(item, condition=_UNCONDITIONAL), *extra_writes
    )


def _build_revision_update(
    event_id: str, additions: Additions, assignments: str = "", values: Item | None = None
) -> Update:
    condition = "changes = :known" if additions.revision else "attribute_not_exists(changes)"
    known_values = {":known": additions.revision} if additions.revision else {}
    return Update(
        key=keys.additions_key(event_id),
        expression=f"SET changes = :next{assignments}",
        condition=condition,
        names={},
        values={":next": additions.revision + 1, **known_values, **(values or {})},
    )


def _try_write(*writes: Put | Update) -> bool:
    try:
        table.transact(*writes)
    except ConditionFailed:
        return False
    return True


def _parse_sharing(attributes: Item) -> RoomSharing:
    first, second = attributes["guests"]
    return RoomSharing((first, second), attributes["by"], attributes["at"], attributes["reason"])


def _parse_leg(item: Item) -> str:
    leg: str = item["SK"].removeprefix("BOOKED#")
    return leg


def _parse_bookings(item: Item) -> Bookings:
    return {id: Booking(**written) for id, written in item["bookings"].items()}
