"""The table's key grammar: the one place where keys are made.

Keys hold ids only, never a name or an address: sort keys can appear in plaintext metadata.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from zlib import crc32

Key = dict[str, str]


def event_key(event_id: str) -> Key:
    return {"PK": f"EVENT#{event_id}", "SK": "EVENT"}


def places_key(event_id: str) -> Key:
    return {"PK": f"EVENT#{event_id}", "SK": "PLACES"}


def registration_key(event_id: str, registration_id: str) -> Key:
    return {"PK": f"EVENT#{event_id}", "SK": f"REG#{registration_id}"}


def waitlist_entry_key(event_id: str, entry_key: str) -> Key:
    """`entry` is line, priority, moment of joining and registration id: each line stands in its order."""
    return {"PK": f"EVENT#{event_id}", "SK": f"WAIT#{entry_key}"}


def skip_key(event_id: str, at: str, registration_id: str) -> Key:
    """Of the record that the registration got in at that moment while others were held up."""
    return {"PK": f"EVENT#{event_id}", "SK": f"SKIP#{at}#{registration_id}"}


def mail_key(event_id: str, fact_key: str) -> Key:
    return {"PK": f"EVENT#{event_id}", "SK": f"MAIL#{fact_key}"}


def link_request_key(event_id: str, registration_id: str, request_id: str) -> Key:
    return {"PK": f"EVENT#{event_id}", "SK": f"LINK#{registration_id}#{request_id}"}


def manifest_key(event_id: str, version: int) -> Key:
    return {"PK": f"EVENT#{event_id}", "SK": f"MANIFEST#{version:06d}"}


def additions_key(event_id: str) -> Key:
    """Of what organisers added to the event's lists."""
    return {"PK": f"EVENT#{event_id}", "SK": "LISTS"}


def bookings_key(event_id: str, leg: str) -> Key:
    """Of what the airline has booked on a flight."""
    return {"PK": f"EVENT#{event_id}", "SK": f"BOOKED#{leg}"}


def broadcast_key(event_id: str, broadcast_id: str) -> Key:
    """Of something that everybody at the event is told."""
    return {"PK": f"EVENT#{event_id}", "SK": f"ROUND#{broadcast_id}"}


def purge_key(event_id: str) -> Key:
    """Of how far the deletion of what is held about the event's people has come."""
    return {"PK": f"EVENT#{event_id}", "SK": "PURGE"}


def audit_entry_key(event_id: str, at: str, token: str) -> Key:
    """Of what an organiser did at that moment; the token tells it from what another did then."""
    return {"PK": f"EVENT#{event_id}", "SK": f"JOURNAL#{at}#{token}"}


def task_key(event_id: str, task_id: str) -> Key:
    return {"PK": f"EVENT#{event_id}", "SK": f"PROBLEM#{task_id}"}


def sign_in_key(request_id: str) -> Key:
    return {"PK": f"SIGNIN#{request_id}", "SK": "SIGNIN"}


def rate_limit_key(limit_id: str, window_end: int) -> Key:
    """Of how often something was done in the window of time that ends then."""
    return {"PK": f"LIMIT#{limit_id}", "SK": f"LIMIT#{window_end}"}


def ended_session_key(session_id: str) -> Key:
    """Of the record that somebody has signed out of this session."""
    return {"PK": f"SESSION#{session_id}", "SK": "ENDED"}


def parse_event_id(item: Mapping[str, str]) -> str:
    """The event that an item, or a key, belongs to."""
    return item["PK"].removeprefix("EVENT#")


def parse_registration_id(item: Mapping[str, str]) -> str:
    """Whose registration an item, or a key, is."""
    return item["SK"].removeprefix("REG#")


DUE_INDEX = "due"
DUE_SHARDS = tuple(f"DUE#{shard}" for shard in range(4))


def due_attributes(owner_id: str, due_at: str) -> dict[str, str]:
    """What puts the registration or event of that id into the index of what is due, on one of a few shards, at
    that moment."""
    return {"due_shard": DUE_SHARDS[crc32(owner_id.encode()) % len(DUE_SHARDS)], "due_at": due_at}


PROGRAMME_KEY: Key = {"PK": "PROGRAMME", "SK": "PROGRAMME"}


def format_timestamp(moment: datetime) -> str:
    """A moment as it stands in items: UTC, microseconds, always as long, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
