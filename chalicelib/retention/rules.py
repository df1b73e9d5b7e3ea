"""What of an event's items goes, and when. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from chalicelib.programme.model import Event, Stage

#: What becomes of an item: it stays, goes (with its files), is forgotten with what it counts for, loses what is
#: over, or loses its files.
Fate = Literal["stays", "goes", "goes-with-files", "is-forgotten", "is-stripped", "is-withdrawn"]

#: What becomes of each kind of item at each stage; what a later stage does not name, an earlier one has said.
FATES: dict[str, dict[Stage, Fate]] = {
    "EVENT": {},
    "PLACES": {},
    "PURGE": {},
    "REG": {"health": "is-stripped", "travel": "is-stripped", "people": "is-forgotten"},
    "MANIFEST": {"health": "is-withdrawn", "travel": "is-withdrawn", "people": "goes-with-files"},
    "BOOKED": {"travel": "goes", "people": "goes"},
    "LISTS": {"travel": "goes", "people": "goes"},
    "MAIL": {"people": "goes"},
    "LINK": {"people": "goes"},
    "PROBLEM": {"people": "goes"},
    "JOURNAL": {"travel": "goes", "people": "goes"},
    "ROUND": {"people": "goes"},
    "SKIP": {"people": "goes"},
    "WAIT": {"people": "goes"},
}

#: What a person's travel details hold that is about health.
_HEALTH = "special_assistance"


def due(event: Event, at: datetime) -> Stage | None:
    """The last stage that is due at that moment: it has all that those before it have. None where none is."""
    passed = [stage for stage, moment in event.purged_at.items() if moment <= at]
    return passed[-1] if passed else None


def last_due(event: Event, at: datetime) -> datetime | None:
    """When something was due last before that moment, or at it; None when nothing was."""
    return max((moment for moment in event.purged_at.values() if moment <= at), default=None)


def next_due(event: Event, at: datetime) -> datetime | None:
    """When something is due after that moment; None when there is nothing left."""
    return min((moment for moment in event.purged_at.values() if moment > at), default=None)


def fate(sort_key: str, stage: Stage) -> Fate:
    """What becomes of the item at that stage. Of a kind that is not known here, nothing may stay behind."""
    kind = sort_key.partition("#")[0]
    return FATES[kind].get(stage, "stays") if kind in FATES else "goes"


def kept_of(attendee: Mapping[str, Any], stage: Stage) -> dict[str, Any]:
    """What of somebody, as stored, is held after that stage."""
    kept = {name: value for name, value in attendee.items() if name != "dietary"}
    travel = kept.pop("travel", None)
    if travel is not None and stage == "health":
        travel = {name: value for name, value in travel.items() if name != _HEALTH}
        return kept | ({"travel": travel} if travel else {})
    return kept
