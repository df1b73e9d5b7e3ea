"""Where it stands what organisers added to an event's lists: one item that counts the changes and holds the
shared rooms, and one for each flight's bookings."""

from collections.abc import Sequence
from dataclasses import asdict

from chalicelib.aws import keys, table
from chalicelib.aws.items import Item, Put, Update
from chalicelib.aws.table import Refused
from chalicelib.travel.lists.additions import Additions, Booking, Bookings, Sharing

_ANY = "attribute_not_exists(PK) OR attribute_exists(PK)"


def read(event_id: str) -> Additions:
    """What was added, as it is now."""
    lists = table.get(keys.lists_key(event_id)) or {}
    return Additions(
        changes=lists.get("changes", 0),
        sharing=tuple(_sharing(each) for each in lists.get("sharing", ())),
        bookings={_leg(item): _bookings(item) for item in table.query(event_id, "BOOKED#")},
    )


def share(event_id: str, sharing: Sequence[Sharing], known: Additions, *also: Put) -> bool:
    """Write who shares, and whatever belongs to that; False, with nothing written, where something was added
    since it was read."""
    written = [asdict(each) | {"guests": list(each.guests)} for each in sharing]
    return _written(_next(event_id, known, ", sharing = :sharing", {":sharing": written}), *also)


def book(event_id: str, leg: str, bookings: Bookings, known: Additions, *also: Put) -> bool:
    """Write all bookings of a flight, and whatever belongs to that; False, with nothing written, where something
    was added since."""
    item = {**keys.booked_key(event_id, leg), "bookings": {id: asdict(each) for id, each in bookings.items()}}
    return _written(_next(event_id, known), Put(item, condition=_ANY), *also)


def _next(event_id: str, known: Additions, also: str = "", values: Item | None = None) -> Update:
    condition = "changes = :known" if known.changes else "attribute_not_exists(changes)"
    known_values = {":known": known.changes} if known.changes else {}
    return Update(
        key=keys.lists_key(event_id),
        expression=f"SET changes = :next{also}",
        condition=condition,
        names={},
        values={":next": known.changes + 1, **known_values, **(values or {})},
    )


def _written(*writes: Put | Update) -> bool:
    try:
        table.transact(*writes)
    except Refused:
        return False
    return True


def _sharing(written: Item) -> Sharing:
    first, second = written["guests"]
    return Sharing((first, second), written["by"], written["at"], written["reason"])


def _leg(item: Item) -> str:
    leg: str = item["SK"].removeprefix("BOOKED#")
    return leg


def _bookings(item: Item) -> Bookings:
    return {id: Booking(**written) for id, written in item["bookings"].items()}
