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
from chalicelib.programme.model import Event, MailNoteKind

#: Which note stands in the mail, by the kind of fact that it tells; in the others none does.
_NOTE_BY_FACT_KIND: dict[str, MailNoteKind] = {
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


def get_organiser_note(fact: Fact, event: Event, language: Language) -> str:
    """What the organiser adds to the mail of the fact; empty where they add nothing."""
    kind = _NOTE_BY_FACT_KIND.get(fact.kind)
    added = event.notes.get(kind) if kind else None
    return added.in_(language) if added else ""
