"""What a manifest rests on: one short text that changes with the event, with each of its registrations, and with
what organisers add to the lists."""

from chalicelib import keys, table
from chalicelib.problems import EventNotFound


def basis(event_id: str) -> str:
    """The state of the event and its registrations as they are now; raises EventNotFound."""
    wanted = [keys.places_key(event_id), keys.event_key(event_id), keys.lists_key(event_id)]
    items = {item["SK"]: item for item in table.get_many(wanted)}
    if not {"PLACES", "EVENT"} <= items.keys():
        raise EventNotFound(event_id=event_id)
    changes = (items["PLACES"]["changes"], items["EVENT"]["version"], items.get("LISTS", {}).get("changes"))
    return ".".join(str(each) for each in changes if each is not None)
