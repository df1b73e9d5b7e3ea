"""What a manifest rests on: one short text that changes with the event and with each of its registrations."""

from chalicelib import keys, table
from chalicelib.problems import EventNotFound


def basis(event_id: str) -> str:
    """The state of the event and its registrations as they are now; raises EventNotFound."""
    found = table.get_many([keys.places_key(event_id), keys.event_key(event_id)])
    items = {item["SK"]: item for item in found}
    if len(items) < 2:
        raise EventNotFound(event_id=event_id)
    return f"{items['PLACES']['changes']}.{items['EVENT']['version']}"
