"""The entries of the audit log that outlive what is held about participants, and for how long. Pure.

They are about the event's document, its capacities and what is held, and name organisers alone. So it can be seen
afterwards who made a deletion due.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws.items import Item
from chalicelib.aws.keys import AuditKey

LASTING_KINDS = frozenset(
    ("event-created", "event-edited", "event-restored", "capacity", "units-moved", "hold", "recounted")
)
#: Of an entry that lasts, and of a version of an event's document; DynamoDB deletes it then (TTL).
LIFETIME = timedelta(days=5 * 365 + 1)

#: A recount names entries of the waitlist by their keys, in which ids of registrations stand.
_WAITLIST_ENTRY = re.compile(r"^(entries) .*")


def build_expiry(item: Item) -> dict[str, int]:
    """Build the attribute by which DynamoDB deletes an entry that lasts; none for one that goes earlier."""
    if item["kind"] not in LASTING_KINDS:
        return {}
    return {"expires_at": compute_expiry(AuditKey.parse(item).at)}


def compute_expiry(at: str) -> int:
    """Compute when what was written at that moment expires, in epoch seconds."""
    return int((datetime.fromisoformat(at) + LIFETIME).timestamp())


def anonymise(item: Item) -> dict[str, Any]:
    """Return the entry without ids of registrations, and without free text, in which a person may be named."""
    changes = [{**change, "what": _WAITLIST_ENTRY.sub(r"\1", change["what"])} for change in item["changes"]]
    written = {"reason": "", **({"subject": ""} if item["kind"] == "hold" else {})}
    return {**item, **build_expiry(item), **written, "people": [], "changes": changes}
