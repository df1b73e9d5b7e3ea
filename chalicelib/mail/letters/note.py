"""The organiser's own paragraph in a mail."""

from chalicelib.facts import (
    Accepted,
    Cancelled,
    Confirmed,
    Declined,
    DetailsAsked,
    Fact,
    Joined,
    Offered,
    PlaceKept,
    Promoted,
    Reminded,
    ToldOfChange,
)
from chalicelib.language import Language
from chalicelib.programme.model import Event, NotedMail

#: Which note stands in the mail, by the kind of fact that it tells; in the others none does.
_NOTES: dict[str, NotedMail] = {
    Confirmed.kind: "confirmed",
    Promoted.kind: "confirmed",
    Accepted.kind: "confirmed",
    Joined.kind: "waiting",
    PlaceKept.kind: "waiting",
    Offered.kind: "offered",
    Cancelled.kind: "cancelled",
    Declined.kind: "cancelled",
    Reminded.kind: "reminder",
    ToldOfChange.kind: "event_changed",
    DetailsAsked.kind: "missing_details",
}


def note(fact: Fact, event: Event, language: Language) -> str:
    """What the organiser adds to the mail of the fact; empty where they add nothing."""
    kind = _NOTES.get(fact.kind)
    added = event.notes.get(kind) if kind else None
    return added.in_(language) if added else ""
